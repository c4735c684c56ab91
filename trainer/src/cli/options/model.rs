//! The options that every verb with a model shares.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use shared::checkpoint::Checkpoint;
use shared::condition::Condition;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::Spacing;

use crate::cli::options::data::DataOption;
use crate::data::{Dataset, Source};
use crate::device::{Chosen, DeviceChoice};
use crate::files::{self, image};
use crate::sampler::{Ready, SamplerConfig};
use crate::training::config::TrainingConfig;

/// A model file.
#[derive(Debug, Args)]
pub(in crate::cli) struct ModelFile {
    /// The model: a .safetensors file from `train` or `export`
    #[arg(long, value_name = "FILE", default_value = "models/fashion-mnist.safetensors")]
    pub(in crate::cli) model: PathBuf,
}

impl ModelFile {
    pub(in crate::cli) fn load(&self) -> Result<Checkpoint> {
        load(&self.model)
    }
}

pub(in crate::cli) fn load(path: &Path) -> Result<Checkpoint> {
    Checkpoint::from_bytes(&files::read(path)?).with_context(|| format!("{} cannot be used", path.display()))
}

/// How to cross between noise and image, and on what.
#[derive(Debug, Args)]
pub(in crate::cli) struct SamplerOptions {
    /// The method that solves the ODE
    #[arg(long, default_value_t = Solver::Midpoint, value_parser = solver_parser())]
    pub(in crate::cli) solver: Solver,
    /// Intervals between noise and image; more are slower and more exact
    #[arg(long, value_name = "N", default_value = "10")]
    pub(in crate::cli) intervals: NonZeroU32,
    /// How the intervals are spread over time
    #[arg(long, default_value_t, value_parser = spacing_parser())]
    pub(in crate::cli) spacing: Spacing,
    /// How strongly to lean towards the class when drawing; 1 is plain, 0 ignores the class. Encoding is always plain
    #[arg(long, value_name = "W", default_value_t = 1.0, value_parser = finite)]
    pub(in crate::cli) guidance: f64,
    /// The seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) seed: u64,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

fn solver_parser() -> impl TypedValueParser<Value = Solver> {
    PossibleValuesParser::new(Solver::ALL.map(Solver::name)).try_map(|name| Solver::from_str(&name))
}

pub(in crate::cli) fn spacing_parser() -> impl TypedValueParser<Value = Spacing> {
    PossibleValuesParser::new(Spacing::ALL.map(Spacing::name)).try_map(|name| Spacing::from_str(&name))
}

pub(in crate::cli) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("a finite number, such as 1.5".to_owned()),
    }
}

impl SamplerOptions {
    pub(in crate::cli) fn config(&self) -> SamplerConfig {
        SamplerConfig { solver: self.solver, intervals: self.intervals, spacing: self.spacing, guidance: self.guidance }
    }

    pub(in crate::cli) fn seed(&self) -> Seed {
        Seed(self.seed)
    }
}

/// A loaded model on its device.
pub(in crate::cli) struct Loaded {
    pub(in crate::cli) checkpoint: Checkpoint,
    pub(in crate::cli) chosen: Chosen,
    net: VelocityNet,
}

impl Loaded {
    pub(in crate::cli) fn new(model: &ModelFile, device: DeviceChoice) -> Result<Self> {
        let checkpoint = model.load()?;
        let chosen = device.find()?;
        let net = checkpoint.network(&chosen.device)?;
        Ok(Loaded { checkpoint, chosen, net })
    }

    pub(in crate::cli) fn ready(&self) -> Sampler<'_> {
        Sampler { net: &self.net, shape: self.checkpoint.shape, device: &self.chosen.device }
    }

    /// The images that the model was trained on, as its card says.
    fn source(&self) -> Result<Source> {
        let config = TrainingConfig::from_toml(&self.checkpoint.card.configuration);
        Ok(config.context("the model's card does not tell its data; name them with --data")?.data)
    }

    /// The images to measure with, those that it was trained on unless told otherwise.
    pub(in crate::cli) fn data(&self, data: &DataOption) -> Result<(Source, Dataset)> {
        let source = data.source().map_or_else(|| self.source(), Ok)?;
        let data = source.load()?;
        ensure!(
            data.shape == self.checkpoint.shape && data.classes == self.checkpoint.card.classes,
            "model and data differ in image size or classes; they must belong together"
        );
        Ok((source, data))
    }

    /// The values of the image in a file, in the model's shape; says so if it had to be fitted.
    pub(in crate::cli) fn image(&self, path: &Path) -> Result<Vec<f32>> {
        let (image, note) = image::read(path, self.checkpoint.shape)?;
        if let Some(note) = note {
            eprintln!("{note}");
        }
        Ok(image)
    }

    /// Refuses a model that starts from images.
    pub(in crate::cli) fn needs_noise(&self) -> Result<()> {
        match &self.checkpoint.card.direct {
            None => Ok(()),
            Some(direct) => bail!(
                "the model leads from {} to {} directly and has no noise to draw from; use `translate --method direct`",
                direct.from,
                direct.to
            ),
        }
    }

    /// The class with this name, or the unconditional field for `none`.
    pub(in crate::cli) fn condition(&self, name: &str) -> Result<Condition> {
        if name.eq_ignore_ascii_case("none") {
            return Ok(Condition::None);
        }
        match self.checkpoint.class(name) {
            Some(class) => Ok(Condition::Class(class)),
            None => {
                bail!("the model has no class {name:?}; it knows {}, and none", self.checkpoint.card.classes.join(", "))
            }
        }
    }

    /// The name of a condition, as [`condition`](Self::condition) reads it.
    pub(in crate::cli) fn condition_name(&self, condition: Condition) -> &str {
        match condition {
            Condition::Class(class) => &self.checkpoint.card.classes[class],
            Condition::None => "none",
        }
    }
}
