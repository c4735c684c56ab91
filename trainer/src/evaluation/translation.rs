//! Translations whose truth is known, by every method and by baselines.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::card::Direct;
use shared::condition::Condition;
use shared::image::ImageShape;
use shared::measure::{contrast, mean_and_error, rmse, ssim};
use shared::method::Method;
use shared::noise::Seed;
use shared::time::Time;

use super::baseline::{AlignedPair, nearest};
use super::classifier::Classifier;
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::table::table;
use crate::sampler::translate::{Translation, TranslationNoise};
use crate::sampler::{SamplerConfig, Samples};

/// The answer of `evaluate translation`, and of `study pairs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranslationTable {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// How.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// Held-out styles that were translated.
    pub styles: usize,
    /// Noises to average over, where a method adds noise.
    pub repeats: NonZeroU32,
    /// How far SDEdit goes back. Answers of before had no such rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// What was trained for the purpose, by `study pairs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Trained>,
    /// One for each pair, method and guidance weight.
    pub rows: Vec<Row>,
}

/// Models for single pairs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Images that each training saw.
    pub images: u64,
    /// Channels of the networks.
    pub width: usize,
    /// The deviation of the noise on the source, where there is noise.
    pub noise: f64,
    /// The deviation of the Brownian bridge, where there is one. Answers of before had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bridge: Option<f64>,
}

/// What was measured of one way to translate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// From which class to which.
    pub pair: String,
    /// How.
    pub method: String,
    /// The guidance weight, where there is one.
    pub guidance: Option<f64>,
    /// Noises that the translation is the mean of, where the method adds noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noises: Option<NonZeroU32>,
    /// The mean square error to the truth, pixels within 0..=1.
    pub mse: f64,
    /// Its standard error over the styles.
    pub mse_error: f64,
    /// The mean square error of each style, in the same order in all rows of a pair. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub style_mse: Vec<f64>,
    /// The mean square error over the half of the styles whose sources are farthest from every source that was trained on: those
    /// without a relative, as far as pixels tell. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mse_far: Option<f64>,
    /// The structural similarity to the truth.
    pub ssim: f64,
    /// Mean contrast of neighbouring pixels over that of the truth.
    pub sharpness: f64,
    /// How often the classifier sees the wanted class.
    pub class_accuracy: f64,
    /// The share whose true style is the nearest of all held-out ones in the wanted class.
    pub style_retrieval: f64,
    /// The mean square difference to the source.
    pub source_mse: f64,
    /// That of the source to itself after translating back.
    pub round_trip_mse: Option<f64>,
    /// Network evaluations of one translation.
    pub nfe: u32,
}

impl Row {
    /// How the name of a method ends whose velocity at the source is followed all the way.
    pub const ONE_STEP: &str = ", one step";

    /// Whether it is a translation by the class-conditional model, and one that is meant to be right.
    pub fn is_by_conditional_model(&self) -> bool {
        [Method::Ddib, Method::FlowEdit, Method::SdEdit].iter().any(|method| method.name() == self.method)
    }

    /// Whether it is a translation by a model that leads from the one class to the other.
    pub fn is_by_direct_model(&self) -> bool {
        // Answers of before called the velocity difference so.
        let wrong = [Method::VelocityDifference.name(), "subtract"];
        self.nfe != 0 && !self.is_by_conditional_model() && !wrong.contains(&self.method.as_str())
    }

    /// Whether it is the mean of the targets that the source may have, by such a model.
    pub fn is_mean_by_direct_model(&self) -> bool {
        self.method.ends_with(Row::ONE_STEP)
    }
}

/// What translations of one pair of classes are compared with.
#[derive(Clone, Copy, Debug)]
pub struct PairBench<'a> {
    /// The sources, and the truths.
    pub held_out: &'a AlignedPair,
    /// Sources that were trained on.
    pub trained_on: &'a [Vec<f32>],
    /// What sees classes.
    pub classifier: &'a Classifier,
    /// The size of the images.
    pub shape: ImageShape,
    /// The numbers of the classes, from and to.
    pub classes: (usize, usize),
}

