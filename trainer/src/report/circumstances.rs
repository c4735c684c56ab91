//! What belongs to every figure: with what it was measured.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::solver::Solver;
use shared::time::Spacing;

/// Where a figure or an image comes from. `--help` of each verb names these fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The model's file.
    pub model: PathBuf,
    /// The data set, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// What computed.
    pub device: String,
    /// The seed of all noise.
    #[serde(default)]
    pub seed: u64,
    /// How many images were drawn for each figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// The network whose features or decisions were used.
    #[serde(default, skip_serializing_if = "Option::is_none", alias = "judge")]
    pub extractor: Option<Extractor>,
}

/// A network whose features or decisions measure images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extractor {
    /// What it is.
    pub name: String,
    /// Its share of right decisions on held-out images, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
}

/// How a trajectory was solved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SolverSettings {
    /// The method.
    pub solver: Solver,
    /// Its intervals between noise and image.
    pub intervals: u32,
    /// How they are spread over time.
    #[serde(default = "Spacing::untold")]
    pub spacing: Spacing,
}
