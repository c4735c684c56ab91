//! The pad: what is drawn follows the handle.

use std::num::NonZeroU32;

use shared::solver::Solver;
use shared::time::Spacing;

use super::{Effect, State};
use crate::mix::{Corner, Mix};
use crate::protocol::{Job, Mixing, Start, Task};
use crate::view::Tab;

/// What the pad shows, beside what the view says.
#[derive(Debug, Default)]
pub(super) struct Pad {
    /// How the images at the corners were drawn, once they are.
    corners: Option<Drawn>,
    /// Likewise, while they are being drawn.
    drawing: Option<Drawn>,
    /// The step of the walk that the handle takes by itself.
    walking: Option<u32>,
    /// Whether the handle has moved on while an image was drawn.
    behind: bool,
}

/// Everything that the images at the corners depend on.
type Drawn = (String, Vec<Start>, usize, (Solver, NonZeroU32, Spacing, f64));

impl State {
    /// The pad as it is.
    pub(super) fn pad(&self) -> Effect {
        Effect::Pad { mix: Box::new(self.view.mix.clone()), walking: self.pad.walking.is_some() }
    }

    /// Likewise, where it is seen.
    pub(super) fn pad_if_mixing(&self) -> Vec<Effect> {
        if self.view.tab == Tab::Mix { vec![self.pad()] } else { Vec::new() }
    }

    /// The walk under way ends; what the view says of walks stays.
    pub(super) fn interrupt_walk(&mut self) {
        self.pad.walking = None;
    }

    /// The handle does not walk any more.
    pub(super) fn stand_still(&mut self) {
        (self.pad.walking, self.view.mix.walks) = (None, false);
    }

    /// The handle is moved.
    pub(super) fn move_handle(&mut self, place: [u8; 2]) -> Vec<Effect> {
        self.view.mix.at = place;
        self.stand_still();
        self.follow_handle()
    }

    /// Draws what belongs to the handle's place. While an image is being drawn, only the latest place is remembered.
    fn follow_handle(&mut self) -> Vec<Effect> {
        self.pad.behind = self.job.is_some();
        let drawing = if self.pad.behind { Vec::new() } else { self.step() };
        [vec![self.pad()], drawing].concat()
    }

    /// The handle walks by itself from now on, or stands still.
    pub(super) fn walk(&mut self) -> Vec<Effect> {
        if self.view.tab != Tab::Mix || self.shape().is_none() {
            return Vec::new();
        }
        if self.pad.walking.is_some() {
            self.stand_still();
            return self.shown();
        }
        (self.pad.walking, self.view.mix.walks) = (Some(0), true);
        self.view.mix.at = Mix::walk(0);
        [self.follow_handle(), self.shown()].concat()
    }

    /// Nobody looks: the handle stands still.
    pub(super) fn rest(&mut self) -> Vec<Effect> {
        if self.pad.walking.is_none() {
            return Vec::new();
        }
        self.stand_still();
        self.shown()
    }

    /// Mixtures are drawn: on to the next, if there is one.
    pub(super) fn mixed(&mut self) -> Vec<Effect> {
        self.pad.corners = self.pad.drawing.take().or(self.pad.corners.take());
        if let Some(step) = &mut self.pad.walking {
            *step = (*step + 1) % Mix::LAP.get();
            self.view.mix.at = Mix::walk(*step);
            return self.follow_handle();
        }
        if self.pad.behind { self.follow_handle() } else { self.shown() }
    }

    /// The next held-out image or seed will go to this corner.
    pub(super) fn choose_corner(&mut self, number: usize) -> Vec<Effect> {
        if number < self.view.mix.corners.len() {
            self.view.mix.chosen = number;
        }
        self.shown()
    }

    /// The chosen corner gets another noise.
    pub(super) fn fill_corner(&mut self, corner: Corner) -> Vec<Effect> {
        let mix = &mut self.view.mix;
        if let Some(place) = mix.corners.get_mut(mix.chosen) {
            *place = corner;
        }
        self.act()
    }

    /// Lets a job draw the corners too, unless they are drawn already.
    pub(super) fn with_corners(&mut self, name: &str, job: &mut Job) {
        (self.pad.behind, self.pad.drawing) = (false, None);
        let Task::Mix(Mixing { starts, shares, class }) = &mut job.task else {
            self.pad.walking = None;
            return;
        };
        let way = (job.solver, job.intervals, job.spacing, job.guidance);
        let drawn = (name.to_owned(), starts.clone(), *class, way);
        if self.pad.corners.as_ref() != Some(&drawn) {
            let alone = |corner| (0..starts.len()).map(|other| if other == corner { 1.0 } else { 0.0 }).collect();
            shares.extend((0..starts.len()).map(alone));
            self.pad.drawing = Some(drawn);
        }
    }
}
