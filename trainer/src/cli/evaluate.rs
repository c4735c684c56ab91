mod classifier;
mod encoding;
mod guidance;
mod likelihood;
mod pretrained;
pub(super) mod translation;
mod work_precision;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use shared::card::Direct;
use shared::checkpoint::Checkpoint;

use super::options::classifier::ClassifierOption;
use super::options::data::DataOption;
use super::options::model::{EvaluationData, Loaded, ModelFile};
use super::options::sampler::SamplerOptions;
use crate::data::Dataset;
use crate::evaluation::quality::{Quality, QualityBench};
use crate::files;
use crate::report::{print, progress};

/// Measures a model, and real held-out images beside it: what a perfect model would reach.
///
/// classifier_fid and classifier_kid are the Fréchet and the kernel distance to held-out images, classifier_fid_interval half
/// of the 95 % interval of the first with one seed (the bootstrap: images drawn and held out are resampled), classifier_fid_unlimited
/// what it would be if infinitely many images were drawn, precision and recall the shares of images within reach of the other side's, all in
/// the features of a classifier; class_accuracy is how often it sees the class that was asked for, merged_accuracy the same where characters that differ in case alone, 0 O o and 1 I l, count as one; pixel_fid, the Fréchet
/// distance in principal components of pixels; equal_neighbours, the share of neighbouring values that are equal to the eye.
/// These are means over five seeds of the noise, with their standard deviation, beside real images and a negative control, the
/// same few training images again and again: do not rely on a measure alone if it cannot tell a model from this control.
/// nearest_training_image, the root mean square difference to the nearest image trained
/// on (far below that of real images means learned by heart); round_trip, that of held-out images to themselves encoded
/// and decoded; converged_rmse, how far their noises are from those of a fine grid (rk4, 80 edm intervals), where the noise
/// of a perfect model has deviation 1; straightness, how far trajectories are from straight, 0 if the velocity never
/// changes; bits_per_dimension of held-out images, along the trajectory that `evaluate likelihood` takes by default. The straightness is that of the visited states: it is left out in a
/// single interval, where there is nothing between the ends.
///
/// noise_deviation, noise_excess_kurtosis and noise_neighbours tell whether converged noises of held-out images, dequantised, are
/// normal (1, 0) and independent (0).
///
/// JSON: model, seconds, measures (a list of objects: name, value, deviation, seeds, real, control, extractor, data, samples
/// with each seed, solver, intervals, spacing, nfe, guidance, seed: each its own).
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Evaluate {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    model: ModelFile,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// How many images to draw with each of five seeds, as many of each class [default: 2000, or half of the held-out ones if that is less]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(FEWEST as i64..=50_000))]
    samples: Option<u32>,
    /// Write the measures into the model's card, in place of those before
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    sampler: SamplerOptions,
}

/// Images to draw unless told otherwise, where as many are held out.
const SAMPLES: usize = 2_000;

/// Of fewer images nothing is said.
pub(super) const FEWEST: usize = 20;

/// How many images are drawn to be compared with held-out ones of `data`, unless somebody says otherwise.
pub(super) fn most_samples(data: &Dataset) -> usize {
    data.whole_turns(SAMPLES.min(data.held_out.len() / 2))
}

#[derive(Debug, Subcommand)]
enum What {
    Translation(translation::EvaluateTranslation),
    Encoding(encoding::EvaluateEncoding),
    Guidance(guidance::EvaluateGuidance),
    Pretrained(pretrained::EvaluatePretrained),
    #[command(alias = "judge")]
    Classifier(classifier::EvaluateClassifier),
    #[command(alias = "ladder")]
    WorkPrecision(work_precision::EvaluateWorkPrecision),
    Likelihood(likelihood::EvaluateLikelihood),
}

impl Evaluate {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.what {
            Some(What::Translation(translation)) => translation.run(),
            Some(What::Encoding(encoding)) => encoding.run(),
            Some(What::Guidance(guidance)) => guidance.run(),
            Some(What::Pretrained(pretrained)) => pretrained.run(),
            Some(What::Classifier(classifier)) => classifier.run(),
            Some(What::WorkPrecision(work_precision)) => work_precision.run(),
            Some(What::Likelihood(likelihood)) => likelihood.run(),
            None => self.quality(),
        }
    }

    fn quality(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        let card = &loaded.checkpoint.card;
        if let Some(Direct { from, to, .. }) = &card.direct {
            bail!(
                "a model without a noise end is measured beside a class-conditional one of the same images, where true translations \
                 are known: evaluate translation --model MODEL --direct {} --pairs {from}:{to}",
                self.model.model.display()
            );
        }
        let EvaluationData { source, data, own } = loaded.material(&self.data)?;
        ensure!(own || !self.write, "--write keeps measures on the model's own data only; leave out --write or --data");
        let samples = self.samples.map_or_else(|| most_samples(&data), |samples| data.whole_turns(samples as usize));
        ensure!(
            samples >= FEWEST,
            "{} held-out images are too few to measure with: {FEWEST} are compared with as many others, the same number of each \
             class; hold out more (data.held_out) or name other images with --data",
            data.held_out.len()
        );
        ensure!(
            data.held_out.len() >= 2 * samples,
            "{samples} drawn images want {} held-out ones, as many to be compared as to compare with, but there are {}; use \
             fewer --samples or more --data",
            2 * samples,
            data.held_out.len()
        );
        let classifier = self.classifier.load(&source, &data, &loaded.chosen.device)?;
        let began = Instant::now();
        let bench = QualityBench {
            sampler: &loaded.sampler(),
            config: self.sampler.config(),
            seed: self.sampler.seed(),
            classifier: &classifier,
            data: &data,
            own,
            samples,
        };
        let bar: ProgressBar = progress::spinner();
        let measures = bench.measure(|step| bar.set_message(step.to_owned()));
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        let answer = Quality { model: self.model.model, seconds, measures };
        print(&answer, self.sampler.json)?;
        if self.write {
            // Its run may have gone on while it was measured.
            let mut model = Checkpoint::from_bytes(&files::read(&answer.model)?)?;
            ensure!(
                model.parameters == loaded.checkpoint.parameters,
                "{} has other weights now than those that were measured; its card was not changed",
                answer.model.display()
            );
            model.card.measures = answer.measures;
            // Where the images lie here is nobody else's business.
            model.card.dataset.get_or_insert_with(|| data.facts(&source.published()));
            let bytes = model.to_bytes(model.precision()).context("the model's card was not changed")?;
            files::write_atomically(&answer.model, &bytes)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
