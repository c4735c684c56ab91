//! Which images a verb works with.

use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;
use shared::checkpoint::Checkpoint;

use super::model::load;
use crate::data::Source;
use crate::training::config::TrainingConfig;

/// The data set.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct DataOption {
    /// The images: fashion-mnist (60,000 from the folder of Debian's dataset-fashion-mnist if it is there, else
    /// embedded), embedded (9,000 of Fashion-MNIST), glyphs, faces, emoji, or cifar10:DIR, idx:DIR (files like MNIST's),
    /// images:DIR (sub-folders are classes), atlas:DIR (paired images), fashion-mnist:DIR
    #[arg(long, value_name = "SOURCE")]
    data: Option<Source>,
}

impl DataOption {
    pub(in crate::cli) fn source(&self) -> Option<Source> {
        self.data.clone()
    }

    /// Those of [`of_model`](Self::of_model) for the model in a file, if there is one, else those that are named or the default.
    pub(in crate::cli) fn of_model_file(&self, model: Option<&Path>) -> Result<Source> {
        let source = match model {
            Some(model) => self.of_model(&load(model)?)?,
            None => self.source().unwrap_or_default(),
        };
        Ok(source.resolved())
    }

    /// Those that are named or, if none are, those that a model was trained on; of image folders the named one, with the size
    /// and the shares of the model's.
    pub(in crate::cli) fn of_model(&self, model: &Checkpoint) -> Result<Source> {
        match (TrainingConfig::recorded(&model.card.configuration), self.source()) {
            (Ok(own), Some(named)) => Ok(own.data.replaced_by(named)),
            (Err(_), Some(named)) => Ok(named),
            (own, None) => Ok(own.context("the model's card does not tell its data; name them with --data")?.data),
        }
    }
}
