//! The scale of moments: how many there are, which one is shown, and whether it moves by itself.

use super::{Effect, State};

/// How long all of a trajectory is shown, in milliseconds, and how long one moment at least and at most.
const LENGTH: u32 = 2_400;
const LEAST: u32 = 40;
const MOST: u32 = 240;

/// The scale.
#[derive(Debug, Default)]
pub(super) struct Reel {
    pub(super) count: usize,
    pub(super) at: usize,
    playing: bool,
    /// The number of the latest wait.
    waits: u32,
}

impl Reel {
    /// It has so many moments by now, and stands at the last one.
    pub(super) fn lengthen(&mut self, count: usize) {
        (self.count, self.at, self.playing) = (count, count.saturating_sub(1), false);
    }

    /// A wait that makes those before meaningless.
    pub(super) fn wait(&mut self, milliseconds: u32) -> Effect {
        self.waits = self.waits.wrapping_add(1);
        Effect::Wait { milliseconds, number: self.waits }
    }

    /// Shows one moment for its time.
    fn pause(&mut self) -> Effect {
        let milliseconds = (LENGTH / self.count.max(1) as u32).clamp(LEAST, MOST);
        self.wait(milliseconds)
    }
}

impl State {
    /// The visitor moves the scale.
    pub(super) fn turn_to(&mut self, moment: usize) -> Vec<Effect> {
        if !self.free() {
            return Vec::new();
        }
        self.reel.playing = false;
        self.reel.at = moment.min(self.reel.count.saturating_sub(1));
        [vec![Effect::Playing(false)], self.look()].concat()
    }

    /// The visitor plays the trajectory, from its beginning if it is at its end, or stops it.
    pub(super) fn play(&mut self) -> Vec<Effect> {
        if !self.free() {
            return Vec::new();
        }
        let reel = &mut self.reel;
        reel.playing = !reel.playing && reel.count > 1;
        if !reel.playing {
            return vec![Effect::Playing(false)];
        }
        if reel.at + 1 == reel.count {
            reel.at = 0;
        }
        let wait = reel.pause();
        [vec![Effect::Playing(true)], self.look(), vec![wait]].concat()
    }

    /// The time of a moment is over, or the page has breathed between two parts of an experiment.
    pub(super) fn tick(&mut self, number: u32) -> Vec<Effect> {
        if number != self.reel.waits {
            return Vec::new();
        }
        if self.experimenting() {
            return self.experiment_on();
        }
        let reel = &mut self.reel;
        if !reel.playing {
            return Vec::new();
        }
        reel.at = (reel.at + 1).min(reel.count - 1);
        reel.playing = reel.at + 1 < reel.count;
        let next = if reel.playing { reel.pause() } else { Effect::Playing(false) };
        [self.look(), vec![next]].concat()
    }
}
