//! Real images that others are compared with.

use std::ops::Range;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;
use shared::image::ImageShape;
use shared::measure::mean_and_deviation;
use shared::noise::Seed;

use super::bootstrap;
use super::classifier::{Classifier, Predictions, accuracy, images};
use super::components::Components;
use super::confusion::merged_accuracy;
use super::frechet::frechet_distance;
use super::kernel::{Cloud, KernelReference};
use super::precision_recall::precision_and_recall;
use super::texture::equal_neighbours;
use crate::data::Dataset;
use crate::sampler::{Sampler, SamplerConfig, Samples, balanced, in_turn};

/// Principal components of pixels in which images are compared.
pub const COMPONENTS: usize = 100;

/// Training images that the components are found from.
pub const COMPONENTS_FROM: usize = 500;

/// Training images of the negative control, or one of each class: they are repeated in the place of drawn ones. A measure that
/// does not tell them from a model's images cannot see that a model draws the same few images again and again.
const CONTROL: usize = 40;

/// Real images and what is compared of them.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    classifier: &'a Classifier,
    names: Vec<String>,
    shape: ImageShape,
    components: Components,
    /// Of each real image, its place along the components.
    pixels: Vec<Vec<f32>>,
    /// Features and classes.
    features: KernelReference,
}

/// How a set of images compares with real ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The Fréchet distance in the features of the classifier.
    pub classifier_fid: f64,
    /// The kernel distance in them.
    pub classifier_kid: f64,
    /// The Fréchet distance in the principal components of pixels.
    pub pixel_fid: f64,
    /// The share of images within reach of real ones.
    pub precision: f64,
    /// The share of real images within reach of these.
    pub recall: f64,
    /// How often the classifier sees the class that is meant.
    pub class_accuracy: f64,
    /// The same where classes that an image by itself hardly tells apart count as one, if there are such classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_accuracy: Option<f64>,
    /// The share of equal neighbouring values.
    pub equal_neighbours: f64,
}

/// How images drawn with several seeds compare with real ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// One for each seed.
    pub seeds: Vec<Comparison>,
    /// Network evaluations for one image.
    pub nfe: u32,
}

impl Compared {
    /// The mean of a number over the seeds, and its standard deviation.
    pub fn spread(&self, of: impl Fn(&Comparison) -> f64) -> (f64, f64) {
        mean_and_deviation(&self.seeds.iter().map(of).collect::<Vec<_>>())
    }
}

impl<'a> Reference<'a> {
    /// Compares with `examples` of `data`.
    pub fn new(classifier: &'a Classifier, data: &Dataset, examples: &[Example]) -> Self {
        let few = some_of(data, 0..data.training.len().min(COMPONENTS_FROM));
        let components = Components::of(&images(&few, data.shape), COMPONENTS);
        let real = images(examples, data.shape);
        Reference {
            classifier,
            names: data.classes.clone(),
            shape: data.shape,
            pixels: components.of_images(&real),
            features: KernelReference::of(classifier.predict(&real).features, classes(examples)),
            components,
        }
    }

    /// Compares with the held-out images of `data`, but for `samples` of them, which tell what a perfect model would reach, and
    /// have no style in common with the others; the negative control comes last.
    ///
    /// # Errors
    /// If fewer than twice as many are held out.
    pub fn with_bounds(
        classifier: &'a Classifier,
        data: &Dataset,
        samples: usize,
    ) -> Result<(Self, Comparison, Comparison)> {
        let count = data.held_out.len();
        ensure!(
            count >= 2 * samples,
            "only {count} images are held out, and {} are needed, twice the --samples",
            2 * samples
        );
        let (real, others) = data.held_out_apart(samples);
        let reference = Reference::new(classifier, data, &others);
        let (real, control) = (reference.compare_real(&real), reference.compare_control(data, samples));
        Ok((reference, real, control))
    }

    /// How many real images there are.
    pub fn len(&self) -> usize {
        self.pixels.len()
    }

