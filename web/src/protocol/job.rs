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

    /// Network evaluations for one image in the whole job: what its frames count up to.
    pub fn evaluations(&self) -> u32 {
        let leg = |solver: Solver, intervals: NonZeroU32| solver.evaluations().unwrap_or_default() * intervals.get();
        let (plain, weight) = (leg(self.solver, self.intervals), guidance::evaluations(self.guidance));
        match &self.task {
            Task::Generate { .. } | Task::Mix(_) => weight * plain,
            Task::Return(Trials { plan, .. }) => {
                plan.iter().map(|(solver, intervals)| 2 * leg(*solver, *intervals)).sum()
            }
            Task::Translate(Translation { method, every, converged, .. }) => {
                let (solver, intervals, _) = flow::CONVERGED;
                let (there, onward, measured) = match method {
                    Method::Ddib => (plain, weight * plain, plain),
                    Method::FlowEdit => (0, method.repeats() * (1 + weight) * plain, 0),
                    Method::SdEdit => {
                        (0, weight * self.solver.evaluations().unwrap_or_default() * self.last() as u32, 0)
                    }
                    Method::VelocityDifference => (0, (1 + weight) * plain, 0),
                    Method::Direct => (0, weight * plain, 0),
                };
                let all = if *every { onward } else { 0 };
                let fine = if *converged && method.encodes() { leg(solver, intervals) } else { 0 };
                there + onward + all + measured + fine
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 2 };

    fn job(task: Task) -> Job {
        let intervals = NonZeroU32::new(5).expect("5 is not 0");
        Job { id: 1, task, solver: Solver::Midpoint, intervals, spacing: Spacing::Uniform, guidance: 2.0, with: None }
    }

    fn translation(pixels: usize, from: usize, to: usize, converged: bool) -> Job {
        job(Task::Translate(Translation {
            pixels: vec![0; pixels],
            from,
            to,
            method: Method::Ddib,
            start: 0.5,
            every: false,
            converged,
        }))
    }

    fn by(method: Method, every: bool) -> Job {
        job(Task::Translate(Translation {
            pixels: vec![0; 4],
            from: 0,
            to: 1,
            method,
            start: 0.5,
            every,
            converged: true,
        }))
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
        let mix = |share: f64, pixels: usize| {
            let image = Start::Image { pixels: vec![0; pixels], class: 0 };
            job(Task::Mix(Mixing { starts: vec![Start::Seed(1), image], shares: vec![vec![share, 0.0]], class: 2 }))
        };
        assert_eq!(mix(1.0, 4).check(3, SHAPE), Ok(()));
        assert!(error(mix(0.0, 4)).contains("no mixture"));
        assert!(error(mix(f64::NAN, 4)).contains("no mixture"));
        assert!(error(mix(1.0, 5)).contains("5 values"));
        let trials =
            |solver| job(Task::Return(Trials { pixels: vec![0; 4], class: 0, plan: vec![(solver, NonZeroU32::MIN)] }));
        assert_eq!(trials(Solver::Rk4).check(3, SHAPE), Ok(()));
        assert!(error(trials(Solver::Dopri5)).contains("dopri5"));
        let Job { task: Task::Translate(translation), .. } = by(Method::SdEdit, false) else { unreachable!() };
        let begun = |start| job(Task::Translate(Translation { start, ..translation.clone() }));
        assert!(error(begun(1.0)).contains("time 1") && error(begun(f64::NAN)).contains("NaN"));
        assert!(error(by(Method::Direct, false)).contains("direct"));
    }

    #[test]
    fn a_job_knows_what_it_costs() {
        let generation = job(Task::Generate { classes: vec![0], seed: 7, first: 0 });
        assert_eq!(generation.evaluations(), 20, "midpoint in 5 intervals, guided");
        assert_eq!([0.0, 1.0].map(|guidance| Job { guidance, ..generation.clone() }.evaluations()), [10, 10]);
        assert_eq!(translation(4, 0, 1, false).evaluations(), 10 + 20 + 10);
        assert_eq!(translation(4, 0, 1, true).evaluations(), 40 + 320);
        assert_eq!(by(Method::Ddib, true).evaluations(), 60 + 320, "once more for every class");
        assert_eq!(by(Method::FlowEdit, false).evaluations(), 4 * 3 * 10, "no noise to measure");
        assert_eq!(by(Method::SdEdit, false).evaluations(), 2 * 2 * 3, "from t = 0.5: 0.5, 0.6, 0.8, 1");
        assert_eq!(by(Method::SdEdit, false).moments(), 4);
        assert_eq!(by(Method::VelocityDifference, false).evaluations(), 3 * 10);
        let plan = vec![(Solver::Rk4, NonZeroU32::MIN)];
        assert_eq!(job(Task::Return(Trials { pixels: vec![0; 4], class: 0, plan })).evaluations(), 8);
        assert!(include_str!("../../../index.html").contains("320 more network evaluations"));
    }
}
