//! Time on the journey from noise to image.

use std::num::NonZeroU32;

/// A moment on the journey: 0 is noise, 1 is an image. No other convention exists in this project.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Time(f64);

impl Time {
    /// The Gaussian end of the journey.
    pub const NOISE: Time = Time(0.0);
    /// The data end of the journey.
    pub const IMAGE: Time = Time(1.0);

    /// The moment `t`.
    ///
    /// # Panics
    /// If `t` is not within `0..=1`: the field is not defined there.
    pub fn new(t: f64) -> Self {
        assert!((0.0..=1.0).contains(&t), "a time lies between 0 (noise) and 1 (image), not at {t}");
        Time(t)
    }

    /// The moment as a number within `0..=1`.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The moment halfway between two others.
    pub fn midpoint(self, other: Time) -> Time {
        Time(0.5 * (self.0 + other.0))
    }
}

/// The moments a solver visits, in the order it visits them: at least two, strictly monotone.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeGrid(Vec<Time>);

impl TimeGrid {
    /// `intervals` equal intervals from noise to image.
    pub fn uniform(intervals: NonZeroU32) -> Self {
        let n = intervals.get();
        TimeGrid((0..=n).map(|i| Time(f64::from(i) / f64::from(n))).collect())
    }

    /// The same moments in the opposite order: encoding visits these.
    #[must_use]
    pub fn reversed(&self) -> Self {
        TimeGrid(self.0.iter().rev().copied().collect())
    }

    /// The moments, in the order of the visit.
    pub fn times(&self) -> &[Time] {
        &self.0
    }

    /// How many intervals lie between the moments.
    pub fn intervals(&self) -> usize {
        self.0.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uniform_grid_meets_both_ends_exactly_and_reverses() {
        let grid = TimeGrid::uniform(NonZeroU32::new(7).expect("7 is not 0"));
        assert_eq!(grid.intervals(), 7);
        assert_eq!(grid.times().first(), Some(&Time::NOISE));
        assert_eq!(grid.times().last(), Some(&Time::IMAGE));
        assert!(grid.times().windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(grid.reversed().reversed(), grid);
        assert_eq!(grid.reversed().times().first(), Some(&Time::IMAGE));
    }
}
