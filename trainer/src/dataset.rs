//! Labelled pictures to train on, and those kept aside.

mod atlas;
mod cifar10;
mod fashion_mnist;
mod idx;
mod images;
mod source;

use rand_distr::{Distribution, StandardUniform};
use shared::checkpoint::Example;
use shared::image::ImageShape;
use shared::noise::Seed;

pub use images::ImageFolder;
pub use source::Source;

/// A data set, parted for ever into what is trained on and what is held out.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// What it is, for people.
    pub name: String,
    /// What one may do with it.
    pub licence: String,
    /// The size of its pictures.
    pub shape: ImageShape,
    /// The names of its classes.
    pub classes: Vec<String>,
    /// Pictures to train on.
    pub training: Vec<Example>,
    /// Pictures never trained on.
    pub held_out: Vec<Example>,
    /// Whether the pictures come in styles: picture number i is style i / classes in class i % classes, so that the
    /// true translation of a picture into any class is known.
    pub paired: bool,
}

impl Dataset {
    /// The first `count` held-out pictures of each class, class by class.
    pub fn examples(&self, count: usize) -> Vec<Example> {
        (0..self.classes.len())
            .flat_map(|class| {
                self.held_out.iter().filter(move |example| usize::from(example.class) == class).take(count).cloned()
            })
            .collect()
    }

    /// The held-out pictures in an order that is random but always the same, so that any part of them has a bit of
    /// everything.
    pub fn shuffled(&self) -> Vec<Example> {
        let mut generator = Seed(0).stream("held-out order", 0);
        let mut keyed: Vec<(f64, &Example)> =
            self.held_out.iter().map(|example| (StandardUniform.sample(&mut generator), example)).collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        keyed.into_iter().map(|(_, example)| example.clone()).collect()
    }

    /// The number of the class with this name: the same letters, or else the same but for their case.
    pub fn class(&self, name: &str) -> Option<usize> {
        shared::card::class(&self.classes, name)
    }
}
