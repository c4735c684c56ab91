//! What a classifier takes for what, and how right anyone can be.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;

use crate::data::Dataset;
use crate::report::circumstances::Extractor;

/// The answer of `evaluate classifier`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confusion {
    /// The classifier.
    #[serde(alias = "judge")]
    pub extractor: Extractor,
    /// The data set.
    pub data: String,
    /// What computed.
    pub device: String,
    /// How many held-out images were classified.
    #[serde(alias = "pictures")]
    pub images: usize,
    /// The share of right decisions.
    pub accuracy: f64,
    /// Mean square difference, pixels within 0..=1, up to which images count as alike.
    pub alike: f64,
    /// The accuracy where taking a letter for the other case, or one of 0 O o, or one of 1 I l, for another is no mistake: an
    /// image by itself hardly tells them apart. Nothing if there are no such classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_accuracy: Option<f64>,
    /// The accuracy of one who guesses among the classes that a style draws alike, and is right otherwise.
    pub bound: Option<f64>,
    /// The most frequent first.
    pub mistakes: Vec<Mistake>,
}

/// Images of one class that were taken for another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mistake {
    /// Their class.
    pub class: String,
    /// What they were taken for.
    pub taken_for: String,
    /// How many.
    pub count: usize,
    /// Their share of the class.
    pub share: f64,
}

/// See [`Confusion::merged_accuracy`]; `classes` are the names of all, `truth` the numbers of what the images are.
pub fn merged_accuracy(classes: &[String], truth: impl Iterator<Item = usize>, decisions: &[usize]) -> Option<f64> {
    let alike = |a: usize, b: usize| hardly_differ(&classes[a], &classes[b]);
    let numbers = 0..classes.len();
    let some = numbers.clone().any(|a| numbers.clone().any(|b| a != b && alike(a, b)));
    let right = truth.zip(decisions).filter(|(class, decision)| alike(*class, **decision)).count();
    some.then(|| right as f64 / decisions.len() as f64)
}

/// Whether two characters differ in size alone, or are drawn alike by many fonts.
fn hardly_differ(a: &str, b: &str) -> bool {
    let both = |group: [&str; 3]| group.contains(&a) && group.contains(&b);
    a.to_lowercase() == b.to_lowercase() || both(["0", "O", "o"]) || both(["1", "I", "l"])
}

/// At most `most` kinds of mistakes among decisions on the held-out images.
pub fn mistakes(data: &Dataset, decisions: &[usize], most: usize) -> Vec<Mistake> {
    let truth = || data.held_out.iter().map(|example| usize::from(example.class));
    let mut counted: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let wrong = truth().zip(decisions.iter().copied()).filter(|(class, decision)| class != decision);
    wrong.for_each(|mistake| *counted.entry(mistake).or_default() += 1);
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let name = |class: usize| data.classes[class].clone();
    let mistake = |((class, decision), count): ((usize, usize), usize)| Mistake {
        class: name(class),
        taken_for: name(decision),
        count,
        share: count as f64 / truth().filter(|other| *other == class).count() as f64,
    };
    counted.into_iter().take(most).map(mistake).collect()
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} % right on {} held-out images", 100.0 * self.accuracy, self.images)?;
        if let Some(merged) = self.merged_accuracy {
            write!(f, "\n{:.2} % right if case, 0 O o and 1 I l are not told apart", 100.0 * merged)?;
        }
        if let Some(bound) = self.bound {
            write!(f, "\nat most {:.2} % can be reached, as some styles draw classes alike", 100.0 * bound)?;
        }
        let mut mistakes = self.mistakes.iter();
        mistakes.try_for_each(|Mistake { class, taken_for, share, .. }| {
            write!(f, "\n{taken_for} for {class}: {:.0} %", 100.0 * share)
        })
    }
}

/// The accuracy of a classifier that guesses among the classes that a style draws alike, and is right otherwise.
pub fn bound(data: &Dataset, alike: f64) -> f64 {
    let difference = |a: &[u8], b: &[u8]| {
        let squares = a.iter().zip(b).map(|(a, b)| (f64::from(a.abs_diff(*b)) / 255.0).powi(2));
        squares.sum::<f64>() / a.len() as f64
    };
    let guess = |style: &[Example], pixels: &[u8]| {
        1.0 / style.iter().filter(|other| difference(pixels, &other.pixels) <= alike).count() as f64
    };
    let styles = data.held_out.chunks(data.classes.len());
    let right: f64 = styles.flat_map(|style| style.iter().map(move |example| guess(style, &example.pixels))).sum();
    right / data.held_out.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::image::ImageShape;

    #[test]
    fn classes_that_a_style_draws_alike_can_only_be_guessed() {
        let styles = [[0, 0, 255], [7, 100, 200]];
        let examples = styles.iter().flat_map(|style| {
            style.iter().enumerate().map(|(class, &pixel)| Example { class: class as u8, pixels: vec![pixel] })
        });
        let data = Dataset {
            name: String::new(),
            licence: String::new(),
            shape: ImageShape { channels: 1, height: 1, width: 1 },
            classes: vec!["0".into(), "O".into(), "x".into()],
            training: Vec::new(),
            held_out: examples.collect(),
            aligned: true,
        };
        // 0 for O and O for 0 are forgiven, x for O is not.
        let truth = data.held_out.iter().map(|example| usize::from(example.class));
        assert_eq!(merged_accuracy(&data.classes, truth, &[1, 0, 2, 0, 2, 2]), Some(5.0 / 6.0));
        let differ = [("L", "1"), ("L", "I"), ("i", "l")].map(|(a, b)| !hardly_differ(a, b));
        let alike = [("I", "i"), ("L", "l"), ("I", "1"), ("0", "o")].map(|(a, b)| hardly_differ(a, b));
        assert_eq!((differ, alike), ([true; 3], [true; 4]));
        assert_eq!(bound(&data, 0.001), (0.5 + 0.5 + 1.0 + 3.0) / 6.0);
    }
}
