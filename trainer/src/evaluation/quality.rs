//! The measures of a model's card, each with its own circumstances.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::card::Measure;
use shared::checkpoint::Example;
use shared::divergence::Trace;
use shared::likelihood::dequantised;
use shared::measure::{mean_and_deviation, mean_and_error};
use shared::noise::Seed;

use super::classifier::{Classifier, conditions, images};
use super::encoding::CONVERGED;
use super::noise_moments::NoiseMoments;
use super::precision_recall::nearest_differences;
use super::reference::{COMPONENTS, Comparison, Reference, classes};
use crate::data::Dataset;
use crate::sampler::likelihood::{self, LikelihoodOptions};
use crate::sampler::{Sampler, SamplerConfig, balanced, mean_rmse};

/// Images that are looked at closely: compared with all others, encoded and decoded, followed on their way.
const CLOSELY: usize = 200;

/// Images whose likelihood is taken and whose encoding is followed to convergence, the dearest measures.
const DEAREST: usize = 50;

/// Seeds of the noise with which images are drawn, beginning with the one asked for.
const SEEDS: u64 = 5;

/// What no network was asked for.
const NO_EXTRACTOR: &str = "no network";

/// The accuracy where classes that are drawn alike count as one.
const MERGED: &str = "merged_accuracy";

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
        let mut measures = self.drawn();
        let examples = &held_out[..self.samples.min(CLOSELY)];
        step("encoding");
        measures.extend(self.encoded(examples));
        step("straightness");
        // Between the ends of a single interval there is nothing to be off the line.
        if self.config.intervals.get() > 1 {
            measures.push(self.straightness(examples.len()));
        }
        step("likelihood");
        measures.push(self.likelihood(&examples[..examples.len().min(DEAREST)]));
        measures
    }

    fn template(&self, config: SamplerConfig) -> Measure {
        Measure {
            name: String::new(),
            value: f64::NAN,
            real: None,
            control: None,
            deviation: None,
            seeds: 1,
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

    /// How drawn images compare with real ones, with real images and the negative control in their place.
    fn drawn(&self) -> Vec<Measure> {
        let QualityBench { sampler, config, seed, classifier, data, samples, .. } = *self;
        let (real, others) = data.held_out_apart(samples);
        let reference = Reference::new(classifier, data, &others);
        let real_images = images(&real, data.shape);
        // Only what was trained on can have been learned by heart.
        let training = if self.own { images(&data.training, data.shape) } else { Vec::new() };
        let few = samples.min(CLOSELY);
        let to_nearest = |images: &[Vec<f32>]| mean_and_error(&nearest_differences(&images[..few], &training)).0;
        let (mut interval, mut unlimited, mut nearest) = (None, Vec::new(), Vec::new());
        let drawn = reference.compare_drawn(sampler, config, samples, seed.following(SEEDS), |drawn, predictions| {
            interval.get_or_insert_with(|| reference.fid_interval(&predictions.features, seed));
            unlimited.push(reference.unlimited_fid(&predictions.features));
            if self.own {
                nearest.push(to_nearest(&drawn.values));
            }
        });
        let seen = classifier.predict(&real_images);
        let of_real = reference.compare(&real_images, &seen, &classes(&real));
        let control = reference.compare_control(data, samples);
        let template = Measure {
            extractor: classifier.profile.name.clone(),
            data: format!("{} held-out images", reference.len()),
            samples: samples as u64,
            nfe: drawn.nfe,
            seeds: SEEDS,
            ..self.template(config)
        };
        let measure = |name: &str, of: fn(&Comparison) -> f64| Measure {
            real: Some(of(&of_real)),
            control: Some(of(&control)),
            ..template.clone().named(name).spread(drawn.spread(of))
        };
        let equal = format!("{samples} held-out images");
        let pixels = format!("{COMPONENTS} principal components of pixels");
        let mut measures = vec![
            measure("classifier_fid", |c| c.classifier_fid),
            Measure {
                value: interval.expect("images were drawn with a seed"),
                real: Some(reference.fid_interval(&seen.features, seed)),
                seeds: 1,
                ..template.clone().named("classifier_fid_interval")
            },
            Measure {
                real: Some(reference.unlimited_fid(&seen.features)),
                ..template.clone().named("classifier_fid_unlimited").spread(mean_and_deviation(&unlimited))
            },
            measure("classifier_kid", |c| c.classifier_kid),
            Measure { extractor: pixels, ..measure("pixel_fid", |c| c.pixel_fid) },
            Measure { data: equal.clone(), ..measure("precision", |c| c.precision) },
            Measure { data: equal.clone(), ..measure("recall", |c| c.recall) },
            Measure { data: equal.clone(), ..measure("class_accuracy", |c| c.class_accuracy) },
            Measure { data: equal.clone(), ..measure(MERGED, |c| c.merged_accuracy.unwrap_or(f64::NAN)) },
            Measure {
                data: equal,
                extractor: NO_EXTRACTOR.to_owned(),
                ..measure("equal_neighbours", |c| c.equal_neighbours)
            },
        ];
        // Where no classes are alike, nothing is said of them.
        measures.retain(|measure| measure.name != MERGED || measure.value.is_finite());
        if self.own {
            measures.push(Measure {
                extractor: NO_EXTRACTOR.to_owned(),
                data: format!("{} images trained on", training.len()),
                samples: few as u64,
                real: Some(to_nearest(&real_images)),
                ..template.named("nearest_training_image").spread(mean_and_deviation(&nearest))
            });
        }
        measures
    }

    /// Held-out images encoded and decoded, how far their noises are from converged ones, and how normal those are.
    fn encoded(&self, examples: &[Example]) -> [Measure; 5] {
        let plain = SamplerConfig { guidance: 1.0, ..self.config };
        let (values, conditions) = (images(examples, self.data.shape), conditions(examples));
        let encoded = self.sampler.encode(&values, &conditions, plain);
        let (nfe, noises) = (encoded.nfe, encoded.noises());
        let back = self.sampler.decode_encoded(encoded, &conditions, plain);
        let few = examples.len().min(DEAREST);
        let converged = self.sampler.encode(&values[..few], &conditions[..few], CONVERGED);
        let (converged_nfe, converged) = (converged.nfe, converged.noises());
        // Flat parts of an image lie at the very middle of their levels, from where a good model finds no noise at all: only images
        // that are spread over their levels, as those it has learned from, should have normal noises.
        let spread: Vec<Vec<f32>> =
            values[..few].iter().zip(0..).map(|(image, index)| dequantised(image, self.seed, index)).collect();
        let of_spread = self.sampler.encode(&spread, &conditions[..few], CONVERGED).noises();
        let NoiseMoments { deviation, excess_kurtosis, neighbours } = NoiseMoments::of(self.data.shape, &of_spread);
        let measure = |config, nfe, name: &str, value, samples: usize| Measure {
            value,
            data: format!("{samples} held-out images"),
            samples: samples as u64,
            nfe,
            ..self.template(config).named(name)
        };
        let of_noise = |name: &str, value| Measure {
            data: format!("{few} held-out images, dequantised"),
            ..measure(CONVERGED, converged_nfe, name, value, few)
        };
        [
            measure(plain, nfe, "round_trip", mean_rmse(&values, &back.values), values.len()),
            measure(plain, nfe, "converged_rmse", mean_rmse(&noises[..few], &converged), few),
            of_noise("noise_deviation", deviation),
            of_noise("noise_excess_kurtosis", excess_kurtosis),
            of_noise("noise_neighbours", neighbours),
        ]
    }

    fn straightness(&self, samples: usize) -> Measure {
        let plain = SamplerConfig { guidance: 1.0, ..self.config };
        let conditions = balanced(samples, self.data.classes.len());
        let (value, nfe) = self.sampler.straightness(&conditions, plain, self.seed);
        let template = self.template(plain).named("straightness");
        Measure { value, data: "no images".into(), samples: samples as u64, nfe, ..template }
    }

    fn likelihood(&self, examples: &[Example]) -> Measure {
        let (values, config) = (images(examples, self.data.shape), likelihood::SAMPLER);
        let trace = Trace::Hutchinson { probes: 1, seed: self.seed };
        let options = LikelihoodOptions { config, trace, seed: self.seed };
        let likelihood = self.sampler.likelihood(&values, &conditions(examples), options, |_| ());
        Measure {
            value: mean_and_error(&likelihood.bits_per_dimension).0,
            data: format!("{} held-out images", examples.len()),
            samples: examples.len() as u64,
            nfe: likelihood.nfe,
            ..self.template(config).named("bits_per_dimension")
        }
    }
}

/// How a measure is put together.
trait Building {
    fn named(self, name: &str) -> Self;
    fn spread(self, spread: (f64, f64)) -> Self;
}

impl Building for Measure {
    fn named(self, name: &str) -> Self {
        Measure { name: name.to_owned(), ..self }
    }

    /// The mean over the seeds, and the deviation.
    fn spread(self, (value, deviation): (f64, f64)) -> Self {
        Measure { value, deviation: Some(deviation), ..self }
    }
}
