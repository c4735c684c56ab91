use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use shared::checkpoint::Example;

use crate::cli::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::data::Dataset;
use crate::device::DeviceChoice;
use crate::evaluation::classifier::{accuracy, images};

/// Measures the classifier that measures: what it takes for what among true held-out images, and how right anyone can
/// be where a style draws several classes alike (as many fonts do 0 and O).
///
/// JSON: classifier, data, device, images, accuracy, alike (mean square difference, pixels within 0..=1, up to which two
/// images count as alike), bound (the accuracy of a classifier that is right but for guessing among the classes that a style
/// draws alike; null for data without styles), and mistakes, the most frequent first: class, taken_for, count, share (of
/// that class's images).
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateClassifier {
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// Mean square difference, pixels within 0..=1, up to which two images of a style count as alike
    #[arg(long, value_name = "MSE", default_value_t = 0.001)]
    alike: f64,
    /// How many kinds of mistakes to show
    #[arg(long, value_name = "N", default_value_t = 12)]
    mistakes: usize,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

impl EvaluateClassifier {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        ensure!(self.alike >= 0.0, "--alike is {}; it must not be negative", self.alike);
        let source = self.data.source().unwrap_or_default();
        let data = source.load()?;
        let chosen = self.device.find()?;
        let classifier = self.classifier.load(&source, &data, &chosen.device)?;
        let decisions = classifier.predict(&images(&data.held_out, data.shape)).classes;
        let truth = || data.held_out.iter().map(|example| usize::from(example.class));
        let (accuracy, bound) = (accuracy(&decisions, truth()), data.aligned.then(|| bound(&data, self.alike)));

        let mut mistakes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let wrong = truth().zip(decisions).filter(|(class, decision)| class != decision);
        wrong.for_each(|mistake| *mistakes.entry(mistake).or_default() += 1);
        let mut mistakes: Vec<_> = mistakes.into_iter().collect();
        mistakes.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        mistakes.truncate(self.mistakes);

        let name = |class: usize| &data.classes[class];
        let share = |class, count: usize| count as f64 / truth().filter(|other| *other == class).count() as f64;
        if self.json {
            let mistakes = mistakes.into_iter().map(|((class, decision), count)| {
                let (share, taken_for) = (share(class, count), name(decision));
                json!({ "class": name(class), "taken_for": taken_for, "count": count, "share": share })
            });
            let report = json!({
                "classifier": classifier.profile, "data": data.name, "device": chosen.name, "images": data.held_out.len(),
                "accuracy": accuracy, "alike": self.alike, "bound": bound, "mistakes": mistakes.collect::<Vec<_>>(),
            });
            println!("{report}");
        } else {
            println!("{:.2} % right on {} held-out images", 100.0 * accuracy, data.held_out.len());
            if let Some(bound) = bound {
                println!("{:.2} % can be had, as styles draw some classes alike", 100.0 * bound);
            }
            for ((class, decision), count) in mistakes {
                println!("{} for {}: {:.0} %", name(decision), name(class), 100.0 * share(class, count));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The accuracy of a classifier that guesses among the classes that a style draws alike, and is right otherwise.
fn bound(data: &Dataset, alike: f64) -> f64 {
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
        assert_eq!(bound(&data, 0.001), (0.5 + 0.5 + 1.0 + 3.0) / 6.0);
    }
}
