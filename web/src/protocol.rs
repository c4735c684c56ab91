//! The only words between page and engine.
//!
//! The page numbers its loads and jobs in one row. The engine does one thing at a time: a new request drops what is
//! under way. Every load ends in one `Loaded`, every job in one `Done`, or else either in one `Dropped` or `Failed`. An
//! engine without a device ends loads in `NoDevice`.

mod frame;

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::card::ModelCard;
use shared::flow;
use shared::guidance;
use shared::image::ImageShape;
use shared::solver::Solver;
use shared::time::Spacing;

pub use frame::{Frame, Leg, Looks};

/// What the page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Load a model.
    Load {
        /// The page's number for it; events carry it back.
        id: u32,
        /// The model file's address.
        address: String,
    },
    /// Integrate.
    Run(Job),
    /// Only drop what is under way.
    Cancel,
}

/// A trajectory to compute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The page's number for it; events carry it back.
    pub id: u32,
    /// What to do.
    pub task: Task,
    /// The method.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// How they are spread over time.
    pub spacing: Spacing,
    /// The guidance weight for decoding.
    pub guidance: f64,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Noise to images: image `i` has class `classes[i]` and grows from noise number `first + i` of `seed`.
    Generate {
        /// One class for each image.
        classes: Vec<usize>,
        /// The seed.
        seed: u64,
        /// The number of the first noise.
        first: u64,
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
        /// Whether to encode it as [`flow::CONVERGED`] says too, to see how far the noise is from a converged one.
        converged: bool,
    },
}

impl Job {
    /// Whether a model of so many `classes` and images of this `shape` can run it.
    ///
    /// # Errors
    /// In words for the visitor.
    pub fn check(&self, classes: usize, shape: ImageShape) -> Result<(), String> {
        if !Solver::FIXED.contains(&self.solver) {
            return Err(format!("the solver {} does not run in a browser", self.solver));
        }
        if !self.guidance.is_finite() {
            return Err(format!("the guidance is {}, which is not a number", self.guidance));
        }
        let wanted: &[usize] = match &self.task {
            Task::Generate { classes, .. } => classes,
            Task::Translate { from, to, .. } => &[*from, *to],
        };
        if wanted.is_empty() {
            return Err("no image is asked for".to_owned());
        }
        if let Some(class) = wanted.iter().find(|class| **class >= classes) {
            return Err(format!("class {class} is asked for, and the model has {classes}"));
        }
        match &self.task {
            Task::Translate { pixels, .. } if pixels.len() != shape.values() => {
                Err(format!("the image has {} values, and those of the model have {}", pixels.len(), shape.values()))
            }
            Task::Generate { .. } | Task::Translate { .. } => Ok(()),
        }
    }

    /// How many images it moves.
    pub fn images(&self) -> usize {
        match &self.task {
            Task::Generate { classes, .. } => classes.len(),
            Task::Translate { .. } => 1,
        }
    }

    /// How many moments its trajectory has, without what is only measured.
    pub fn moments(&self) -> usize {
        let leg = self.intervals.get() as usize + 1;
        match &self.task {
            Task::Generate { .. } => leg,
            Task::Translate { .. } => 2 * leg,
        }
    }

    /// Network evaluations for one image in the whole job: what its frames count up to.
    pub fn evaluations(&self) -> u32 {
        let leg = |solver: Solver, intervals: NonZeroU32| solver.evaluations().unwrap_or_default() * intervals.get();
        let plain = leg(self.solver, self.intervals);
        let guided = guidance::evaluations(self.guidance) * plain;
        let (solver, intervals, _) = flow::CONVERGED;
        match &self.task {
            Task::Generate { .. } => guided,
            Task::Translate { converged: false, .. } => plain + guided + plain,
            Task::Translate { converged: true, .. } => plain + guided + plain + leg(solver, intervals),
        }
    }
}

/// What the engine tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The engine listens.
    Awake,
    /// So many bytes of a model have come.
    Loading {
        /// The page's number for the load.
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
    /// The classes of its held-out examples.
    #[serde(with = "serde_bytes")]
    pub example_classes: Vec<u8>,
    /// Their pixels, one image after the other.
    #[serde(with = "serde_bytes")]
    pub example_pixels: Vec<u8>,
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
    /// Root mean square difference between the image and its own round trip; for translations.
    pub round_trip_rmse: Option<f64>,
    /// Root mean square difference between the image's noise and the converged one; where that was asked for.
    pub converged_rmse: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 2 };

    fn job(task: Task) -> Job {
        let intervals = NonZeroU32::new(5).expect("5 is not 0");
        Job { id: 1, task, solver: Solver::Midpoint, intervals, spacing: Spacing::Uniform, guidance: 2.0 }
    }

    fn translation(pixels: usize, from: usize, to: usize, converged: bool) -> Job {
        job(Task::Translate { pixels: vec![0; pixels], from, to, converged })
    }

    #[test]
    fn a_job_that_cannot_run_is_refused_in_words() {
        let generate = |classes: &[usize]| job(Task::Generate { classes: classes.to_vec(), seed: 7, first: 0 });
        let error = |job: Job| job.check(3, SHAPE).expect_err("an impossible job");
        assert_eq!(generate(&[0, 2]).check(3, SHAPE), Ok(()));
        assert_eq!(translation(4, 0, 2, true).check(3, SHAPE), Ok(()));
        assert!(error(Job { solver: Solver::Dopri5, ..generate(&[0]) }).contains("dopri5"));
        assert!(error(Job { guidance: f64::NAN, ..generate(&[0]) }).contains("guidance"));
        assert!(error(generate(&[])).contains("no image"));
        assert!(error(generate(&[0, 3])).contains("class 3"));
        assert!(error(translation(4, 3, 0, false)).contains("class 3"));
        assert!(error(translation(4, 0, 4, false)).contains("class 4"));
        assert!(error(translation(5, 0, 1, false)).contains("5 values"));
    }

    #[test]
    fn a_job_knows_what_it_costs() {
        let generation = job(Task::Generate { classes: vec![0], seed: 7, first: 0 });
        assert_eq!(generation.evaluations(), 20, "midpoint in 5 intervals, guided");
        assert_eq!([0.0, 1.0].map(|guidance| Job { guidance, ..generation.clone() }.evaluations()), [10, 10]);
        assert_eq!(translation(4, 0, 1, false).evaluations(), 10 + 20 + 10);
        assert_eq!(translation(4, 0, 1, true).evaluations(), 40 + 320);
        assert!(include_str!("../../index.html").contains("320 more network evaluations"));
    }
}
