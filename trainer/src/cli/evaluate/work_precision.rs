use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::cli::options::model::EvaluationData;
use crate::evaluation::classifier::{accuracy, conditions, images};
use crate::evaluation::frechet::frechet_distance;
use crate::evaluation::kernel::kernel_distance;
use crate::evaluation::work_precision::{Row, WorkPrecision, chart, settings};
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};
use crate::sampler::{SamplerConfig, balanced, in_turn};

/// Measures how good images are at each number of network evaluations, for every solver and spacing of the intervals: a
/// work-precision diagram.
///
/// A solver stands at a number of evaluations if it can spend exactly that; the adaptive one spends what it wants, and stands
/// with what it spent. Distances are in the features of the classifier; the round trip is the root mean square difference of
/// held-out images to themselves, encoded and decoded without guidance.
///
/// JSON: model, data, extractor (the classifier: name, accuracy), samples, guidance, seed, device, real_classifier_fid (of
/// as many held-out images), round_trips (their number), and rows: solver, spacing, intervals, nfe, classifier_fid,
/// classifier_kid, class_accuracy, round_trip.
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateWorkPrecision {
    /// Numbers of network evaluations for one image
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,2,4,8,16,40", alias = "passes")]
    nfe: Vec<NonZeroU32>,
    /// How many images to draw for each, as many of each class
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: u32,
    /// Also draw the Fréchet distance against the evaluations
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    classified: ClassifiedOptions,
}

/// Held-out images that are encoded and decoded in each setting.
const ROUND_TRIPS: usize = 100;

impl EvaluateWorkPrecision {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let (loaded, EvaluationData { data, .. }, classifier) = self.classified.load()?;
        let (samples, options) = (self.samples as usize, &self.classified.sampler);
        let count = data.held_out.len();
        ensure!(count >= 2 * samples, "only {count} images are held out; use fewer --samples");
        let examples = data.shuffled(&data.held_out);
        let held_out = images(&examples, data.shape);
        let conditions = conditions(&examples);
        let features = classifier.predict(&held_out).features;
        let (real, reference) = features.split_at(samples);
        let (classes, sampler) = (data.classes.len(), loaded.sampler());
        let settings = settings(&self.nfe, options.guidance);
        let bar = progress::bar(settings.len() as u64, "settings");
        let measure = |config: SamplerConfig| {
            let drawn = sampler.generate_many(&balanced(samples, classes), config, options.seed(), |_| ());
            let predictions = classifier.predict(&drawn.values);
            let plain = SamplerConfig { guidance: 1.0, ..config };
            bar.inc(1);
            Row {
                settings: config.settings(),
                nfe: drawn.nfe,
                classifier_fid: frechet_distance(&predictions.features, reference),
                classifier_kid: kernel_distance(&predictions.features, reference),
                class_accuracy: accuracy(&predictions.classes, in_turn(samples, classes)),
                round_trip: sampler.round_trip(&held_out[..ROUND_TRIPS], &conditions[..ROUND_TRIPS], plain),
            }
        };
        let rows: Vec<Row> = settings.into_iter().map(measure).collect();
        bar.finish_and_clear();
        if let Some(path) = &self.chart {
            chart(&rows).write(path)?;
        }
        let answer = WorkPrecision {
            circumstances: Circumstances {
                data: Some(data.name),
                samples: Some(samples as u64),
                extractor: Some(classifier.profile.extractor()),
                ..loaded.circumstances(options)
            },
            guidance: options.guidance,
            real_classifier_fid: frechet_distance(real, reference),
            round_trips: ROUND_TRIPS,
            rows,
        };
        print(&answer, options.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
