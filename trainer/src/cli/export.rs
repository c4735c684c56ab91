use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::checkpoint::Precision;

use super::options::model::{load, model_file};
use crate::files;
use crate::report::print;
use crate::training::config::TrainingConfig;

/// Makes a model fit to be shared: weights in half precision and, of the folder that it learned from, the name alone.
///
/// JSON: model, out, bytes.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The model: the folder of a run, or its model.safetensors
    #[arg(long, value_name = "FILE", value_parser = model_file)]
    model: PathBuf,
    /// The file to write; the page shows every model in the folder models
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What the model is called from now on
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The largest size that visitors should have to load
    #[arg(long, value_name = "BYTES", default_value_t = 4_000_000)]
    max_bytes: usize,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Exported {
    model: PathBuf,
    out: PathBuf,
    bytes: usize,
}

impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} bytes", self.out.display(), self.bytes)
    }
}

impl Export {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "safetensors", &[&self.model])?;
        let mut model = load(&self.model)?;
        if let Some(name) = self.name {
            model.card.name = name;
        }
        let config = TrainingConfig::recorded(&model.card.configuration);
        let config =
            config.context("the model's configuration, which may name folders of this machine, cannot be read")?;
        let config = config.published();
        model.card.configuration = config.to_toml()?;
        if let Some(facts) = &mut model.card.dataset {
            facts.source = config.data.to_string();
        }
        let bytes = model.to_bytes(Precision::Half)?;
        ensure!(
            bytes.len() <= self.max_bytes,
            "the model takes {} bytes, more than --max-bytes {}; train a narrower network or allow more",
            bytes.len(),
            self.max_bytes
        );
        files::write_atomically(&self.out, &bytes)?;
        print(&Exported { model: self.model, out: self.out, bytes: bytes.len() }, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
