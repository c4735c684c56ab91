//! What resuming needs and nobody else should see: one file in the run folder.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use shared::parameters::Parameters;

use crate::files::parameters as parameter_file;

const KIND: &str = "scoreflow_training_state";

/// A run at one moment, exact to the last bit.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingState {
    /// Where the run is.
    pub progress: Progress,
    /// The weights.
    pub network: Parameters,
    /// The optimiser's mean gradient, mean squared gradient, and averaged weights.
    pub optimiser: [Parameters; 3],
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Steps done.
    pub steps: u64,
    /// Images seen.
    pub images_seen: u64,
    /// Seconds spent.
    pub seconds: f64,
    /// What tells the pairs that it learns from, where a model made them. States of before did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u64>,
}

impl TrainingState {
    /// Whether all of it can be gone on with.
    pub fn is_finite(&self) -> bool {
        let all = std::iter::once(&self.network).chain(&self.optimiser).flat_map(Parameters::values);
        all.flat_map(|parameter| &parameter.values).all(|value| value.is_finite())
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// If the container refuses.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let [mean, square, average] = &self.optimiser;
        let sets = [("network", &self.network), ("mean", mean), ("square", square), ("average", average)];
        parameter_file::to_bytes(KIND, &self.progress, &sets)
    }

    /// Reads the file's bytes.
    ///
    /// # Errors
    /// If they are not a whole training state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (progress, mut sets) = parameter_file::from_bytes(KIND, bytes)?;
        let mut take = |set: &str| sets.remove(set).unwrap_or_default();
        let optimiser = [take("mean"), take("square"), take("average")];
        Ok(TrainingState { progress, network: take("network"), optimiser })
    }
}
