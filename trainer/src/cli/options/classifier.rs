use anyhow::Result;
use clap::Args;

use crate::cli::judge::JudgeOption;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::data::Dataset;
use crate::evaluation::classifier::Judge;

/// A model whose drawn pictures a classifier judges beside real ones.
#[derive(Debug, Args)]
pub(in crate::cli) struct Judged {
    #[command(flatten)]
    pub(in crate::cli) model: ModelFile,
    #[command(flatten)]
    judge: JudgeOption,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    pub(in crate::cli) sampler: SamplerOptions,
}

impl Judged {
    /// The model, the pictures and the classifier; refuses a model without a noise end.
    pub(in crate::cli) fn load(&self) -> Result<(Loaded, Dataset, Judge)> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (source, data) = loaded.data(&self.data)?;
        let judge = self.judge.load(&source, &data, &loaded.chosen.device)?;
        Ok((loaded, data, judge))
    }
}
