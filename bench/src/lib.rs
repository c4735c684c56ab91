//! What the bench records: speeds of ours and of a peer, measured in turns.

pub mod repository;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// Steps of training beside PyTorch
    Train,
    /// Network evaluations beside PyTorch
    Sample,
    /// Trajectories beside the network evaluations that they ask for
    Solver,
    /// Network evaluations in the browser beside onnxruntime-web
    Page,
    /// How both slow down with resolution and width
    Growth,
}

impl Section {
    /// The name on the command line and of the record.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no section is hidden").get_name().to_owned()
    }

    /// The heading of its table.
    pub fn title(self) -> &'static str {
        match self {
            Section::Train => "Speed of training",
            Section::Sample => "Speed of sampling",
            Section::Solver => "What a solver takes for itself",
            Section::Page => "Speed of the page",
            Section::Growth => "Growth with resolution and width",
        }
    }

    /// Where the time goes, by a profile.
    pub fn remark(self) -> &'static str {
        match self {
            Section::Train => {
                "Half of a step is loops of products, of which minimal filtering leaves a quarter. The rest are transforms, \
                 normalisations and memory, and the tensor library's own small operations, on one thread."
            }
            Section::Sample => "Minimal filtering leaves a quarter of the products.",
            Section::Solver => {
                "Ours tells the network beforehand which moments it will visit, and so may take less time than the evaluations \
                 one by one."
            }
            Section::Page => {
                "Ours shows every frame to the page, which is counted. Where there is no graphics processor, software takes its \
                 place, for both."
            }
            Section::Growth => {
                "Where images are few and small, what a step costs whatever its size comes to the fore: filters are transformed, \
                 weights are moved. Where layers are wide, transformed filters leave the caches."
            }
        }
    }

    /// Where its record lies, in the folder of all records.
    pub fn file(self, folder: &Path) -> PathBuf {
        folder.join(format!("bench-{}.json", self.name()))
    }

    /// What is measured.
    pub fn works(self) -> Vec<Work> {
        let released = Work::released;
        match self {
            Section::Train => [32, 64, 128].map(|batch| released(Kind::Train, batch)).to_vec(),
            Section::Sample => [1, 10, 64].map(|batch| released(Kind::Evaluate, batch)).to_vec(),
            Section::Solver => [1, 64].map(|batch| released(Kind::Solve, batch)).to_vec(),
            Section::Page => {
                let cpu = [1, 10].map(|batch| released(Kind::BrowserCpu, batch));
                [&cpu[..], &[released(Kind::BrowserWebGpu, 1)]].concat()
            }
            Section::Growth => {
                let base = released(Kind::Train, 16);
                let sizes = [16, 32, 64].map(|size| Work { size, channels: 3, ..base });
                let widths = [32, 128].map(|width| Work { width, ..base });
                [&sizes[..], &widths].concat()
            }
        }
    }
}

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
    /// Likewise, asked for by the midpoint method.
    Solve,
    /// One network evaluation, in a browser, by one thread of the processor.
    BrowserCpu,
    /// Likewise, in a browser, by WebGPU.
    BrowserWebGpu,
}

impl Kind {
    /// Which engine of the page does it, and what the peer calls its own way.
    ///
    /// # Panics
    /// If it is not done in a browser.
    pub fn devices(self) -> [&'static str; 2] {
        match self {
            Kind::BrowserCpu => ["cpu", "wasm"],
            Kind::BrowserWebGpu => ["gpu", "webgpu"],
            Kind::Train | Kind::Evaluate | Kind::Solve => panic!("{self:?} is not done in a browser"),
        }
    }
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
