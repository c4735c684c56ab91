//! Bits per dimension of images held out and trained on.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::report::circumstances::{Circumstances, SolverSettings};

/// The answer of `evaluate likelihood`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LikelihoodTable {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// How.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// Random sign vectors for each image, or `exact`.
    pub probes: Value,
    /// Network evaluations for one image, each with a backward pass.
    pub nfe: u32,
    /// Of held-out images.
    pub held_out: Row,
    /// Of images trained on.
    pub trained_on: Row,
    /// Of the same held-out images in codings that know no model, by the names of those.
    #[serde(default)]
    pub coders: Vec<(String, Row)>,
}

/// Bits per dimension of some images.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// How many.
    #[serde(alias = "pictures")]
    pub images: usize,
    /// Their mean.
    pub bits_per_dimension: f64,
    /// Its standard error over the images.
    pub error: f64,
}

impl fmt::Display for LikelihoodTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, row: &Row, end: &str| {
            let Row { images, bits_per_dimension: bits, error } = row;
            let nfe = self.nfe;
            write!(
                f,
                "{name}: {bits:.4} ± {error:.4} bits per dimension ({images} images, {nfe} evaluations each){end}"
            )
        };
        row("held out", &self.held_out, "\n")?;
        row("trained on", &self.trained_on, "")?;
        self.coders.iter().try_for_each(|(name, Row { images, bits_per_dimension: bits, error })| {
            write!(f, "\n{name}: {bits:.4} ± {error:.4} bits per dimension ({images} held-out images)")
        })
    }
}
