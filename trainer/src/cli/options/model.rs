use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use sha2::{Digest, Sha256};
use shared::checkpoint::Checkpoint;
use shared::classes;
use shared::condition::Condition;
use shared::image::ground;
use shared::model::VelocityNet;

use super::data::DataOption;
use super::sampler::SamplerOptions;
use crate::data::{Dataset, Source};
use crate::device::{Chosen, DeviceChoice};
use crate::files::{self, image};
use crate::report::circumstances::Circumstances;
use crate::sampler::Sampler;
use crate::training::run_folder::MODEL;

/// A model file.
#[derive(Debug, Args)]
pub(in crate::cli) struct ModelFile {
    /// The model: a .safetensors file from `train` or `export`, or the folder of a run
    #[arg(long, value_name = "FILE", default_value = "models/fashion-mnist.safetensors", value_parser = model_file)]
    pub(in crate::cli) model: PathBuf,
}

impl ModelFile {
    pub(in crate::cli) fn load(&self) -> Result<Checkpoint> {
        load(&self.model)
    }
}

/// The file of a model; of the folder of a run, the one in it.
pub(in crate::cli) fn model_file(text: &str) -> Result<PathBuf, String> {
    let (path, released) = (PathBuf::from(text), Path::new("models").join(text).with_extension("safetensors"));
    if path.is_dir() {
        Ok(path.join(MODEL))
    } else if !path.exists() && released.exists() {
        Err(format!("there is no such file; is {} meant?", released.display()))
    } else {
        Ok(path)
    }
}

pub(in crate::cli) fn load(path: &Path) -> Result<Checkpoint> {
    Checkpoint::from_bytes(&files::read(path)?).with_context(|| format!("{} cannot be used", path.display()))
}

/// A loaded model on its device.
pub(in crate::cli) struct Loaded {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) checkpoint: Checkpoint,
    pub(in crate::cli) chosen: Chosen,
    net: VelocityNet,
}

/// Images to measure a model with.
pub(in crate::cli) struct EvaluationData {
    pub(in crate::cli) source: Source,
    pub(in crate::cli) data: Dataset,
    /// Whether they are those that the model was trained on and held out.
    pub(in crate::cli) own: bool,
}

impl Loaded {
    pub(in crate::cli) fn new(model: &ModelFile, device: DeviceChoice) -> Result<Self> {
        let checkpoint = model.load()?;
        let chosen = device.find()?;
        let net = checkpoint.network(&chosen.device)?;
        Ok(Loaded { path: model.model.clone(), checkpoint, chosen, net })
    }

    pub(in crate::cli) fn sampler(&self) -> Sampler<'_> {
        Sampler { net: &self.net, shape: self.checkpoint.shape, device: &self.chosen.device }
    }

    /// What tells this model's field from every other one: SHA-256 of its weights and their names, in hexadecimal digits.
    pub(in crate::cli) fn weights(&self) -> String {
        let mut hash = Sha256::new();
        for (name, parameter) in &self.checkpoint.parameters {
            hash.update(name);
            parameter.values.iter().for_each(|value| hash.update(value.to_le_bytes()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What an answer says of this model, without data and samples.
    pub(in crate::cli) fn circumstances(&self, options: &SamplerOptions) -> Circumstances {
        Circumstances {
            model: self.path.clone(),
            data: None,
            device: self.chosen.name.clone(),
            seed: options.seed,
            samples: None,
            extractor: None,
        }
    }

    /// The images to measure with: those of the card or, if the user names them, others.
    pub(in crate::cli) fn material(&self, option: &DataOption) -> Result<EvaluationData> {
        let named = option.source();
        let source = option.of_model(&self.checkpoint)?.resolved();
        let data = source.load().context("the model's data; name other data with --data")?;
        let card = &self.checkpoint.card;
        ensure!(
            data.shape == self.checkpoint.shape && data.classes == card.classes,
            "model and data differ in image size or classes; they must belong together"
        );
        let own = match &card.dataset {
            Some(facts) => facts.sha256 == data.facts(&source).sha256,
            None => card.training_images == data.training.len() as u64 && card.data.starts_with(prefix(&data.name)),
        };
        if !own {
            let differ = format!(
                "the model was trained on other images ({}, {} images) than {} ({} images)",
                card.data,
                card.training_images,
                data.name,
                data.training.len()
            );
            match named {
                Some(_) => eprintln!(
                    "note: {differ}; what is measured holds for these, and tells nothing of learning by heart"
                ),
                None => {
                    bail!("{differ}, which is all that is here; name data with --data to measure with other images")
                }
            }
        }
        Ok(EvaluationData { source, data, own })
    }

    /// The values of the image in a file, in the model's shape and, where it is transparent, on the ground of the model's images;
    /// says so if it had to be fitted.
    pub(in crate::cli) fn image(&self, path: &Path) -> Result<Vec<f32>> {
        let Checkpoint { shape, examples, .. } = &self.checkpoint;
        let ground = examples.first().and_then(|example| ground(*shape, &example.pixels)).unwrap_or_default();
        let (image, note) = image::read(path, *shape, ground)?;
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
        match classes::number(&self.checkpoint.card.classes, name) {
            Ok(class) => Ok(Condition::Class(class)),
            Err(_) if name.eq_ignore_ascii_case("none") => Ok(Condition::None),
            Err(error) => bail!("{error}, and none"),
        }
    }

    /// Refuses a guidance weight where there is no class to lean towards.
    pub(in crate::cli) fn needs_class(&self, guidance: f64, condition: Condition) -> Result<()> {
        ensure!(
            guidance == 1.0 || condition != Condition::None,
            "--guidance leans towards a class, and none is asked for; leave it out"
        );
        Ok(())
    }

    /// The name of a condition, as [`condition`](Self::condition) reads it.
    pub(in crate::cli) fn condition_name(&self, condition: Condition) -> &str {
        match condition {
            Condition::Class(class) => &self.checkpoint.card.classes[class],
            Condition::None => "none",
        }
    }
}

/// What the names of one data set have in common, whichever words a program uses for images.
fn prefix(name: &str) -> &str {
    name.split([',', ':']).next().unwrap_or(name)
}
