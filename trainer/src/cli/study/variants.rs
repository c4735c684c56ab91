use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use shared::model::VelocityNetConfig;

use crate::cli::interrupt::Interrupt;
use crate::cli::options::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::data::Source;
use crate::device::DeviceChoice;
use crate::evaluation::reference::Reference;
use crate::evaluation::study::{SAMPLER, StudyBench, StudyTable};
use crate::evaluation::variant::Variant;
use crate::files;
use crate::report::print;
use crate::training::config::{Output, Training, TrainingConfig};
use crate::training::stopped::Stopped;

/// What help says of a study: the variants, and what comes of them.
pub(in crate::cli) fn help(variants: &[Variant]) -> String {
    let of = |variant: &Variant| format!("  {:<22}{}\n", variant.key, variant.name);
    format!("Variants:\n{}\n{ANSWER}", variants.iter().map(of).collect::<String>())
}

const ANSWER: &str = "\
Distances are in the features of the classifier and in principal components of pixels, the mean over five seeds of the noise; \
converged is that of images drawn in many more intervals. The second table is quality against images seen, from two seeds. The \
third is the error of the one-step approximation that the path-constrained loss is derived from, against time, early and late in \
training. Without --data, on faces. Ctrl-C saves; the same command goes on. Two machines can share the work by --first-seed: with \
the folders of both in one, the command for all seeds measures nothing anew.

JSON: data, extractor (the classifier: name, accuracy), images, width, samples, spacing (of the intervals that drew them), device, \
real and control (as many held-out images, and the same few training images repeated: classifier_fid, classifier_kid, pixel_fid, \
precision, recall, class_accuracy, equal_neighbours), diverged (names of variants that are left out, as a training of theirs ended in numbers that are not finite), outcomes: variant, seed, classifier_fid, converged_fid, pixel_fid, classifier_kid, class_accuracy, multiply_adds (of one evaluation of the network, for one image), seconds (of training), curve (a \
list: images, classifier_fid), one_step_early and one_step_late (at t = 0.1, 0.2, … 1).";

/// What `study objectives` and `study recipes` are asked.
#[derive(Debug, Args)]
pub(in crate::cli) struct StudyVariants {
    #[command(flatten)]
    data: DataOption,
    /// Images that each training sees
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    images: u64,
    /// Trainings of each variant, each with a seed of its own
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// The first of these seeds: machines can share the work
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..1_000_000))]
    first_seed: u64,
    /// Compare these variants alone with the first one: names from the list below, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
    /// Images drawn of each model with each of five seeds
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(20..=50_000))]
    samples: u32,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// The folder for tables and runs [default: runs/ and the name of the study]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where to draw the chart [default: study.svg in the folder]
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

impl StudyVariants {
    pub(in crate::cli) fn run(self, variants: &[Variant], folder: &str) -> Result<ExitCode> {
        let variants = chosen(variants, &self.only)?;
        self.chart.iter().try_for_each(|chart| files::check_output(chart, "svg", &[]))?;
        let out = self.out.clone().unwrap_or_else(|| folder.into());
        let interrupt = Interrupt::listen()?;
        let chosen = self.device.find()?;
        let source = self.data.source().unwrap_or(Source::Faces).resolved();
        let data = source.load()?;
        let classifier = self.classifier.load(&source, &data, &chosen.device)?;
        let samples = data.whole_turns(self.samples as usize);
        let (reference, real, control) = Reference::with_bounds(&classifier, &data, samples)?;
        for variant in &variants {
            self.config(&source, variant, self.first_seed).check_for(&data)?;
        }
        let facts = data.facts(&source);
        let bench = StudyBench {
            data: &data,
            facts: &facts,
            classifier: &classifier,
            reference: &reference,
            chosen: &chosen,
            samples,
        };
        let (mut outcomes, mut diverged) = (Vec::new(), Vec::new());
        for seed in self.first_seed..self.first_seed + self.seeds {
            for variant in &variants {
                if diverged.iter().any(|name| name == variant.name) {
                    continue;
                }
                eprintln!("{}, seed {seed}", variant.name);
                let config = self.config(&source, variant, seed);
                let path = out.join(format!("{}-seed-{seed}", variant.key));
                match bench.measure(variant, &config, path, &|| interrupt.asked()) {
                    Ok(outcome) => outcomes.push(outcome),
                    // Without the first there is nothing to compare with.
                    Err(error) if variant.key != variants[0].key && is_divergence(&error) => {
                        eprintln!("note: {} is left out of the table: {error}", variant.name);
                        diverged.push(variant.name.to_owned());
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        outcomes.retain(|outcome| !diverged.contains(&outcome.variant));
        let table = StudyTable {
            data: data.name.clone(),
            extractor: classifier.profile.extractor(),
            images: self.images,
            width: Some(self.width),
            samples,
            spacing: SAMPLER.spacing,
            device: chosen.name.clone(),
            real: Some(real),
            control: Some(control),
            diverged,
            outcomes,
        };
        let file = |name: &str| out.join(name);
        files::write_atomically(&file("study.json"), serde_json::to_string_pretty(&table)?.as_bytes())?;
        files::write_atomically(&file("study.md"), table.to_string().as_bytes())?;
        table.chart().write(&self.chart.clone().unwrap_or_else(|| file("study.svg")))?;
        print(&table, self.json)?;
        Ok(ExitCode::SUCCESS)
    }

    fn config(&self, source: &Source, variant: &Variant, seed: u64) -> TrainingConfig {
        variant.of(TrainingConfig {
            name: variant.name.to_owned(),
            seed,
            data: source.clone(),
            network: VelocityNetConfig { width: self.width, ..VelocityNetConfig::default() },
            training: Training::short(self.images),
            output: Output { sheet_every_images: self.images, ..Output::default() },
            ..TrainingConfig::default()
        })
    }
}

/// Whether a training ended in numbers that are not finite.
fn is_divergence(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Stopped::NotFinite { .. }))
}

/// The first variant, and those that are named, or all.
fn chosen<'a>(variants: &'a [Variant], only: &[String]) -> Result<Vec<&'a Variant>> {
    if let Some(unknown) = only.iter().find(|name| variants.iter().all(|variant| variant.key != **name)) {
        let keys: Vec<&str> = variants.iter().map(|variant| variant.key).collect();
        bail!("there is no variant {unknown}; there are {}", keys.join(", "));
    }
    let wanted = |variant: &&Variant| {
        only.is_empty() || variant.key == variants[0].key || only.iter().any(|name| name == variant.key)
    };
    Ok(variants.iter().filter(wanted).collect())
}
