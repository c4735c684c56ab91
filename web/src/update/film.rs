//! The trajectory of the latest job, kept to be seen again: nothing is computed twice.

use shared::image::ImageShape;

use super::{Effect, State, task, trajectory};
use crate::protocol::{Frame, Job, Leg, Task, Translation};
use crate::view::Look;

/// The most bytes that are kept; of longer trajectories every second, third, … moment.
const MOST_BYTES: usize = 64 << 20;

/// The moments of a job so far.
#[derive(Debug)]
pub(super) struct Film {
    pub(super) job: Job,
    pub(super) shape: ImageShape,
    /// What a translation should come to, where that is known.
    truth: Option<Vec<u8>>,
    /// Of so many moments one is kept.
    every: usize,
    taken: usize,
    pub(super) frames: Vec<Frame>,
}

impl Film {
    /// An empty one for a job whose moments are images of this shape.
    pub(super) fn of(job: &Job, shape: ImageShape, truth: Option<Vec<u8>>) -> Self {
        let bytes = 3 * job.images() * shape.values() * job.moments();
        let every = bytes.div_ceil(MOST_BYTES).max(1);
        Film { job: job.clone(), shape, truth, every, taken: 0, frames: Vec::new() }
    }

    /// Keeps a moment, and shows it. The ends of a way are always kept.
    fn take(&mut self, frame: Frame) {
        let end = frame.index == 0 || frame.index == self.job.last();
        if end || self.taken.is_multiple_of(self.every) {
            self.frames.push(frame);
        }
        self.taken += 1;
    }

    /// The result beside the truth, where there are both.
    pub(super) fn compared(&self) -> Option<Effect> {
        let Task::Translate(Translation { pixels, .. }) = &self.job.task else { return None };
        let result = self.frames.iter().rev().find(|frame| frame.leg == Leg::Decode)?;
        Some(trajectory::compared(&result.looks.state, pixels, self.truth.as_ref()?))
    }

    /// The stage at one of the moments.
    pub(super) fn shown(&self, at: usize, look: Look) -> Vec<Effect> {
        trajectory::moment(&self.frames, at, &self.job, self.shape, look)
    }
}

impl State {
    /// A job begins: what was kept of the one before is forgotten.
    pub(super) fn roll(&mut self, job: &Job, shape: ImageShape, truth: Option<Vec<u8>>) -> Vec<Effect> {
        self.film = Some(Film::of(job, shape, truth));
        self.reel.lengthen(0);
        vec![self.scale(), Effect::Playing(false)]
    }

    /// What was kept, if it is of this tab.
    pub(super) fn seen(&self) -> Option<&Film> {
        self.film.as_ref().filter(|film| task::tab(&film.job.task) == self.view.tab)
    }

    /// The job under way has come to a moment.
    pub(super) fn record(&mut self, frame: Frame) -> Vec<Effect> {
        let look = self.view.look;
        let Some(film) = &mut self.film else { return Vec::new() };
        let shown = trajectory::shown(&frame, &film.job, film.shape, look);
        let taken = trajectory::is_on_the_way(frame.leg);
        if taken {
            film.take(frame.clone());
            self.reel.lengthen(film.frames.len());
        }
        let mut effects = self.still_opening(&frame, shown);
        effects.extend(taken.then(|| self.scale()));
        effects
    }
}
