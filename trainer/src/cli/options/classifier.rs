use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use clap::Args;

use super::data::DataOption;
use super::model::{EvaluationData, Loaded, ModelFile};
use super::sampler::SamplerOptions;
use crate::data::{Dataset, Source};
use crate::evaluation::classifier::Classifier;
use crate::files;

/// The classifier that measures.
#[derive(Debug, Args)]
pub(in crate::cli) struct ClassifierOption {
    /// The classifier, from the verb `classifier` [default: models/classifiers/DATA.safetensors]
    #[arg(long, value_name = "FILE", alias = "judge")]
    classifier: Option<PathBuf>,
}

impl ClassifierOption {
    /// The classifier of `data`, which came from `source`.
    pub(in crate::cli) fn load(&self, source: &Source, data: &Dataset, device: &Device) -> Result<Classifier> {
        let path = self.classifier.clone().unwrap_or_else(|| classifier_file(source));
        let shown = path.display();
        let bytes = files::read(&path).context("train a classifier with the verb `classifier`, or name one")?;
        let classifier = Classifier::from_bytes(&bytes, device).with_context(|| format!("{shown} is no classifier"))?;
        let profile = &classifier.profile;
        ensure!(
            profile.shape == data.shape,
            "the classifier {shown} and the data differ in image size; they must belong together"
        );
        ensure!(
            profile.classes == data.classes.len(),
            "the classifier {shown} tells {} classes apart, but the data has {}; they must belong together",
            profile.classes,
            data.classes.len()
        );
        ensure!(
            profile.class_names.is_empty() || profile.class_names == data.classes,
            "the classifier {shown} tells {} apart, but the classes of the data are {}; train another with the verb `classifier`",
            profile.class_names.join(", "),
            data.classes.join(", ")
        );
        Ok(classifier)
    }
}

/// Where the classifier of these images lies unless told otherwise.
pub(in crate::cli) fn classifier_file(source: &Source) -> PathBuf {
    PathBuf::from(format!("models/classifiers/{}.safetensors", source.slug()))
}

/// A model whose drawn images a classifier sees beside real ones.
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
    pub(in crate::cli) fn load(&self) -> Result<(Loaded, EvaluationData, Classifier)> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let material = loaded.material(&self.data)?;
        let classifier = self.classifier.load(&material.source, &material.data, &loaded.chosen.device)?;
        Ok((loaded, material, classifier))
    }
}
