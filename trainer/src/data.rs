//! Labelled images to train on, and those kept aside.

pub mod augmentation;

mod atlas;
mod cifar10;
mod fashion_mnist;
mod idx;
mod images;
mod source;

use std::path::Path;

use anyhow::{Result, bail};
use rand_distr::{Distribution, StandardUniform};
use sha2::{Digest, Sha256};
use shared::card::DatasetFacts;
use shared::checkpoint::Example;
use shared::image::ImageShape;
use shared::noise::Seed;

pub use images::ImageFolder;
pub use source::Source;

/// Words that stand for no class, or for each.
const RESERVED: [&str; 2] = ["none", "all"];

/// What a data set in a folder is called: the name of the folder, for the path to it is nobody else's business.
fn name_of(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.file_name().map_or_else(|| "images".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A data set, parted for ever into what is trained on and what is held out.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// What it is, for people.
    pub name: String,
    /// What one may do with it.
    pub licence: String,
    /// The size of its images.
    pub shape: ImageShape,
    /// The names of its classes.
    pub classes: Vec<String>,
    /// Images to train on.
    pub training: Vec<Example>,
    /// Images never trained on.
    pub held_out: Vec<Example>,
    /// Whether the images come in styles: image number i is style i / classes in class i % classes, so that the
    /// true translation of an image into any class is known.
    pub aligned: bool,
}

impl Dataset {
    /// The first `count` held-out images of each class, class by class.
    pub fn examples(&self, count: usize) -> Vec<Example> {
        (0..self.classes.len())
            .flat_map(|class| {
                self.held_out.iter().filter(move |example| usize::from(example.class) == class).take(count).cloned()
            })
            .collect()
    }

    /// The most images, up to so many, that are as many of each class; at least one of each.
    pub fn whole_turns(&self, images: usize) -> usize {
        (images / self.classes.len()).max(1) * self.classes.len()
    }

    /// Refuses names of classes that commands understand otherwise.
    ///
    /// # Errors
    /// The first of them.
    pub fn check_names(&self) -> Result<()> {
        let reserved = |class: &&String| RESERVED.iter().any(|word| class.eq_ignore_ascii_case(word));
        match self.classes.iter().find(reserved) {
            Some(class) => bail!(
                "in {} a class is called {class}, which stands for something else in commands; call it by another name",
                self.name
            ),
            None => Ok(()),
        }
    }

    /// Images in an order that is random but always the same, with the classes in turn as far as each reaches: any part
    /// of them has as many of each class, and of all styles.
    pub fn shuffled(&self, examples: &[Example]) -> Vec<Example> {
        self.order(examples).into_iter().map(|number| examples[number].clone()).collect()
    }

    /// So many held-out images and the others, both with the classes in turn. Where images are aligned no style is in both parts,
    /// if the first one is of [whole turns](Self::whole_turns).
    pub fn held_out_apart(&self, count: usize) -> (Vec<Example>, Vec<Example>) {
        let mut first = if self.aligned { self.held_out.clone() } else { self.shuffled(&self.held_out) };
        let others = first.split_off(count);
        (first, others)
    }

    /// The numbers of images in the order of [`shuffled`](Self::shuffled).
    pub fn order(&self, examples: &[Example]) -> Vec<usize> {
        let mut generator = Seed(0).stream("held-out order", 0);
        let mut drawn: Vec<(f64, usize)> =
            (0..examples.len()).map(|number| (StandardUniform.sample(&mut generator), number)).collect();
        drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut seen = vec![0_usize; self.classes.len()];
        let mut turns: Vec<(usize, usize)> = Vec::with_capacity(drawn.len());
        for (_, number) in drawn {
            let class = usize::from(examples[number].class);
            turns.push((seen[class], number));
            seen[class] += 1;
        }
        turns.sort_by_key(|&(turn, number)| (turn, examples[number].class));
        turns.into_iter().map(|(_, number)| number).collect()
    }

    /// What a model's card says of these images, which came from `source`.
    pub fn facts(&self, source: &Source) -> DatasetFacts {
        let mut hash = Sha256::new();
        for example in self.training.iter().chain(&self.held_out) {
            hash.update([example.class]);
            hash.update(&example.pixels);
        }
        DatasetFacts {
            source: source.to_string(),
            training: self.training.len() as u64,
            held_out: self.held_out.len() as u64,
            aligned: self.aligned,
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffling_keeps_every_image_and_gives_the_classes_in_turn() {
        let data = Source::Faces.load().expect("the embedded faces");
        let shuffled = data.shuffled(&data.held_out);
        let turns = |examples: &[Example]| examples.iter().enumerate().all(|(i, e)| usize::from(e.class) == i % 4);
        assert!(turns(&shuffled));
        let sorted = |examples: &[Example]| {
            let mut pixels: Vec<Vec<u8>> = examples.iter().map(|example| example.pixels.clone()).collect();
            pixels.sort();
            pixels
        };
        assert_eq!(sorted(&shuffled), sorted(&data.held_out));
        assert_ne!(shuffled[..4], data.held_out[..4], "styles are mixed");
        let (first, others) = data.held_out_apart(20);
        assert!(turns(&first) && turns(&others), "whole styles");
        assert_eq!(sorted(&[first, others].concat()), sorted(&data.held_out));
    }
}
