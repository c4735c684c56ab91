//! Figures in the features of networks that others have trained: in those of Inception-v3 they can be compared with
//! published ones.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::measure::mean_and_error;

use super::frechet::frechet_distance;
use super::inception_score::inception_score;
use super::kernel::{Cloud, KernelReference};
use super::pretrained::Sight;
use crate::report::circumstances::{Circumstances, SolverSettings};

/// Images between which one kernel distance is taken.
pub const PART: usize = 1_000;

/// The answer of `evaluate pretrained`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PretrainedTable {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// How.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// The guidance weight.
    pub guidance: f64,
    /// How many images trained on were compared with.
    pub reference: usize,
    /// Network evaluations for one image.
    pub nfe: u32,
    /// Of drawn images.
    pub drawn: Row,
    /// Of real held-out images: what a perfect model would reach.
    pub held_out: Row,
    /// Of the negative control, the same few images trained on again and again.
    pub control: Row,
}

/// What was measured of some images.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// How many.
    #[serde(alias = "pictures")]
    pub images: usize,
    /// The Fréchet distance; in the features of Inception-v3, the Fréchet Inception distance.
    pub frechet_distance: f64,
    /// The kernel distance; likewise the kernel Inception distance.
    pub kernel_distance: f64,
    /// Its standard error over parts of 1,000 images, where there are two or more.
    pub kernel_error: Option<f64>,
    /// The Inception score, which is defined for the decisions of Inception-v3 alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inception_score: Option<f64>,
    /// Its deviation over 10 parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inception_deviation: Option<f64>,
}

/// Images that others are compared with, and what does not depend on the others.
#[derive(Clone, Debug)]
pub struct ReferenceFeatures<'a> {
    features: &'a [Vec<f32>],
    parts: Vec<KernelReference>,
}

impl<'a> ReferenceFeatures<'a> {
    /// Compares with the features of images of these classes.
    pub fn new(features: &'a [Vec<f32>], classes: &[usize]) -> Self {
        let reference = |part: Cloud<'_>| {
            let scale = part.points[0].len() as f64;
            KernelReference::scaled(part.points.to_vec(), part.classes.to_vec(), scale)
        };
        let parts = parts(Cloud { points: features, classes }).map(reference).collect();
        ReferenceFeatures { features, parts }
    }
}

/// Parts of [`PART`] points, as long as they hold pairs.
fn parts<'a>(cloud: Cloud<'a>) -> impl Iterator<Item = Cloud<'a>> {
    let parts = cloud.points.chunks(PART).zip(cloud.classes.chunks(PART));
    parts.map(|(points, classes)| Cloud { points, classes }).filter(|part| part.points.len() > 1)
}

impl Row {
    /// Compares images with the features of others, which were dealt as many from each class.
    pub fn new(sight: &Sight, classes: &[usize], reference: &ReferenceFeatures<'_>) -> Self {
        let own = parts(Cloud { points: &sight.features, classes });
        let distances: Vec<f64> = own.zip(&reference.parts).map(|(part, other)| other.distance(part)).collect();
        let (kernel_distance, kernel_error) = mean_and_error(&distances);
        let score = (!sight.logits.is_empty()).then(|| inception_score(&sight.logits));
        Row {
            images: sight.features.len(),
            frechet_distance: frechet_distance(&sight.features, reference.features),
            kernel_distance,
            kernel_error: (distances.len() > 1).then_some(kernel_error),
            inception_score: score.map(|(mean, _)| mean),
            inception_deviation: score.map(|(_, deviation)| deviation),
        }
    }
}

impl fmt::Display for PretrainedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "against {} images trained on, {} network evaluations", self.reference, self.nfe)?;
        let rows = [("drawn", &self.drawn), ("held out", &self.held_out), ("control", &self.control)];
        for (name, row) in rows {
            let Row { images, frechet_distance, kernel_distance, kernel_error, .. } = row;
            write!(f, "\n{name:<9}{images:>6} images: Fréchet distance {frechet_distance:.3}, ")?;
            write!(f, "kernel distance {kernel_distance:.5}")?;
            kernel_error.map_or(Ok(()), |error| write!(f, " ± {error:.5}"))?;
            if let (Some(score), Some(deviation)) = (row.inception_score, row.inception_deviation) {
                write!(f, ", Inception score {score:.3} ± {deviation:.3}")?;
            }
        }
        Ok(())
    }
}
