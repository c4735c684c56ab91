//! What the bench records: speeds of ours and of a peer, measured in turns.

use serde::{Deserialize, Serialize};

/// The answer of one section.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bench {
    /// What computed.
    pub machine: String,
    /// Threads of each side.
    pub threads: usize,
    /// Whom we are compared with, and its version; without one it could not be had.
    pub peer: Option<String>,
    /// The commit that was measured.
    pub commit: String,
    /// What was measured.
    pub comparisons: Vec<Comparison>,
}

/// One piece of work, done by both sides in turns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// The work.
    pub work: Work,
    /// Images a second, ours, one number for each turn.
    pub ours: Vec<f64>,
    /// Likewise, the peer's; none without a peer.
    pub peers: Vec<f64>,
}

/// What is done over and over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The kind.
    pub kind: Kind,
    /// Images together.
    pub batch: usize,
    /// Channels of an image.
    pub channels: usize,
    /// Its height and width.
    pub size: usize,
    /// Channels of the network at half resolution.
    pub width: usize,
}

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One step of training: loss, gradients, update and average.
    Train,
    /// One network evaluation.
    Evaluate,
}

impl Work {
    /// The released models' network on 28 × 28 grey images.
    pub fn released(kind: Kind, batch: usize) -> Self {
        Work { kind, batch, channels: 1, size: 28, width: 64 }
    }
}

/// The middle, the least and the greatest of some numbers.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The greatest.
    pub most: f64,
}

impl Spread {
    /// Of at least one number.
    ///
    /// # Panics
    /// If there is none.
    pub fn of(numbers: &[f64]) -> Self {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        Spread { median: sorted[sorted.len() / 2], least: sorted[0], most: sorted[sorted.len() - 1] }
    }
}

impl Comparison {
    /// How many times as fast as the peer we are, turn by turn.
    pub fn ratios(&self) -> Vec<f64> {
        self.ours.iter().zip(&self.peers).map(|(ours, peers)| ours / peers).collect()
    }
}
