use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use shared::condition::Condition;
use shared::solver::Solver;
use shared::time::Spacing;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::evaluation::classifier::{accuracy, images};
use crate::evaluation::frechet::frechet_distance;
use crate::evaluation::kernel::kernel_distance;
use crate::report::chart::{Axis, Chart};
use crate::report::progress;
use crate::sampler::{SamplerConfig, balanced, in_turn};

/// Measures how good images are at each number of network evaluations, for every solver and spacing of the intervals.
///
/// A solver stands at a number of evaluations if it can spend exactly that; the adaptive one spends what it wants, and is told
/// with what it spent. Distances are in the features of the classifier; the round trip is the root mean square difference of
/// held-out images to themselves, encoded and decoded without guidance.
///
/// JSON: model, classifier, samples, guidance, seed, device, real_frechet_distance (of as many held-out images), round_trips
/// (their number), and rows: solver, spacing, intervals, nfe, frechet_distance, kernel_distance, class_accuracy, round_trip.
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateWorkPrecision {
    /// Numbers of network evaluations for one image
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,2,4,8,16,40")]
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

#[derive(Serialize)]
struct Row {
    solver: Solver,
    spacing: Spacing,
    intervals: u32,
    nfe: u32,
    frechet_distance: f64,
    kernel_distance: f64,
    class_accuracy: f64,
    round_trip: f64,
}

/// Held-out images that are encoded and decoded on each setting.
const ROUND_TRIPS: usize = 100;

impl EvaluateWorkPrecision {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let (loaded, data, classifier) = self.classified.load()?;
        let samples = self.samples as usize;
        ensure!(
            data.held_out.len() >= 2 * samples,
            "only {} images are held out; use fewer --samples",
            data.held_out.len()
        );
        let examples = data.shuffled(&data.held_out);
        let held_out = images(&examples, data.shape);
        let classes: Vec<_> = examples.iter().map(|example| Condition::Class(example.class.into())).collect();
        let (images, classes) = (&held_out[..ROUND_TRIPS], &classes[..ROUND_TRIPS]);
        let features = classifier.predict(&held_out).features;
        let (real, reference) = features.split_at(samples);
        let conditions = balanced(samples, data.classes.len());
        let settings = self.settings();
        let bar = progress::bar(settings.len() as u64, "settings");
        let rows: Vec<Row> = settings
            .into_iter()
            .map(|config| {
                let drawn = loaded.sampler().generate(&conditions, config, self.classified.sampler.seed(), 0);
                let plain = SamplerConfig { guidance: 1.0, ..sampler };
                let predictions = classifier.predict(&drawn.values);
                bar.inc(1);
                Row {
                    solver: config.solver,
                    spacing: config.spacing,
                    intervals: config.intervals.get(),
                    nfe: drawn.nfe,
                    frechet_distance: frechet_distance(&predictions.features, reference),
                    kernel_distance: kernel_distance(&predictions.features, reference),
                    class_accuracy: accuracy(&predictions.classes, in_turn(samples, data.classes.len())),
                    round_trip: loaded.sampler().round_trip(images, classes, plain),
                }
            })
            .collect();
        bar.finish_and_clear();
        let perfect = frechet_distance(real, reference);
        if let Some(path) = &self.chart {
            chart(&rows).write(path)?;
        }
        if self.classified.sampler.json {
            let report = json!({
                "model": self.classified.model.model, "classifier": classifier.profile, "samples": samples, "guidance": self.classified.sampler.guidance,
                "seed": self.classified.sampler.seed, "device": loaded.chosen.name, "real_frechet_distance": perfect, "round_trips": ROUND_TRIPS, "rows": rows,
            });
            println!("{report}");
        } else {
            println!("real images: Fréchet distance {perfect:.3}");
            println!(
                "{:>5} {:<11}{:<9}{:>10}{:>10}{:>10}{:>7}{:>10}",
                "nfe", "solver", "spacing", "intervals", "frechet", "kernel", "class", "trip"
            );
            for row in &rows {
                println!(
                    "{:>5} {:<11}{:<9}{:>10}{:>10.3}{:>10.4}{:>7.3}{:>10.1e}",
                    row.nfe,
                    row.solver.name(),
                    row.spacing.name(),
                    row.intervals,
                    row.frechet_distance,
                    row.kernel_distance,
                    row.class_accuracy,
                    row.round_trip
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// From few evaluations to many; the adaptive solver comes last.
    fn settings(&self) -> Vec<SamplerConfig> {
        let guidance = self.classified.sampler.guidance;
        let each_call = if guidance == 1.0 { 1 } else { 2 };
        let mut settings = Vec::new();
        for nfe in &self.nfe {
            for solver in Solver::FIXED {
                let interval = each_call * solver.evaluations().expect("a fixed number");
                let intervals = NonZeroU32::new(nfe.get() / interval).filter(|n| n.get() * interval == nfe.get());
                if let Some(intervals) = intervals {
                    settings.extend(Spacing::ALL.map(|spacing| SamplerConfig { solver, intervals, spacing, guidance }));
                }
            }
        }
        let adaptive =
            SamplerConfig { solver: Solver::Dopri5, intervals: NonZeroU32::MIN, spacing: Spacing::Uniform, guidance };
        settings.push(adaptive);
        settings
    }
}

/// One line for each fixed solver, one panel for each spacing.
fn chart(rows: &[Row]) -> Chart {
    let line = |solver: Solver, spacing: Spacing| {
        let of = rows.iter().filter(|row| row.solver == solver && row.spacing == spacing);
        of.map(|row| (f64::from(row.nfe), row.frechet_distance)).collect()
    };
    let panel =
        |spacing: Spacing| (format!("{spacing} intervals"), Solver::FIXED.map(|solver| line(solver, spacing)).to_vec());
    Chart {
        x: Axis::Logarithmic("network evaluations"),
        y: Axis::Logarithmic("Fréchet distance"),
        names: Solver::FIXED.map(|solver| solver.title().to_owned()).to_vec(),
        panels: Spacing::ALL.map(panel).to_vec(),
    }
}