impl PairBench<'_> {
    /// Measures images that should be the truths, and what became of them on the way back, as they are shown: within the range
    /// of pixels.
    pub fn row(&self, translated: &Samples, back: Option<&Samples>) -> Row {
        let (values, AlignedPair { sources, targets }) = (&shown(&translated.values), self.held_out);
        let errors_of_styles = errors(values, targets);
        let (mse, mse_error) = mean_and_error(&errors_of_styles);
        let far: Vec<f64> =
            farther_half(sources, self.trained_on).into_iter().map(|style| errors_of_styles[style]).collect();
        let decisions = self.classifier.predict(values).classes;
        let right = decisions.iter().filter(|class| **class == self.classes.1).count();
        let style = values.iter().enumerate().filter(|(i, value)| nearest(value, targets) == *i).count();
        let total = |images: &[Vec<f32>]| images.iter().map(|image| contrast(self.shape, image)).sum::<f64>();
        let similar = values.iter().zip(targets).map(|(a, b)| ssim(self.shape, a, b)).sum::<f64>();
        let count = values.len() as f64;
        Row {
            pair: String::new(),
            method: String::new(),
            guidance: None,
            noises: None,
            mse,
            mse_error,
            style_mse: errors_of_styles,
            mse_far: Some(mean_and_error(&far).0),
            ssim: similar / count,
            sharpness: total(values) / total(targets),
            class_accuracy: right as f64 / count,
            style_retrieval: style as f64 / count,
            source_mse: mean_and_error(&errors(values, sources)).0,
            round_trip_mse: back.map(|back| mean_and_error(&errors(&shown(&back.values), sources)).0),
            nfe: translated.nfe,
        }
    }
}

/// The numbers of the half of `images` whose nearest of the `others` is farthest, one at least.
fn farther_half(images: &[Vec<f32>], others: &[Vec<f32>]) -> Vec<usize> {
    let distance = |image: &Vec<f32>| others.iter().map(|other| rmse(image, other)).fold(f64::INFINITY, f64::min);
    let mut keyed: Vec<(f64, usize)> = images.iter().map(distance).zip(0..).collect();
    keyed.sort_by(|a, b| b.0.total_cmp(&a.0));
    keyed.into_iter().take(images.len().div_ceil(2)).map(|(_, number)| number).collect()
}

/// Images with their values brought into the range of pixels.
fn shown(images: &[Vec<f32>]) -> Vec<Vec<f32>> {
    images.iter().map(|image| image.iter().map(|x| x.clamp(-1.0, 1.0)).collect()).collect()
}

/// How every method translates.
#[derive(Clone, Copy, Debug)]
pub struct TranslationOptions {
    /// Solver and grid; the guidance is that of each row.
    pub config: SamplerConfig,
    /// The seed of added noise.
    pub seed: Seed,
    /// How far SDEdit goes back.
    pub start: Time,
    /// Noises to average over.
    pub repeats: NonZeroU32,
}

impl TranslationOptions {
    /// A translation, by a direct model if there is one.
    pub fn translation(
        &self,
        method: Method,
        guidance: f64,
        (from, to): (usize, usize),
        direct: Option<&Direct>,
    ) -> Translation {
        Translation {
            method,
            from: Condition::Class(from),
            to: Condition::Class(to),
            config: SamplerConfig { guidance, ..self.config },
            start: self.start,
            noise: TranslationNoise::new(self.seed, self.repeats, direct),
        }
    }
}

/// Mean square differences of pixels within 0..=1, half of whose values' differences these are.
pub(super) fn errors(a: &[Vec<f32>], b: &[Vec<f32>]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| (rmse(a, b) / 2.0).powi(2)).collect()
}

impl fmt::Display for TranslationTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.iter().map(|row| {
            vec![
                row.pair.clone(),
                row.method.clone(),
                row.guidance.map_or(String::new(), |weight| weight.to_string()),
                row.noises.map_or(String::new(), |noises| noises.to_string()),
                format!("{:.4} ± {:.4}", row.mse, row.mse_error),
                row.mse_far.map_or("–".to_owned(), |far| format!("{far:.4}")),
                format!("{:.3}", row.ssim),
                format!("{:.2}", row.sharpness),
                format!("{:.2}", row.class_accuracy),
                format!("{:.2}", row.style_retrieval),
                format!("{:.4}", row.source_mse),
                row.round_trip_mse.map_or("–".to_owned(), |trip| format!("{trip:.4}")),
                row.nfe.to_string(),
            ]
        });
        let titles = [
            "pair",
            "method",
            "w",
            "noises",
            "mse",
            "mse_far",
            "ssim",
            "sharpness",
            "class",
            "style",
            "source_mse",
            "round_trip_mse",
            "nfe",
        ];
        table(2, &titles, rows).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_without_a_relative_are_the_farther_half() {
        let images = |values: &[f32]| values.iter().map(|x| vec![*x]).collect::<Vec<_>>();
        assert_eq!(farther_half(&images(&[0.0, 0.9, 0.4]), &images(&[0.0, 0.5])), [1, 2]);
    }
}
