use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::cli::evaluate::{FEWEST, most_samples};
use crate::cli::interrupt::{Interrupt, stopped};
use crate::cli::options::data::DataOption;
use crate::data::{ImageFolder, Source};
use crate::device::DeviceChoice;
use crate::files;
use crate::report::counted;
use crate::training::config::TrainingConfig;
use crate::training::initial_weights;
use crate::training::pairs::TrainingPairs;
use crate::training::run::{Ending, Run, RunInputs};
use crate::training::run_folder::{RUNS, RunFolder};

/// Trains a class-conditional velocity field and leaves a run folder: run.toml, journal.jsonl, sheet.png,
/// model.safetensors (the model so far), state.safetensors (to go on from), and in `before` those of the save before.
///
/// Ctrl-C saves and stops; `train --resume` goes on, on the CPU bit for bit as if it had never stopped. A finished run goes on
/// when training.images is raised in its run.toml.
#[derive(Debug, Default, Args)]
pub(super) struct Train {
    /// A TOML file with the configuration; every key is optional (docs/configuration.md tells them). The resolved one is written to run.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    data: DataOption,
    /// A folder of images (png, jpg, webp) to learn from; its sub-folders are the classes. The same as --data images:DIR. With a
    /// --config of another folder, sizes, shares and licence are those of the configuration
    #[arg(long, value_name = "DIR", conflicts_with = "data")]
    images: Option<PathBuf>,
    /// The folder for the run [default: runs/NAME-DATE]
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Go on with the run in this folder, or with the last one
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with_all = ["config", "data", "run", "images", "budget", "seed"])]
    resume: Option<Option<PathBuf>>,
    /// How many images to see in all, in whole batches, instead of the configuration's training.images
    #[arg(long, value_name = "N")]
    budget: Option<u64>,
    /// The seed, instead of the configuration's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
}

impl Train {
    pub(super) fn run(self) -> Result<ExitCode> {
        let interrupt = Interrupt::listen()?;
        let chosen = self.device.find()?;
        let (config, old) = match self.resume.clone() {
            Some(path) => {
                let (folder, config) = RunFolder::open(path)?;
                (config, Some(folder))
            }
            None => (self.config()?, None),
        };
        // What cannot be learned from is found out before anything is begun.
        let data = config.data.load()?;
        let pairs = TrainingPairs::new(&data, &config.objective.coupling)?;
        config.network.check(data.shape, data.classes.len())?;
        if old.is_none() {
            data.check_names()?;
            config.init.iter().try_for_each(|init| initial_weights::check(init, config.network))?;
            if most_samples(&data) < FEWEST {
                let held_out = counted(data.held_out.len() as u64, "image");
                eprintln!(
                    "note: {held_out} held out, too few for `evaluate`; raise data.held_out, or bring more images"
                );
            }
        }
        // A run that was ended before its first save begins anew.
        let resume = old.as_ref().map_or(Ok(false), RunFolder::was_saved)?;
        if let Some(folder) = old.as_ref().filter(|_| resume) {
            config.goes_on_with(&folder.begun_with()?)?;
        }
        let folder = match old {
            Some(folder) => folder,
            None => RunFolder::create(self.run.unwrap_or_else(|| default_folder(&config.name)), &config)?,
        };
        eprintln!("{}", data.name);
        eprintln!("{} images to see on {}", config.training.images, chosen.name);
        eprintln!("{}", folder.folder().display());
        let mut run = Run::begin(
            RunInputs { folder: &folder, config: &config, data: &data, pairs: &pairs, chosen: &chosen },
            resume,
        )?;
        let shown = folder.folder().display();
        if run.is_finished() {
            eprintln!("this run has seen all its images; to go on, raise training.images in {shown}/run.toml");
            return Ok(ExitCode::SUCCESS);
        }
        match run.train(&|| interrupt.asked())? {
            Ending::Finished => {
                eprintln!("done: {shown}/model.safetensors is the model, {shown}/sheet.png shows what it draws");
                Ok(ExitCode::SUCCESS)
            }
            Ending::Interrupted => {
                let command = format!("cargo run -p trainer -- train --resume {shown}");
                Ok(stopped(&format!("stopped and saved; go on with: {command}")))
            }
        }
    }

    fn config(&self) -> Result<TrainingConfig> {
        let mut config = match &self.config {
            Some(path) => {
                let text = String::from_utf8(files::read(path)?).context("a configuration is UTF-8 text")?;
                let of_folder = self.images.as_deref();
                TrainingConfig::from_toml_with(&text, of_folder).with_context(|| format!("in {}", path.display()))?
            }
            None => TrainingConfig::default(),
        };
        let images = self.images.clone().map(|folder| Source::Images(ImageFolder::new(folder)));
        if let Some(source) = images.or_else(|| self.data.source()) {
            // A name of its own is kept.
            if config.name == config.data.slug() {
                config.name = source.slug();
            }
            config.data = config.data.replaced_by(source);
        }
        if let Some(budget) = self.budget {
            config.training.images = budget;
            if config.training.warm_up_images.is_some_and(|images| images > budget) {
                eprintln!(
                    "note: the learning rate warms up over a fifth of the --budget, not over training.warm_up_images"
                );
                config.training.warm_up_images = None;
            }
        }
        config.seed = self.seed.unwrap_or(config.seed);
        config.data = config.data.resolved();
        config.check()?;
        Ok(config)
    }
}

fn default_folder(name: &str) -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%d-%H%M%S").to_string();
    // A name may have a slash in it, a folder may not.
    PathBuf::from(RUNS).join(format!("{}-{now}", name.replace(['/', '\\'], "-")))
}
