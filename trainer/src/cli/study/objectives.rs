use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use shared::measure::mean_and_deviation;
use shared::model::VelocityNetConfig;

use crate::cli::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::cli::train::stop_on_interrupt;
use crate::data::Source;
use crate::device::DeviceChoice;
use crate::evaluation::objectives::{Outcome, Variant, measure};
use crate::files;
use crate::report::chart::{Axis, Chart};
use crate::training::config::{Output, Training, TrainingConfig};

/// Trains one network with every objective, on as many images and from the same seeds, and writes a table of what came
/// of it with the spread over the seeds: objectives.md, objectives.json and the chart objectives.svg.
///
/// Distances are in the features of the classifier. The second table is the error of the one-step approximation that the
/// path-constrained loss is derived from, against time, early and late in training. Ctrl-C saves; the same command goes
/// on.
///
/// JSON: data, classifier, images, samples, device, outcomes: objective, seed, frechet_distance, kernel_distance,
/// class_accuracy, one_step_early and one_step_late (at t = 0.1, 0.2, … 1); text: the table.
#[derive(Debug, Args)]
pub(in crate::cli) struct StudyObjectives {
    #[command(flatten)]
    data: DataOption,
    /// Images that each training sees
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    images: u64,
    /// Trainings of each objective, with the seeds 0, 1, …
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(2..=100))]
    seeds: u64,
    /// Images drawn of each model
    #[arg(long, value_name = "N", default_value_t = 500)]
    samples: usize,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// The folder for tables and runs
    #[arg(long, value_name = "DIR", default_value = "runs/objectives")]
    out: PathBuf,
    /// Where to draw the chart [default: objectives.svg in the folder]
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
    /// Channels of the network
    #[arg(long, value_name = "N", default_value_t = 64)]
    width: usize,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

impl StudyObjectives {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let stop = stop_on_interrupt()?;
        let chosen = self.device.find()?;
        let source = self.data.source().unwrap_or(Source::Faces);
        let data = source.load()?;
        let classifier = self.classifier.load(&source, &data, &chosen.device)?;
        ensure!(
            data.held_out.len() > 2 * self.samples,
            "only {} images are held out; use fewer --samples",
            data.held_out.len()
        );
        let mut outcomes = Vec::new();
        let variants = Variant::all();
        for seed in 0..self.seeds {
            for (number, variant) in variants.iter().enumerate() {
                eprintln!("{}, seed {seed}", variant.name);
                let config = self.config(&source, variant, seed);
                config.check()?;
                let path = self.out.join(format!("{number}-seed-{seed}"));
                outcomes.push(measure(variant, &config, path, (&data, &classifier, &chosen, self.samples), &stop)?);
            }
        }
        let circumstances = format!(
            "{}. {} images seen by each training, {} seeds, width {}, on {}. {} images of each model, midpoint, 10 \
             intervals, guidance 1, noise of seed 0; features of {} ({:.1} % right). ± is the standard deviation over the \
             seeds.",
            data.name,
            self.images,
            self.seeds,
            self.width,
            chosen.name,
            self.samples,
            classifier.profile.name,
            100.0 * classifier.profile.accuracy
        );
        let text = table(&variants, &outcomes, &circumstances)?;
        let report = json!({
            "data": data.name, "classifier": classifier.profile, "images": self.images, "samples": self.samples,
            "device": chosen.name, "outcomes": outcomes, "text": text,
        });
        files::write_atomically(&self.out.join("objectives.json"), serde_json::to_string_pretty(&report)?.as_bytes())?;
        files::write_atomically(&self.out.join("objectives.md"), text.as_bytes())?;
        let chart = self.chart.unwrap_or_else(|| self.out.join("objectives.svg"));
        one_step_chart(&variants, &outcomes).write(&chart)?;
        if self.json {
            println!("{report}")
        } else {
            println!("{text}")
        }
        Ok(ExitCode::SUCCESS)
    }

    fn config(&self, source: &Source, variant: &Variant, seed: u64) -> TrainingConfig {
        TrainingConfig {
            name: variant.name.to_owned(),
            seed,
            data: source.clone(),
            network: VelocityNetConfig {
                width: self.width,
                prediction: variant.prediction,
                ..VelocityNetConfig::default()
            },
            objective: variant.objective.clone(),
            training: Training::short(self.images),
            output: Output { sheet_every_images: self.images, ..Output::default() },
            ..TrainingConfig::default()
        }
    }
}

fn table(variants: &[Variant], outcomes: &[Outcome], circumstances: &str) -> Result<String> {
    let mut text = format!(
        "{circumstances}\n\n| objective | Fréchet distance | kernel distance | class accuracy |\n| --- | --- | --- | --- |\n"
    );
    let of = |name: &'static str| outcomes.iter().filter(move |outcome| outcome.objective == name);
    for variant in variants {
        let spread = |value: fn(&Outcome) -> f64| {
            let numbers: Vec<f64> = of(variant.name).map(value).collect();
            let (mean, deviation) = mean_and_deviation(&numbers);
            format!("{mean:.3} ± {deviation:.3}")
        };
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            variant.name,
            spread(|o| o.frechet_distance),
            spread(|o| o.kernel_distance),
            spread(|o| o.class_accuracy)
        )?;
    }
    let header = (1..=10).map(|i| format!(" t = {:.1} |", f64::from(i) / 10.0)).collect::<String>();
    writeln!(
        text,
        "\nRoot mean square error of the one-step approximation x(t) ≈ x₀ + t·v(x̄(t), t) that the path-constrained loss is \
         derived from, early (after a tenth of the images) and late, mean over the seeds:\n"
    )?;
    writeln!(text, "| objective | |{header}\n|---|---|{}", "---|".repeat(10))?;
    let early = mean_errors(variants, outcomes, |o| &o.one_step_early);
    let late = mean_errors(variants, outcomes, |o| &o.one_step_late);
    for (variant, (early, late)) in variants.iter().zip(early.iter().zip(&late)) {
        for (when, errors) in [("early", early), ("late", late)] {
            let cells: String = errors.iter().map(|error| format!(" {error:.3} |")).collect();
            writeln!(text, "| {} | {when} |{cells}", variant.name)?;
        }
    }
    Ok(text)
}

/// The mean over the seeds of one error of every variant at every time.
fn mean_errors(variants: &[Variant], outcomes: &[Outcome], errors: fn(&Outcome) -> &Vec<f64>) -> Vec<Vec<f64>> {
    let of = |variant: &Variant| {
        let errors: Vec<&Vec<f64>> = outcomes.iter().filter(|o| o.objective == variant.name).map(errors).collect();
        let mean = |i: usize| errors.iter().map(|errors| errors[i]).sum::<f64>() / errors.len() as f64;
        (0..errors[0].len()).map(mean).collect()
    };
    variants.iter().map(of).collect()
}

fn one_step_chart(variants: &[Variant], outcomes: &[Outcome]) -> Chart {
    let panel = |title: &str, errors| {
        let lines = mean_errors(variants, outcomes, errors).into_iter().map(|errors| {
            let times = (1..).map(|i| f64::from(i) / errors.len() as f64);
            times.zip(errors.iter().copied()).collect()
        });
        (title.to_owned(), lines.collect())
    };
    Chart {
        x: Axis::Linear("t"),
        y: Axis::Logarithmic("error of one step"),
        names: variants.iter().map(|variant| variant.name.to_owned()).collect(),
        panels: vec![panel("early", |o| &o.one_step_early), panel("late", |o| &o.one_step_late)],
    }
}
