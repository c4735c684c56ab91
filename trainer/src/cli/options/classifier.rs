use anyhow::Result;
use clap::Args;

use crate::cli::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::data::Dataset;
use crate::evaluation::classifier::Classifier;

/// A model whose drawn images a classifier classifiers beside real ones.
#[derive(Debug, Args)]
pub(in crate::cli) struct ClassifiedOptions {
    #[command(flatten)]
    pub(in crate::cli) model: ModelFile,
    #[command(flatten)]
    classifier: ClassifierOption,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    pub(in crate::cli) sampler: SamplerOptions,
}

impl ClassifiedOptions {
    /// The model, the images and the classifier; refuses a model without a noise end.
    pub(in crate::cli) fn load(&self) -> Result<(Loaded, Dataset, Classifier)> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (source, data) = loaded.data(&self.data)?;
        let classifier = self.classifier.load(&source, &data, &loaded.chosen.device)?;
        Ok((loaded, data, classifier))
    }
}
