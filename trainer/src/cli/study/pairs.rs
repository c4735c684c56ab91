use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use shared::model::VelocityNetConfig;

use crate::cli::evaluate::translation::{EvaluateTranslation, Pair};
use crate::cli::train::stop_on_interrupt;
use crate::data::{Dataset, Source};
use crate::device::Chosen;
use crate::evaluation::objectives::go_on;
use crate::training::config::{Coupling, Objective, Output, Training, TrainingConfig};
use crate::training::pairs::TrainingPairs;
use crate::training::run::Run;
use crate::training::run_folder::RunFolder;

/// Compares one class-conditional model with models that are trained for a single pair of classes: for each pair, direct
/// flows from source to target, with and without noise on the source, and with images paired by style or not.
///
/// Trains them, then does and prints what `evaluate translation` does with these models. Ctrl-C saves; the same command
/// goes on.
///
/// JSON: that of `evaluate translation`, and trained: images, width, noise (on the source, where there is noise).
#[derive(Debug, Args)]
pub(in crate::cli) struct StudyPairs {
    /// Images that each training sees
    #[arg(long, value_name = "N", default_value_t = 30_000)]
    images: u64,
    /// Channels of the networks
    #[arg(long, value_name = "N", default_value_t = 32)]
    width: usize,
    /// The folder for the runs
    #[arg(long, value_name = "DIR", default_value = "runs/pairs")]
    out: PathBuf,
    #[command(flatten)]
    translation: EvaluateTranslation,
}

/// The deviation of the noise on the source, where there is noise.
const NOISE: f64 = 0.7;

/// What is trained for each pair: its name, whether by style, and the noise on the source.
const VARIANTS: [(&str, bool, f64); 3] =
    [("paired", true, 0.0), ("paired, noisy source", true, NOISE), ("unpaired, noisy source", false, NOISE)];

impl StudyPairs {
    pub(in crate::cli) fn run(mut self) -> Result<ExitCode> {
        let stop = stop_on_interrupt()?;
        let (loaded, source, data) = self.translation.load()?;
        ensure!(self.translation.direct.is_empty(), "this study trains the --direct models itself");
        let mut direct = Vec::new();
        for pair in self.translation.pairs(&source)? {
            for (name, paired, noise) in VARIANTS {
                eprintln!("{} to {}, {name}", pair.from, pair.to);
                let coupling = Coupling::Direct { from: pair.from.clone(), to: pair.to.clone(), paired, noise };
                let config = self.config(name, &source, coupling);
                config.check()?;
                direct.push(self.train(&pair, name, &config, (&data, &loaded.chosen), &stop)?);
            }
        }
        drop(loaded);
        self.translation.direct = direct;
        let mut report = self.translation.measure()?;
        report.circumstances["trained"] = json!({ "images": self.images, "width": self.width, "noise": NOISE });
        report.print(self.translation.sampler.json);
        Ok(ExitCode::SUCCESS)
    }

    /// The model, from a new run or one that was begun.
    fn train(
        &self,
        pair: &Pair,
        name: &str,
        config: &TrainingConfig,
        (data, chosen): (&Dataset, &Chosen),
        stop: &AtomicBool,
    ) -> Result<PathBuf> {
        // By number: names that differ by case only are one folder on some systems.
        let (from, to) = pair.classes(data)?;
        let path = self.out.join(format!("{from}-to-{to}-{}", name.replace(", ", "-").replace(' ', "-")));
        let pairs = TrainingPairs::new(data, &config.objective.coupling)?;
        let (folder, begun) = RunFolder::open_or_create(path, config)?;
        go_on(&mut Run::begin(&folder, config, (data, &pairs), chosen, begun)?, self.images, stop)?;
        Ok(folder.path("model.safetensors"))
    }

    fn config(&self, name: &str, source: &Source, coupling: Coupling) -> TrainingConfig {
        TrainingConfig {
            name: name.to_owned(),
            data: source.clone(),
            network: VelocityNetConfig { width: self.width, ..VelocityNetConfig::default() },
            objective: Objective { coupling, ..Objective::default() },
            training: Training::short(self.images),
            output: Output { sheet_every_images: self.images, ..Output::default() },
            ..TrainingConfig::default()
        }
    }
}
