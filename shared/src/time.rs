//! Time on the trajectory from noise to image.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Close to t = 1 the velocity of what has noise in it, (x₁ − x)/(1 − t), has no bound: networks that answer with the image x₁
/// divide by so much at least. Li and He (2025) take 0.05.
pub const CLOSE: f64 = 0.02;

/// A moment on the trajectory: 0 is noise, 1 is an image. No other convention exists in this project.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Time(f64);

impl Time {
    /// The Gaussian end of the trajectory.
    pub const NOISE: Time = Time(0.0);
    /// The data end of the trajectory.
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
        self.towards(other, 0.5)
    }

    /// The moment after this share, within `0..=1`, of the way to another.
    pub(crate) fn towards(self, other: Time, share: f64) -> Time {
        Time((1.0 - share) * self.0 + share * other.0)
    }
}

/// The moments a solver visits, in the order it visits them: at least two, strictly monotone.
///
/// n intervals have n + 1 moments; those of the uniform grid are tᵢ = i/n.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::time::{Time, TimeGrid};
///
/// let grid = TimeGrid::uniform(NonZeroU32::new(4).expect("not 0"));
/// assert_eq!(grid.times(), [0.0, 0.25, 0.5, 0.75, 1.0].map(Time::new));
/// assert_eq!(grid.intervals(), 4);
/// // Encoding visits the same moments backwards.
/// assert_eq!(grid.reversed().times()[0], Time::IMAGE);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TimeGrid(Vec<Time>);

/// How the moments of a grid are spread. Menus, tests and documents read [`Spacing::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spacing {
    /// Equal intervals.
    Uniform,
    /// Karras et al. (2022), eq. 5 with σ from 80 to 0.002 and ρ = 7, where σ = (1 − t)/t: short intervals near the
    /// image. Their grid begins at σ = 80; here its first moment is moved to t = 0.
    Edm,
}

named! { Spacing is a "spacing": Uniform = "uniform", Edm = "edm" }

impl Spacing {
    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Spacing::Uniform => "uniform",
            Spacing::Edm => "dense near data (edm)",
        }
    }

    /// What files and links mean that do not tell: there was no other spacing when they were written.
    pub fn untold() -> Self {
        Spacing::Uniform
    }

    /// `intervals` intervals from noise to image.
    pub fn grid(self, intervals: NonZeroU32) -> TimeGrid {
        match self {
            Spacing::Uniform => TimeGrid::uniform(intervals),
            Spacing::Edm => TimeGrid::edm(intervals),
        }
    }
}

impl TimeGrid {
    /// `intervals` equal intervals from noise to image.
    pub fn uniform(intervals: NonZeroU32) -> Self {
        let n = intervals.get();
        TimeGrid((0..=n).map(|i| Time(f64::from(i) / f64::from(n))).collect())
    }

    /// See [`Spacing::Edm`].
    fn edm(intervals: NonZeroU32) -> Self {
        const RHO: f64 = 7.0;
        let n = intervals.get();
        let (most, least) = (80_f64.powf(1.0 / RHO), 0.002_f64.powf(1.0 / RHO));
        let inner = (1..n).map(|i| {
            let share = f64::from(i) / f64::from((n - 1).max(1));
            Time(1.0 / (1.0 + (most + share * (least - most)).powf(RHO)))
        });
        TimeGrid(std::iter::once(Time::NOISE).chain(inner).chain(std::iter::once(Time::IMAGE)).collect())
    }

    /// The same moments in the opposite order: encoding visits these.
    #[must_use]
    pub fn reversed(&self) -> Self {
        TimeGrid(self.0.iter().rev().copied().collect())
    }

    /// The part of a grid towards the image that begins at `start`, which becomes its first moment; none if `start` is its
    /// end.
    #[must_use]
    pub fn after(&self, start: Time) -> Option<Self> {
        let later: Vec<Time> = self.0.iter().copied().filter(|time| *time > start).collect();
        (!later.is_empty()).then(|| TimeGrid(std::iter::once(start).chain(later).collect()))
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
        let times = |grid: &TimeGrid| grid.times().iter().map(|time| time.get()).collect::<Vec<_>>();
        let halves = TimeGrid::uniform(NonZeroU32::new(4).expect("not 0"));
        assert_eq!(halves.after(Time(0.5)).map(|grid| times(&grid)), Some(vec![0.5, 0.75, 1.0]));
        assert_eq!(halves.after(Time(0.6)).map(|grid| times(&grid)), Some(vec![0.6, 0.75, 1.0]));
        assert_eq!(halves.after(Time::IMAGE), None);
        assert_eq!(grid.reversed().reversed(), grid);
        assert_eq!(grid.reversed().times().first(), Some(&Time::IMAGE));
    }

    #[test]
    fn the_edm_grid_is_monotone_and_visits_the_published_noise_levels() {
        for intervals in [1, 2, 18] {
            let grid = Spacing::Edm.grid(NonZeroU32::new(intervals).expect("not 0"));
            assert_eq!(grid.intervals(), intervals as usize);
            assert_eq!((grid.times()[0], *grid.times().last().expect("a last moment")), (Time::NOISE, Time::IMAGE));
            assert!(grid.times().windows(2).all(|pair| pair[0] < pair[1]), "{grid:?}");
        }
        // The second of 18 noise levels, and the last before 0 (edm's published sampler: 57.586, 0.002).
        let grid = Spacing::Edm.grid(NonZeroU32::new(18).expect("not 0"));
        let sigma = |at: usize| (1.0 - grid.times()[at].get()) / grid.times()[at].get();
        assert!((sigma(1) - 57.586).abs() < 1e-2 && (sigma(17) - 0.002).abs() < 1e-9, "{} {}", sigma(1), sigma(17));
    }
}
