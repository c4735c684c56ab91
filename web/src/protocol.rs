//! The only words between page and engine, and between page and the program that draws particles.
//!
//! The page numbers its loads and jobs in one row. The engine does one thing at a time: a new request drops what is
//! under way. Every load ends in one `Loaded`, every job in one `Done`, or else either in one `Dropped` or `Failed`. An
//! engine without a device ends loads in `NoDevice`.

mod frame;
mod job;
mod particles;

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::card::ModelCard;
use shared::image::ImageShape;
use shared::solver::Solver;

pub use frame::{Frame, Leg, Looks};
pub use job::{Job, Mixing, Start, Task, Translation, Trials, Weights};
pub use particles::{Show, Shown};

/// The largest model file that is loaded, in bytes: many times what a released one has, and little enough for any device.
pub const MOST_BYTES: u64 = 64 << 20;

/// What the page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Load a model.
    Load {
        /// The page's number for it; events carry it back.
        id: u32,
        /// Where it is.
        weights: Weights,
    },
    /// Integrate.
    Run(Job),
    /// Only drop what is under way.
    Cancel,
}

/// What the engine tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The engine listens.
    Awake,
    /// So many bytes of a model have come.
    Loading {
        /// The page's number for the load, or for the job that wants another model.
        id: u32,
        /// Bytes so far.
        bytes: u64,
    },
    /// A load is complete: jobs can run.
    Loaded {
        /// The page's number for the load.
        id: u32,
        /// What it brought.
        model: Box<LoadedModel>,
    },
    /// A job has come to a moment.
    Frame(Frame),
    /// A way to noise and back is complete; one of [`Trials`].
    Returned(Returned),
    /// A job is complete.
    Done(Done),
    /// A load or a job was dropped before its end.
    Dropped {
        /// The page's number for it.
        id: u32,
    },
    /// The engine cannot load any model, because it finds nothing to compute with.
    NoDevice {
        /// Why, in words for the visitor.
        reason: String,
    },
    /// Something went wrong.
    Failed {
        /// The page's number for the load or the job; without one the engine itself has failed.
        id: Option<u32>,
        /// What, and what to do.
        message: String,
    },
}

/// What the engine works with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedModel {
    /// The model's card.
    pub card: ModelCard,
    /// The size of its images.
    pub shape: ImageShape,
    /// Whether this browser had kept the file, so that it did not have to be fetched.
    pub kept: bool,
    /// The classes of its held-out examples.
    #[serde(with = "serde_bytes")]
    pub example_classes: Vec<u8>,
    /// Their pixels, one image after the other.
    #[serde(with = "serde_bytes")]
    pub example_pixels: Vec<u8>,
}

/// How exactly an image came back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The page's number for the job.
    pub id: u32,
    /// The method.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// Network evaluations for both ways.
    pub nfe: u32,
    /// Root mean square difference between the image and what came back.
    pub rmse: f64,
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The page's number for the job.
    pub id: u32,
    /// Network evaluations for each image; measuring costs more, which is not counted here.
    pub nfe: u32,
    /// The wall time of these evaluations.
    pub seconds: f64,
    /// Whether every engine that can be had for it had a part in it: only then does the time say how fast they are.
    pub full: bool,
    /// Root mean square difference between the image and its own round trip; for translations.
    pub round_trip_rmse: Option<f64>,
    /// Root mean square difference between the image's noise and the converged one; where that was asked for.
    pub converged_rmse: Option<f64>,
}
