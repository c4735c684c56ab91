use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use shared::solver::Solver;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::cli::options::model::EvaluationData;
use crate::cli::options::sampler::{solver_parser, without_intervals, without_solver, without_spacing};
use crate::evaluation::classifier::{conditions, images};
use crate::evaluation::reference::Reference;
use crate::evaluation::work_precision::{Row, WorkPrecision, chart, settings};
use crate::files;
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};
use crate::sampler::SamplerConfig;

/// Measures how good images are at each number of network evaluations, for every solver and spacing of the intervals: a
/// work-precision diagram.
///
/// A solver stands at a number of evaluations if it can spend exactly that; the adaptive one spends what it wants, and stands
/// with what it spent. Distances are in the features of the classifier and in principal components of pixels, beside those of
/// real images and of a few training images repeated; both have their spread over several seeds of the noise. The round trip is the root mean square difference of
/// held-out images to themselves, encoded and decoded without guidance.
///
/// JSON: model, data, extractor (the classifier: name, accuracy), samples, guidance, seed (the first), seeds, device,
/// real_classifier_fid (of as many held-out images), real and control (held-out images, and the same few images repeated:
/// classifier_fid, classifier_kid, pixel_fid, precision, recall, class_accuracy, equal_neighbours), round_trips (their number),
/// and rows: solver, spacing, intervals, nfe, classifier_fid, classifier_fid_deviation, pixel_fid, pixel_fid_deviation,
/// classifier_kid, class_accuracy, round_trip.
#[derive(Debug, Args)]
#[command(
    mut_arg("solver", without_solver),
    mut_arg("intervals", without_intervals),
    mut_arg("spacing", without_spacing)
)]
pub(in crate::cli) struct EvaluateWorkPrecision {
    /// Numbers of network evaluations for one image
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,2,4,8,16,40", alias = "passes")]
    nfe: Vec<NonZeroU32>,
    /// Only these solvers
    #[arg(long, value_name = "SOLVER,…", value_delimiter = ',', value_parser = solver_parser(), default_values_t = Solver::ALL)]
    solvers: Vec<Solver>,
    /// How many images to draw for each with each seed, as many of each class
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: u32,
    /// Seeds of the noise, beginning with --seed
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=100))]
    seeds: u64,
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
        self.chart.iter().try_for_each(|chart| files::check_output(chart, "svg", &[]))?;
        let (loaded, EvaluationData { data, .. }, classifier) = self.classified.load()?;
        let (samples, options) = (data.whole_turns(self.samples as usize), &self.classified.sampler);
        let (reference, real, control) = Reference::with_bounds(&classifier, &data, samples)?;
        let examples = data.shuffled(&data.held_out);
        let held_out = images(&examples, data.shape);
        let conditions = conditions(&examples);
        let sampler = loaded.sampler();
        let settings = settings(&self.nfe, &self.solvers, options.guidance);
        ensure!(
            !settings.is_empty(),
            "none of these solvers can spend any of these numbers of evaluations; name others"
        );
        let bar = progress::bar(settings.len() as u64, "settings");
        let measure = |config: SamplerConfig| {
            let seeds = options.seed().following(self.seeds);
            let drawn = reference.compare_drawn(&sampler, config, samples, seeds, |_, _| ());
            let (fid, pixels) = (drawn.spread(|c| c.classifier_fid), drawn.spread(|c| c.pixel_fid));
            let plain = SamplerConfig { guidance: 1.0, ..config };
            bar.inc(1);
            Row {
                settings: config.settings(),
                nfe: drawn.nfe,
                classifier_fid: fid.0,
                classifier_fid_deviation: Some(fid.1),
                pixel_fid: Some(pixels.0),
                pixel_fid_deviation: Some(pixels.1),
                classifier_kid: drawn.spread(|c| c.classifier_kid).0,
                class_accuracy: drawn.spread(|c| c.class_accuracy).0,
                round_trip: sampler.round_trip(&held_out[..ROUND_TRIPS], &conditions[..ROUND_TRIPS], plain),
            }
        };
        let rows: Vec<Row> = settings.into_iter().map(measure).collect();
        bar.finish_and_clear();
        let answer = WorkPrecision {
            circumstances: Circumstances {
                data: Some(data.name),
                samples: Some(samples as u64),
                extractor: Some(classifier.profile.extractor()),
                ..loaded.circumstances(options)
            },
            guidance: options.guidance,
            seeds: self.seeds,
            real_classifier_fid: real.classifier_fid,
            real: Some(real),
            control: Some(control),
            round_trips: ROUND_TRIPS,
            rows,
        };
        print(&answer, options.json)?;
        // After the answer: a file that cannot be written costs no figure.
        self.chart.map_or(Ok(()), |path| chart(&answer.rows).write(&path))?;
        Ok(ExitCode::SUCCESS)
    }
}
