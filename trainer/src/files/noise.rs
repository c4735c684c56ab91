//! Noise in a file: what a decoder needs to return to the very image that was encoded.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use shared::image::ImageShape;
use shared::parameters::{Parameter, Parameters};
use shared::solver::Encoded;

use super::parameters;
use crate::report::circumstances::SolverSettings;

const KIND: &str = "scoreflow_noise";
const NOISE: &str = "noise";
const COMPANION: &str = "companion";

/// One encoded image: the tensor `noise` [channels, height, width] and, of the reversible solver, `companion`.
#[derive(Clone, Debug)]
pub struct NoiseFile {
    /// Where it comes from.
    pub origin: Origin,
    /// The noise, and what the solver remembers.
    pub encoded: Encoded<Vec<f32>>,
}

/// Where a noise comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The model that encoded the image, for people.
    pub model: String,
    /// SHA-256 of its weights. Files of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// The class under which it did.
    pub class: String,
    /// How. Files of before did not tell.
    #[serde(flatten)]
    pub settings: Option<SolverSettings>,
}

impl NoiseFile {
    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, path: &Path, shape: ImageShape) -> Result<()> {
        let shape = vec![shape.channels, shape.height, shape.width];
        let tensor = |values: &Vec<f32>| Parameter { shape: shape.clone(), values: values.clone() };
        let mut set: Parameters = BTreeMap::from([(NOISE.to_owned(), tensor(self.encoded.state()))]);
        set.extend(self.encoded.companion().map(|values| (COMPANION.to_owned(), tensor(values))));
        super::write_atomically(path, &parameters::to_bytes(KIND, &self.origin, &[("", &set)])?)
    }

    /// Reads a noise for images of this shape.
    ///
    /// # Errors
    /// If the file holds none, or of another size.
    pub fn read(path: &Path, shape: ImageShape) -> Result<Self> {
        let shown = path.display();
        let unusable = || format!("{shown} holds no noise; `encode` writes one");
        let (origin, mut sets) = parameters::from_bytes::<Origin>(KIND, &super::read(path)?).with_context(unusable)?;
        let mut set = sets.remove("").with_context(unusable)?;
        let mut values = |name: &str| -> Result<Option<Vec<f32>>> {
            let Some(Parameter { shape: found, values }) = set.remove(name) else { return Ok(None) };
            let expected = [shape.channels, shape.height, shape.width];
            ensure!(found == expected, "{shown} is of shape {found:?}, but the model's images are of {expected:?}");
            Ok(Some(values))
        };
        let (noise, companion) = (values(NOISE)?.with_context(unusable)?, values(COMPANION)?);
        Ok(NoiseFile { origin, encoded: Encoded::from_parts(noise, companion) })
    }
}
