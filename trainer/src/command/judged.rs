use anyhow::Result;
use clap::Args;

use super::data::DataOption;
use super::judge::JudgeOption;
use super::model::{JourneyOptions, Loaded, ModelFile};
use crate::dataset::Dataset;
use crate::judge::Judge;

/// A model whose drawn pictures a classifier judges beside real ones.
#[derive(Debug, Args)]
pub(super) struct Judged {
    #[command(flatten)]
    pub(super) model: ModelFile,
    #[command(flatten)]
    judge: JudgeOption,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    pub(super) journey: JourneyOptions,
}

impl Judged {
    /// The model, the pictures and the classifier; refuses a model without a noise end.
    pub(super) fn load(&self) -> Result<(Loaded, Dataset, Judge)> {
        let loaded = Loaded::new(&self.model, self.journey.device)?;
        loaded.needs_noise()?;
        let (source, data) = loaded.data(&self.data)?;
        let judge = self.judge.load(&source, &data, &loaded.chosen.device)?;
        Ok((loaded, data, judge))
    }
}
