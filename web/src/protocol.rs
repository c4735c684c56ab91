//! The only words between page and engine.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::card::ModelCard;
use shared::image::ImageShape;
use shared::solver::Solver;

/// What the page asks of the engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Find a device and load a model.
    Load {
        /// The model file's address.
        address: String,
        /// Its size.
        bytes: u64,
        /// Whether to stay on the CPU even where there is WebGPU.
        cpu: bool,
    },
    /// Integrate. A job that still runs is dropped.
    Run(Job),
    /// Drop what runs.
    Cancel,
}

/// A trajectory to compute.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The page's number for it; events carry it back.
    pub id: u32,
    /// What to do.
    pub task: Task,
    /// The method.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// The guidance weight for decoding.
    pub guidance: f64,
}

/// What to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Task {
    /// Noise to images: image `i` has class `classes[i]` and grows from noise number `i` of `seed`.
    Generate {
        /// One class for each image.
        classes: Vec<usize>,
        /// The seed.
        seed: u64,
    },
    /// Image to noise to image, and back to the first image to see how faithful the way is.
    Translate {
        /// The image's pixels, channels side by side.
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
        /// Its class.
        from: usize,
        /// The class to turn it into.
        to: usize,
    },
}

/// What the engine tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The engine listens.
    Awake,
    /// So many bytes of the model have come.
    Loading {
        /// Bytes so far.
        bytes: u64,
    },
    /// Jobs can run.
    Loaded(Box<LoadedModel>),
    /// A job has come to a moment.
    Frame(Frame),
    /// A job is complete.
    Done {
        /// The page's number for it.
        id: u32,
        /// Network evaluations for each image.
        nfe: u32,
        /// Wall time.
        seconds: f64,
        /// Root mean square difference between the image and its own round trip; for translations.
        round_trip_rmse: Option<f64>,
    },
    /// Something went wrong.
    Failed {
        /// What, and what to do.
        message: String,
    },
}

/// What the engine works with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoadedModel {
    /// What computes.
    pub device: Backend,
    /// Why it is not WebGPU, if it is not.
    pub reason: Option<String>,
    /// The model's card.
    pub card: ModelCard,
    /// The size of its images.
    pub shape: ImageShape,
    /// The classes of its held-out examples.
    #[serde(with = "serde_bytes")]
    pub example_classes: Vec<u8>,
    /// Their pixels, one image after the other.
    #[serde(with = "serde_bytes")]
    pub example_pixels: Vec<u8>,
}

/// What can compute in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backend {
    /// The graphics processor.
    WebGpu,
    /// The processor, through WebAssembly.
    Cpu,
}

/// A job at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// The page's number for the job.
    pub id: u32,
    /// The half of the trajectory.
    pub leg: Leg,
    /// The moment: 0 noise, 1 image.
    pub time: f64,
    /// The number of the frame within its leg.
    pub index: usize,
    /// Network evaluations so far, in the whole job.
    pub nfe: u32,
    /// The pixels of all its images, one after the other.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// A part of a trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leg {
    /// Image to noise.
    Encode,
    /// Noise to image.
    Decode,
    /// Noise back to the first image, under its own class.
    Return,
}
