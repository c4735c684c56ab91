use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use shared::model::{Prediction, VelocityNetConfig};
use shared::objective::LossWeight;

use crate::cli::evaluate::translation::{EvaluateTranslation, Pair};
use crate::cli::interrupt::Interrupt;
use crate::data::{Dataset, Source};
use crate::device::Chosen;
use crate::evaluation::study::go_on;
use crate::evaluation::translation::{Trained, TranslationTable};
use crate::report::print;
use crate::training::config::{Coupling, Objective, Output, Training, TrainingConfig};
use crate::training::pairs::TrainingPairs;
use crate::training::run::{Run, RunInputs};
use crate::training::run_folder::{MODEL, RunFolder};

/// Compares one class-conditional model with models that are trained for a single pair of classes: for each pair, direct
/// flows from source to target, with and without noise on the source, with images paired by style or not, and a Brownian
/// bridge.
///
/// Trains them, then does and prints what `evaluate translation` does with these models. Ctrl-C saves; the same command
/// goes on.
///
/// JSON: that of `evaluate translation`, and trained: images, width, noise (on the source, where there is noise), bridge (its deviation). That is
/// model, extractor (name, accuracy), data, styles, device, solver, intervals, spacing, seed, repeats, time, and rows: pair, method,
/// guidance, noises, mse, mse_error, style_mse, mse_far, ssim, sharpness, class_accuracy, style_retrieval, source_mse, round_trip_mse, nfe.
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

/// The deviation of the bridge, where there is one: halfway it is 0.5.
const BRIDGE: f64 = 1.0;

/// What is trained for each pair.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// Whether images are paired by style.
    paired: bool,
    /// The noise on the source.
    noise: f64,
    /// The noise on the way.
    bridge: f64,
}

const WAYS: [Way; 5] = [
    Way { name: "paired", paired: true, noise: 0.0, bridge: 0.0 },
    Way { name: "paired, noisy source", paired: true, noise: NOISE, bridge: 0.0 },
    Way { name: "paired, bridge", paired: true, noise: 0.0, bridge: BRIDGE },
    Way { name: "unpaired", paired: false, noise: 0.0, bridge: 0.0 },
    Way { name: "unpaired, noisy source", paired: false, noise: NOISE, bridge: 0.0 },
];

/// One training of the study.
#[derive(Clone, Copy)]
struct PairStudy<'a> {
    pair: &'a Pair,
    name: &'a str,
    config: &'a TrainingConfig,
    data: &'a Dataset,
    chosen: &'a Chosen,
}

impl StudyPairs {
    pub(in crate::cli) fn run(mut self) -> Result<ExitCode> {
        let interrupt = Interrupt::listen()?;
        let (loaded, source, data) = self.translation.load()?;
        ensure!(self.translation.direct.is_empty(), "this study trains the --direct models itself");
        let pairs = self.translation.pairs(&source)?;
        // What would stop the measurement is found out before hours are spent on what it measures.
        pairs.iter().try_for_each(|pair| pair.classes(&data).map(drop))?;
        self.translation.ready(&source, &data, &loaded.chosen.device)?;
        let mut direct = Vec::new();
        for pair in pairs {
            for way @ Way { name, .. } in WAYS {
                eprintln!("{} to {}, {name}", pair.from, pair.to);
                let config = self.config(way, &source, &pair);
                config.check_for(&data)?;
                let study = PairStudy { pair: &pair, name, config: &config, data: &data, chosen: &loaded.chosen };
                direct.push(self.train(study, &|| interrupt.asked())?);
            }
        }
        interrupt.nothing_to_save()?;
        drop(loaded);
        self.translation.direct = direct;
        let trained = Some(Trained { images: self.images, width: self.width, noise: NOISE, bridge: Some(BRIDGE) });
        let json = self.translation.sampler.json;
        self.translation.measure(|table| print(&TranslationTable { trained, ..table }, json))?;
        Ok(ExitCode::SUCCESS)
    }

    /// The model, from a new run or one that was begun.
    fn train(&self, study: PairStudy<'_>, stop: &dyn Fn() -> bool) -> Result<PathBuf> {
        let PairStudy { pair, name, config, data, chosen } = study;
        // By number: names that differ by case only are one folder on some systems.
        let (from, to) = pair.classes(data)?;
        let path = self.out.join(format!("{from}-to-{to}-{}", name.replace(", ", "-").replace(' ', "-")));
        let pairs = &TrainingPairs::new(data, &config.objective.coupling)?;
        let (folder, begun) = RunFolder::open_or_create(path, config)?;
        let inputs = RunInputs { folder: &folder, config, data, pairs, chosen };
        go_on(&mut Run::begin(inputs, begun)?, self.images, stop)?;
        Ok(folder.path(MODEL))
    }

    fn config(&self, way: Way, source: &Source, Pair { from, to }: &Pair) -> TrainingConfig {
        let Way { name, paired, noise, bridge } = way;
        let coupling = Coupling::Direct { from: from.clone(), to: to.clone(), paired, noise, bridge };
        // A bridge learns the image that it heads for, which has a bound where its velocity has none.
        let (prediction, weight) = if bridge > 0.0 {
            (Prediction::Image, LossWeight::RemainingSquared)
        } else {
            (Prediction::Velocity, LossWeight::Uniform)
        };
        TrainingConfig {
            name: name.to_owned(),
            data: source.clone(),
            network: VelocityNetConfig { width: self.width, prediction, ..VelocityNetConfig::default() },
            objective: Objective { coupling, weight, ..Objective::default() },
            training: Training::short(self.images),
            output: Output { sheet_every_images: self.images, ..Output::default() },
            ..TrainingConfig::default()
        }
    }
}
