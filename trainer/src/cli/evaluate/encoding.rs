use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use shared::image::values_from_pixels;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::cli::options::model::EvaluationData;
use crate::cli::options::sampler::{
    without_guidance, without_intervals, without_seed, without_solver, without_spacing,
};
use crate::evaluation::encoding::{EncodingBench, EncodingTable};
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};

/// Measures ways to encode held-out images: how exactly they return, how near their noises are to those of a converged
/// encoding (rk4, 80 edm intervals), and what translations and interpolations are made of them.
///
/// The round trip alone says little: a coarse way back repeats the errors of the way there. No guidance anywhere, and no noise is
/// drawn.
///
/// JSON: model, data, extractor (the classifier: name, accuracy), samples, seed, device, and rows: solver, spacing, intervals,
/// nfe (of one encoding), round_trip, converged_rmse, noise_deviation, translated_accuracy (how often the classifier
/// sees the wanted class after translation to the next one), cycle_rmse (translated there and back), translated_mse (to the
/// truth, where that is known, else null), interpolated_accuracy (halfway between two images of one class, else null).
#[derive(Debug, Args)]
#[command(
    mut_arg("solver", without_solver),
    mut_arg("intervals", without_intervals),
    mut_arg("spacing", without_spacing),
    mut_arg("guidance", without_guidance),
    mut_arg("seed", without_seed)
)]
pub(in crate::cli) struct EvaluateEncoding {
    /// How many images, the classes in turn
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    samples: u32,
    #[command(flatten)]
    classified: ClassifiedOptions,
}

impl EvaluateEncoding {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let (loaded, EvaluationData { data, .. }, classifier) = self.classified.load()?;
        let (count, samples) = (data.classes.len(), self.samples as usize);
        ensure!(
            samples <= data.held_out.len(),
            "only {} images are held out; use fewer --samples",
            data.held_out.len()
        );
        let held_out = &data.held_out;
        let chosen: Vec<usize> = data.order(held_out).into_iter().take(samples).collect();
        let classes: Vec<usize> = chosen.iter().map(|&number| held_out[number].class.into()).collect();
        let of = |numbers: &[usize]| -> Vec<Vec<f32>> {
            numbers.iter().map(|&number| values_from_pixels(data.shape, &held_out[number].pixels)).collect()
        };
        // Of aligned data the same style in the next class is known.
        let next = |&number: &usize| number / count * count + (number % count + 1) % count;
        let targets = data.aligned.then(|| of(&chosen.iter().map(next).collect::<Vec<_>>()));
        let values = of(&chosen);
        let sampler = loaded.sampler();
        let bench = EncodingBench {
            sampler: &sampler,
            classifier: &classifier,
            images: &values,
            classes: &classes,
            targets: targets.as_deref(),
            count,
        };
        let settings = EncodingBench::settings();
        let bar = progress::bar(settings.len() as u64 + 1, "settings");
        let converged = bench.converged();
        bar.inc(1);
        let measure = |config| {
            let row = bench.measure(config, &converged);
            bar.inc(1);
            row
        };
        let rows = settings.into_iter().map(measure).collect();
        bar.finish_and_clear();
        let answer = EncodingTable {
            circumstances: Circumstances {
                data: Some(data.name),
                samples: Some(samples as u64),
                extractor: Some(classifier.profile.extractor()),
                ..loaded.circumstances(&self.classified.sampler)
            },
            rows,
        };
        print(&answer, self.classified.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
