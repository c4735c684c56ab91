//! The measures of a model's card, each with its own circumstances.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::card::Measure;
use shared::checkpoint::Example;
use shared::divergence::Trace;
use shared::measure::mean_and_error;
use shared::noise::Seed;

use super::classifier::{Classifier, accuracy, conditions, images};
use super::encoding::CONVERGED;
use super::frechet::frechet_distance;
use super::kernel::kernel_distance;
use super::precision_recall::{nearest_differences, precision_and_recall};
use crate::data::Dataset;
use crate::sampler::likelihood::{self, LikelihoodOptions};
use crate::sampler::{Sampler, SamplerConfig, balanced, in_turn, mean_rmse};

/// Images that are looked at closely: compared with all others, encoded and decoded, followed on their way.
const CLOSELY: usize = 200;

/// Images whose likelihood is taken and whose encoding is followed to convergence, the dearest measures.
const DEAREST: usize = 50;

/// What no network was asked for.
const NO_EXTRACTOR: &str = "no network";

/// The answer of `evaluate`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Quality {
    /// The model's file.
    pub model: PathBuf,
    /// Wall time.
    pub seconds: f64,
    /// What was measured.
    pub measures: Vec<Measure>,
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.measures.iter().map(|measure| format!("{} {measure}", measure.name));
        f.write_str(&lines.by_ref().collect::<Vec<_>>().join("\n"))
    }
}

/// A model and what it is measured with.
#[derive(Clone, Copy, Debug)]
pub struct QualityBench<'a> {
    /// The model.
    pub sampler: &'a Sampler<'a>,
    /// How it draws, and, without guidance, encodes.
    pub config: SamplerConfig,
    /// The seed of all noise.
    pub seed: Seed,
    /// What extracts features.
    pub classifier: &'a Classifier,
    /// Real images.
    pub data: &'a Dataset,
    /// Whether the model was trained on them: else nothing is said of learning by heart.
    pub own: bool,
    /// How many images to draw; twice as many must be held out.
    pub samples: usize,
}

impl QualityBench<'_> {
    /// Measures everything; `step` is told what begins.
    pub fn measure(&self, step: impl Fn(&str)) -> Vec<Measure> {
        let held_out = self.data.shuffled(&self.data.held_out);
        step("drawing");
        let mut measures = self.drawn(&held_out);
        let examples = &held_out[..self.samples.min(CLOSELY)];
        step("encoding");
        measures.extend(self.encoded(examples));
        step("straightness");
        measures.push(self.straightness(examples.len()));
        step("likelihood");
        measures.push(self.likelihood(&examples[..examples.len().min(DEAREST)]));
        measures
    }

    fn template(&self, config: SamplerConfig) -> Measure {
        Measure {
            name: String::new(),
            value: 0.0,
            real: None,
            extractor: NO_EXTRACTOR.to_owned(),
            data: String::new(),
            samples: 0,
            solver: config.solver.name().to_owned(),
            intervals: config.intervals.get(),
            spacing: config.spacing,
            nfe: 0,
            guidance: config.guidance,
            seed: self.seed.0,
        }
    }

    /// What a classifier tells of drawn images, and of real ones in their place.
    fn drawn(&self, held_out: &[Example]) -> Vec<Measure> {
        let QualityBench { sampler, config, seed, classifier, data, samples, .. } = *self;
        let classes = data.classes.len();
        let drawn = sampler.generate_many(&balanced(samples, classes), config, seed, |_| ());
        let predictions = classifier.predict(&drawn.values);
        let real_images = images(held_out, data.shape);
        let real_predictions = classifier.predict(&real_images);
        let (real, reference) = real_predictions.features.split_at(samples);
        let features = &predictions.features;
        let (precision, recall) = precision_and_recall(features, &reference[..samples]);
        let (real_precision, real_recall) = precision_and_recall(real, &reference[..samples]);
        let right = accuracy(&predictions.classes, in_turn(samples, classes));
        let real_right = accuracy(&real_predictions.classes, held_out.iter().map(|example| example.class.into()));
        let template = Measure {
            extractor: classifier.profile.name.clone(),
            data: format!("{} held-out images", reference.len()),
            samples: samples as u64,
            nfe: drawn.nfe,
            ..self.template(config)
        };
        let measure =
            |name: &str, value, real| Measure { name: name.to_owned(), value, real: Some(real), ..template.clone() };
        let mut measures = vec![
            measure("classifier_fid", frechet_distance(features, reference), frechet_distance(real, reference)),
            measure("classifier_kid", kernel_distance(features, reference), kernel_distance(real, reference)),
            Measure { data: format!("{samples} held-out images"), ..measure("precision", precision, real_precision) },
            Measure { data: format!("{samples} held-out images"), ..measure("recall", recall, real_recall) },
            Measure {
                data: format!("{} held-out images", held_out.len()),
                ..measure("class_accuracy", right, real_right)
            },
        ];
        if self.own {
            let training = images(&data.training, data.shape);
            let few = samples.min(CLOSELY);
            let nearest = |images: &[Vec<f32>]| mean_and_error(&nearest_differences(&images[..few], &training)).0;
            measures.push(Measure {
                extractor: NO_EXTRACTOR.to_owned(),
                data: format!("{} images trained on", training.len()),
                samples: few as u64,
                ..measure("nearest_training_image", nearest(&drawn.values), nearest(&real_images))
            });
        }
        measures
    }

    /// Held-out images encoded and decoded, and how far their noises are from converged ones.
    fn encoded(&self, examples: &[Example]) -> [Measure; 2] {
        let plain = SamplerConfig { guidance: 1.0, ..self.config };
        let (values, conditions) = (images(examples, self.data.shape), conditions(examples));
        let encoded = self.sampler.encode(&values, &conditions, plain);
        let (nfe, noises) = (encoded.nfe, encoded.noises());
        let back = self.sampler.decode_encoded(encoded, &conditions, plain);
        let few = examples.len().min(DEAREST);
        let converged = self.sampler.encode(&values[..few], &conditions[..few], CONVERGED).noises();
        let measure = |name: &str, value, samples: usize| Measure {
            name: name.to_owned(),
            value,
            data: format!("{samples} held-out images"),
            samples: samples as u64,
            nfe,
            ..self.template(plain)
        };
        [
            measure("round_trip", mean_rmse(&values, &back.values), values.len()),
            measure("converged_rmse", mean_rmse(&noises[..few], &converged), few),
        ]
    }

    fn straightness(&self, samples: usize) -> Measure {
        let plain = SamplerConfig { guidance: 1.0, ..self.config };
        let conditions = balanced(samples, self.data.classes.len());
        let (value, nfe) = self.sampler.straightness(&conditions, plain, self.seed);
        let name = "straightness".to_owned();
        Measure { name, value, data: "no images".into(), samples: samples as u64, nfe, ..self.template(plain) }
    }

    fn likelihood(&self, examples: &[Example]) -> Measure {
        let (values, config) = (images(examples, self.data.shape), likelihood::SAMPLER);
        let trace = Trace::Hutchinson { probes: 1, seed: self.seed };
        let options = LikelihoodOptions { config, trace, seed: self.seed };
        let likelihood = self.sampler.likelihood(&values, &conditions(examples), options, |_| ());
        Measure {
            name: "bits_per_dimension".to_owned(),
            value: mean_and_error(&likelihood.bits_per_dimension).0,
            data: format!("{} held-out images", examples.len()),
            samples: examples.len() as u64,
            nfe: likelihood.nfe,
            ..self.template(config)
        }
    }
}
