//! Noises and the images that a model made of them: what a model is straightened with (reflow; Liu et al., 2023).

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::image::ImageShape;
use shared::noise::{Seed, normal};
use shared::parameters::{Parameter, Parameters};

use crate::data::Dataset;
use crate::files::{self, parameters as parameter_file};

/// A word of its own since pairs have noises of their own.
const KIND: &str = "scoreflow_reflow_pairs";
const IMAGES: &str = "images";

/// Image number i was drawn from [`noise`](ReflowPairs::noise) number i of the seed, under its class.
#[derive(Clone, Debug)]
pub struct ReflowPairs {
    /// The seed of the noises, which need not be kept.
    pub seed: Seed,
    /// The class of each image.
    pub classes: Vec<u8>,
    /// The values of each image.
    pub images: Vec<Vec<f32>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    seed: u64,
    shape: ImageShape,
    class_names: Vec<String>,
    classes: Vec<u8>,
}

impl ReflowPairs {
    /// What image number `number` is drawn from: another noise than any that a model is measured with.
    pub fn noise(seed: Seed, number: u64, values: usize) -> Vec<f32> {
        normal(&mut seed.stream("reflow noise", number), values)
    }

    /// A number that other pairs have not.
    pub fn hash(&self) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.seed.0.to_le_bytes());
        hash.update(&self.classes);
        for value in self.images.iter().flatten() {
            hash.update(value.to_le_bytes());
        }
        hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Writes the pairs, of images of this shape and these classes.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path, shape: ImageShape, class_names: &[String]) -> Result<()> {
        let description =
            Description { seed: self.seed.0, shape, class_names: class_names.to_vec(), classes: self.classes.clone() };
        let images = Parameter { shape: vec![self.images.len(), shape.values()], values: self.images.concat() };
        let set = Parameters::from([(IMAGES.to_owned(), images)]);
        files::write_atomically(path, &parameter_file::to_bytes(KIND, &description, &[(IMAGES, &set)])?)
    }

    /// Reads pairs that belong to `data`.
    ///
    /// # Errors
    /// If the file holds none, or they are of other classes or another size.
    pub fn read(path: &Path, data: &Dataset) -> Result<Self> {
        let shown = path.display();
        let unusable = || format!("{shown} (objective.coupling.reflow.pairs) holds no pairs; make some with `reflow`");
        let (description, mut sets) =
            parameter_file::from_bytes::<Description>(KIND, &files::read(path)?).with_context(unusable)?;
        let images = sets.remove(IMAGES).and_then(|mut set| set.remove(IMAGES)).with_context(unusable)?;
        ensure!(
            description.shape == data.shape && description.class_names == data.classes,
            "the pairs in {shown} are of other classes or another size than the data"
        );
        let known = |class: &u8| usize::from(*class) < data.classes.len();
        ensure!(
            images.shape == [description.classes.len(), data.shape.values()]
                && !description.classes.is_empty()
                && description.classes.iter().all(known)
                && images.values.iter().all(|value| value.is_finite()),
            "{shown} is damaged, or holds no pair; make it anew with `reflow`"
        );
        let images = images.values.chunks_exact(data.shape.values()).map(<[f32]>::to_vec).collect();
        Ok(ReflowPairs { seed: Seed(description.seed), classes: description.classes, images })
    }
}
