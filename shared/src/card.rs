//! The model card: what a model is, and what was measured of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Spacing;

/// Travels inside every checkpoint; nothing in it is typed by hand after training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// What people call the model.
    pub name: String,
    /// The images it was trained on.
    pub data: String,
    /// The licence of those images, and so of what may be done with the model.
    pub licence: String,
    /// The names of the classes, in the order of their numbers.
    pub classes: Vec<String>,
    /// Images in the training set.
    pub training_images: u64,
    /// Images seen in training, each as often as it was seen.
    pub images_seen: u64,
    /// Wall time of the training, in seconds.
    pub seconds: f64,
    /// The device that trained it.
    pub device: String,
    /// How much the model had learned that this one began with (`init`), if it began with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_with: Option<Learned>,
    /// The seed of the training.
    pub seed: u64,
    /// The resolved training configuration, as TOML.
    pub configuration: String,
    /// The very images, so that nobody measures on others unawares. Models of before had no word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<DatasetFacts>,
    /// If the model starts from images of one class instead of noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<Direct>,
    /// Whether it learned from noises with the images that a model made of them (reflow; Liu et al., 2023): its trajectories
    /// are nearly straight.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reflowed: bool,
    /// What was measured, each with its circumstances.
    #[serde(default)]
    pub measures: Vec<Measure>,
}

impl ModelCard {
    /// How much the model has learned, together with the one that it began with.
    pub fn learned(&self) -> Learned {
        let before = self.began_with.unwrap_or_default();
        Learned { images_seen: before.images_seen + self.images_seen, seconds: before.seconds + self.seconds }
    }

    /// How it was trained, in words.
    pub fn training(&self) -> String {
        let ModelCard { images_seen, seconds, device, began_with, .. } = self;
        let before = began_with.map_or(String::new(), |Learned { images_seen, seconds }| {
            format!(", after {images_seen} in {seconds:.0} s of the model it began with")
        });
        format!("{images_seen} images seen in {seconds:.0} s on {device}{before}")
    }

    /// Whether few steps are enough: trajectories are nearly straight, or the network has learned to jump along them.
    pub fn few_steps(&self, shortcut: bool) -> bool {
        shortcut || self.reflowed
    }
}

/// How much a model has learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// Images seen, each as often as it was seen.
    pub images_seen: u64,
    /// Wall time, in seconds.
    pub seconds: f64,
}

/// Which images a model was trained on, and which were held out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetFacts {
    /// Where they come from, as the command line names it.
    pub source: String,
    /// Images trained on.
    pub training: u64,
    /// Images held out.
    pub held_out: u64,
    /// Whether every style is there in every class, so that the true translation of an image is known. Then the examples in the
    /// model's file are the same styles in each class, class by class.
    #[serde(default)]
    pub aligned: bool,
    /// SHA-256 of classes and pixels of all images in their order, in hexadecimal digits.
    pub sha256: String,
}

/// A model whose path leads from one class to another, without noise between them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// The class at time 0.
    pub from: String,
    /// The class at time 1.
    pub to: String,
    /// The deviation of the noise that is added to the image at time 0.
    pub noise: f64,
    /// The deviation of the Brownian bridge that it has learned; 0 for the straight path.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bridge: f64,
}

impl Direct {
    /// Whether any noise is added, at the start or on the way.
    pub fn adds_noise(&self) -> bool {
        self.noise + self.bridge > 0.0
    }
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// One measured number and what it was measured with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What was measured, for example `classifier_fid`.
    pub name: String,
    /// The number.
    pub value: f64,
    /// The same measure of real held-out images, where it has a meaning: what a perfect model would reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real: Option<f64>,
    /// The same measure of a few training images repeated, where it has a meaning: what a model would get that draws the same
    /// images again and again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<f64>,
    /// If images were drawn with several seeds, the standard deviation of the number over them; the number is their mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
    /// How many seeds, of which [`Self::seed`] is the first.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub seeds: u64,
    /// The network whose features or decisions were used.
    pub extractor: String,
    /// The images compared with.
    pub data: String,
    /// How many images were generated with each seed.
    pub samples: u64,
    /// The solver.
    pub solver: String,
    /// Its intervals.
    pub intervals: u32,
    /// How they are spread over time.
    #[serde(default = "Spacing::untold")]
    pub spacing: Spacing,
    /// Network evaluations for one image.
    pub nfe: u32,
    /// The guidance weight; 1 is plain.
    pub guidance: f64,
    /// The seed of the noise.
    pub seed: u64,
}

impl Measure {
    /// Whether all its numbers are.
    pub fn is_finite(&self) -> bool {
        let others = [self.real, self.control, self.deviation].into_iter().flatten();
        others.chain([self.value, self.guidance]).all(f64::is_finite)
    }
}

fn one() -> u64 {
    1
}

fn is_one(number: &u64) -> bool {
    *number == 1
}

/// Three digits after the point, or two that count if the number is small.
fn rounded(x: f64) -> String {
    if x == 0.0 || x.abs() >= 1e-3 { format!("{x:.3}") } else { format!("{x:.1e}") }
}

/// The number and its circumstances, without its name.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measure { value, samples, solver, intervals, spacing, nfe, guidance, seed, data, extractor, .. } = self;
        write!(f, "{}", rounded(*value))?;
        if let Some(deviation) = self.deviation {
            write!(f, " ± {} over {} seeds", rounded(deviation), self.seeds)?;
        }
        let others = [("real images", self.real), ("the same few images repeated", self.control)];
        let others = others.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", rounded(value?))));
        let others = others.collect::<Vec<_>>().join(", ");
        if !others.is_empty() {
            write!(f, " ({others})")?;
        }
        write!(f, ": {samples} samples, {solver}, {intervals} {spacing} intervals, {nfe} network evaluations, ")?;
        write!(f, "guidance {guidance}, seed {seed}, against {data}, by {extractor}")
    }
}