    /// Whether there is nothing to compare with.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Draws `samples` images with each of the `seeds`, the classes in turn, and compares them; `each` is given the images of
    /// one seed and what the classifier says of them.
    pub fn compare_drawn(
        &self,
        sampler: &Sampler<'_>,
        config: SamplerConfig,
        samples: usize,
        seeds: impl Iterator<Item = Seed>,
        mut each: impl FnMut(Samples, Predictions),
    ) -> Compared {
        let classes = self.classifier.profile.classes;
        let wanted: Vec<usize> = in_turn(samples, classes).collect();
        let mut compared = Compared { seeds: Vec::new(), nfe: 0 };
        for seed in seeds {
            let drawn = sampler.generate_many(&balanced(samples, classes), config, seed, |_| ());
            let predictions = self.classifier.predict(&drawn.values);
            compared.seeds.push(self.compare(&drawn.values, &predictions, &wanted));
            compared.nfe = compared.nfe.max(drawn.nfe);
            each(drawn, predictions);
        }
        compared
    }

    /// Compares images that are meant to show `classes`, and of which the classifier said `predictions`. Precision and recall
    /// are those of as many real ones.
    pub fn compare(&self, images: &[Vec<f32>], predictions: &Predictions, classes: &[usize]) -> Comparison {
        let features = &predictions.features;
        let real = self.features.cloud().points;
        let (precision, recall) = precision_and_recall(features, &real[..features.len().min(real.len())]);
        let cloud = Cloud { points: features, classes };
        Comparison {
            classifier_fid: frechet_distance(features, real),
            classifier_kid: self.features.distance(cloud),
            pixel_fid: frechet_distance(&self.components.of_images(images), &self.pixels),
            precision,
            recall,
            class_accuracy: accuracy(&predictions.classes, classes.iter().copied()),
            merged_accuracy: merged_accuracy(&self.names, classes.iter().copied(), &predictions.classes),
            equal_neighbours: equal_neighbours(self.shape, images),
        }
    }

    /// Compares real images.
    pub fn compare_real(&self, examples: &[Example]) -> Comparison {
        let images = images(examples, self.shape);
        self.compare(&images, &self.classifier.predict(&images), &classes(examples))
    }

    /// The negative control: [`control`], repeated until they are `samples`.
    pub fn compare_control(&self, data: &Dataset, samples: usize) -> Comparison {
        let few = control(data, samples, COMPONENTS_FROM);
        self.compare_real(&few.iter().cycle().take(samples).cloned().collect::<Vec<_>>())
    }

    /// Half of the 95 % interval of the Fréchet distance in the features of the classifier, which comes of the choice of these
    /// images and of the real ones.
    pub fn fid_interval(&self, features: &[Vec<f32>], seed: Seed) -> f64 {
        bootstrap::interval([features, self.features.cloud().points], seed, frechet_distance)
    }

    /// The Fréchet distance that infinitely many images would have to these real ones, in the features of the classifier (Chong
    /// and Forsyth, 2020): distances of a half to all of them lie on a line against one over their number. All are from one
    /// seed, and their classes take turns.
    pub fn unlimited_fid(&self, features: &[Vec<f32>]) -> f64 {
        let distance =
            |count: usize| (1.0 / count as f64, frechet_distance(&features[..count], self.features.cloud().points));
        let points = (5..=10).map(|tenths| distance(features.len() * tenths / 10));
        intercept(&points.collect::<Vec<_>>())
    }
}

/// The training images that stand for `samples` drawn ones in the negative control, each to be repeated four times or more: as
/// many of each class if that leaves any and, where there are enough, others than the first `used` in the order of
/// [`Dataset::shuffled`].
pub fn control(data: &Dataset, samples: usize, used: usize) -> Vec<Example> {
    let (classes, all) = (data.classes.len(), data.training.len());
    let most = (samples / 4).max(1);
    let few = if most < classes { most } else { (CONTROL.min(most) / classes).max(1) * classes };
    let begin = used.div_ceil(classes) * classes;
    some_of(data, if begin + few <= all { begin..begin + few } else { 0..few.min(all) })
}

/// Training images by their place in the order of [`Dataset::shuffled`].
fn some_of(data: &Dataset, places: Range<usize>) -> Vec<Example> {
    data.order(&data.training)[places].iter().map(|&number| data.training[number].clone()).collect()
}

/// The class of each.
pub fn classes(examples: &[Example]) -> Vec<usize> {
    examples.iter().map(|example| example.class.into()).collect()
}

/// Where the line through points (least squares) meets x = 0.
fn intercept(points: &[(f64, f64)]) -> f64 {
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let slope = mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x) * (p.0 - x));
    y - slope * x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_followed_to_where_it_begins() {
        let line: Vec<(f64, f64)> = (1..6).map(|x| (f64::from(x), 3.0 - 0.5 * f64::from(x))).collect();
        assert!((intercept(&line) - 3.0).abs() < 1e-12);
    }
}
