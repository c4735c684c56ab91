//! What the page asks the engine to compute.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::flow;
use shared::guidance;
use shared::image::ImageShape;
use shared::method::Method;
use shared::solver::Solver;
use shared::time::{Spacing, Time, TimeGrid};

/// Trajectories to compute.
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
    /// The weights of another model to draw with, which knows the same classes and images of the same size.
    pub with: Option<Weights>,
}

/// Where the weights of a model are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// The address of the model's file.
    pub address: String,
    /// What its hash must begin with, where that is known.
    pub hash: Option<String>,
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
    /// An image into one of another class.
    Translate(Translation),
    /// Mixed noises to images.
    Mix(Mixing),
    /// An image to noise and back, by several solvers.
    Return(Trials),
}

/// An image to translate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    /// The image's pixels, channels side by side.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Its class.
    pub from: usize,
    /// The class to turn it into.
    pub to: usize,
    /// How. What encodes also goes back to the first image, to see how faithful the way is.
    pub method: Method,
    /// How far SDEdit goes back.
    pub start: f64,
    /// Whether to turn it into every other class too.
    pub every: bool,
    /// Whether to encode it as [`flow::CONVERGED`] says too, to see how far the noise is from a converged one.
    pub converged: bool,
}

/// Noises to mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mixing {
    /// Where they come from.
    pub starts: Vec<Start>,
    /// For each image that is drawn, how much of each.
    pub shares: Vec<Vec<f64>>,
    /// The class to draw under.
    pub class: usize,
}

/// Where a noise comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Start {
    /// The first noise of this seed.
    Seed(u64),
    /// The noise of an image.
    Image {
        /// Its pixels.
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
        /// Its class.
        class: usize,
    },
}

/// An image to encode and decode again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trials {
    /// Its pixels.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
    /// Its class.
    pub class: usize,
    /// Solvers and their intervals, in this order.
    pub plan: Vec<(Solver, NonZeroU32)>,
}

impl Job {
    /// Whether a model of so many `classes` and images of this `shape` can run it.
    ///
    /// # Errors
    /// In words for the visitor.
    pub fn check(&self, classes: usize, shape: ImageShape) -> Result<(), String> {
        let (mut wanted, mut images, mut solvers) = (Vec::new(), Vec::new(), vec![self.solver]);
        match &self.task {
            Task::Generate { classes, .. } => wanted.extend(classes),
            Task::Translate(Translation { pixels, from, to, method, start, .. }) => {
                if *method == Method::Direct && self.with.is_none() {
                    return Err(format!("the method {method} needs a model of its own"));
                }
                if !(0.0..1.0).contains(start) {
                    return Err(format!("the time {start} does not lie before that of the image"));
                }
                wanted.extend([*from, *to]);
                images.push(pixels);
            }
            Task::Mix(Mixing { starts, shares, class }) => {
                wanted.push(*class);
                for start in starts {
                    if let Start::Image { pixels, class } = start {
                        wanted.push(*class);
                        images.push(pixels);
                    }
                }
                let whole = |shares: &Vec<f64>| {
                    let sound = shares.len() == starts.len() && shares.iter().all(|share| share.is_finite());
                    sound && shares.iter().any(|share| *share != 0.0)
                };
                if shares.is_empty() || !shares.iter().all(whole) {
                    return Err("no mixture is asked for".to_owned());
                }
            }
            Task::Return(Trials { pixels, class, plan }) => {
                wanted.push(*class);
                images.push(pixels);
                solvers.extend(plan.iter().map(|(solver, _)| *solver));
            }
        }
        if let Some(solver) = solvers.iter().find(|solver| !Solver::FIXED.contains(solver)) {
            return Err(format!("the solver {solver} does not run in a browser"));
        }
        if !self.guidance.is_finite() {
            return Err(format!("the guidance is {}, which is not a number", self.guidance));
        }
        if wanted.is_empty() {
            return Err("no image is asked for".to_owned());
        }
        if let Some(class) = wanted.iter().find(|class| **class >= classes) {
            return Err(format!("class {class} is asked for, and the model has {classes}"));
        }
        let size = shape.values();
        match images.iter().find(|pixels| pixels.len() != size) {
            Some(pixels) => Err(format!("the image has {} values, and those of the model have {size}", pixels.len())),
            None => Ok(()),
        }
    }

    /// How many images each of its moments has.
    pub fn images(&self) -> usize {
        match &self.task {
            Task::Generate { classes, .. } => classes.len(),
            Task::Mix(Mixing { shares, .. }) => shares.len(),
            Task::Translate(_) | Task::Return(_) => 1,
        }
    }

    /// The moments that a leg visits.
    pub fn grid(&self) -> TimeGrid {
        let whole = self.spacing.grid(self.intervals);
        match self.task {
            Task::Translate(Translation { method: Method::SdEdit, start, .. }) => {
                whole.after(Time::new(start)).unwrap_or(whole)
            }
            _ => whole,
        }
    }

    /// The number of a leg's last frame.
    pub fn last(&self) -> usize {
        self.grid().intervals()
    }

    /// How many moments its trajectory has, without what is only measured.
    pub fn moments(&self) -> usize {
        let leg = self.last() + 1;
        match &self.task {
            Task::Translate(Translation { method, .. }) if method.encodes() => 2 * leg,
            Task::Generate { .. } | Task::Translate(_) | Task::Mix(_) => leg,
            Task::Return(_) => 0,
        }
    }

    /// The share of the whole job that is done after so many network evaluations for an image.
    pub fn progress(&self, nfe: u32) -> f64 {
        f64::from(nfe) / f64::from(self.evaluations().max(1))
    }

    /// Network evaluations for one image in the whole job: what its frames count up to.
    pub fn evaluations(&self) -> u32 {
        let leg = |solver: Solver, intervals: u32| solver.evaluations().unwrap_or_default() * intervals;
        let (plain, weight) = (leg(self.solver, self.last() as u32), guidance::evaluations(self.guidance));
        match &self.task {
            Task::Generate { .. } | Task::Mix(_) => weight * plain,
            Task::Return(Trials { plan, .. }) => {
                plan.iter().map(|(solver, intervals)| 2 * leg(*solver, intervals.get())).sum()
            }
            Task::Translate(Translation { method, every, converged, .. }) => {
                let (solver, intervals, _) = flow::CONVERGED;
                let (there, onward, measured) = match method {
                    Method::Ddib => (plain, weight * plain, plain),
                    Method::FlowEdit => (0, method.repeats() * (1 + weight) * plain, 0),
                    Method::VelocityDifference => (0, (1 + weight) * plain, 0),
                    Method::SdEdit | Method::Direct => (0, weight * plain, 0),
                };
                let all = if *every { onward } else { 0 };
                let fine = if *converged && method.encodes() { leg(solver, intervals.get()) } else { 0 };
                there + onward + all + measured + fine
            }
        }
    }
}

#[cfg(test)]
mod tests;
