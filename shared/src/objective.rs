//! What training weighs and where on the path it looks.

use chacha20::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};
use serde::{Deserialize, Serialize};

use crate::schedule::Schedule;
use crate::time::Time;

/// How much the squared error of the velocity counts at each time.
///
/// The best velocity at each time is the same under every weight; they differ in what a finite network learns first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossWeight {
    /// 1: rectified flow (the ScoreFlow paper's eq. 18).
    #[default]
    Uniform,
    /// t: the paper's path-constrained loss (eq. 19) with λ = 1/t, whose one-step error from the noise end is t times the
    /// velocity's.
    Time,
    /// t²: eq. 19 with λ = 1, which is also the squared error of the noise x − t·v that the velocity implies.
    TimeSquared,
    /// (1 − t)²: the squared error of the image x + (1 − t)·v that the velocity implies.
    RemainingSquared,
    /// ((1−t)² + σ_d²t²)/σ_d², Karras et al.'s (2022) weight in terms of the velocity.
    Edm,
    /// (π/2)²·(t² + (1 − t)²): the plain loss of the cosine path, with the times of [`Schedule::Cosine`].
    Cosine,
}

/// The standard deviation of image values that Karras et al. (2022) assume.
pub const DATA_DEVIATION: f64 = 0.5;

/// The variance of x_t for images of deviation [`DATA_DEVIATION`]: (1−t)² + σ_d²t².
pub fn path_variance(t: f64) -> f64 {
    (1.0 - t).powi(2) + (DATA_DEVIATION * t).powi(2)
}

impl LossWeight {
    /// The weight at one time.
    pub fn at(self, time: Time) -> f64 {
        let t = time.get();
        match self {
            LossWeight::Uniform => 1.0,
            LossWeight::Time => t,
            LossWeight::TimeSquared => t * t,
            LossWeight::RemainingSquared => (1.0 - t).powi(2),
            LossWeight::Edm => path_variance(t) / DATA_DEVIATION.powi(2),
            LossWeight::Cosine => std::f64::consts::FRAC_PI_2.powi(2) * (t * t + (1.0 - t).powi(2)),
        }
    }
}

/// How training draws its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum TimeDensity {
    /// Evenly.
    #[default]
    Uniform,
    /// t = √u, of density 2t: in expectation half of [`LossWeight::Time`], on normal data with less variance.
    SquareRoot,
    /// logit t ~ N(mean, deviation²). Mean and deviation 1.2 are Karras et al.'s (2022) noise levels.
    LogitNormal {
        /// Positive means look more at the image end.
        mean: f64,
        /// Positive.
        deviation: f64,
    },
    /// The times of another path's points, evenly along its pace. With the weight of [`LossWeight::TimeSquared`], which is the
    /// squared error of the noise, the variance-preserving one is DDPM (Ho et al., 2020) in continuous time, and the
    /// variance-exploding one score matching on noise levels (Song et al., 2021).
    Schedule(Schedule),
}

impl TimeDensity {
    /// One time.
    pub fn draw(self, generator: &mut ChaCha8Rng) -> Time {
        match self {
            TimeDensity::LogitNormal { mean, deviation } => {
                let normal: f64 = StandardNormal.sample(generator);
                Time::new(1.0 / (1.0 + (-mean - deviation * normal).exp()))
            }
            _ => self.quantile(StandardUniform.sample(generator)),
        }
    }

    /// The time below which a share `u` of the draws lies.
    ///
    /// # Panics
    /// For the logit-normal density, which has no formula for it.
    pub fn quantile(self, u: f64) -> Time {
        match self {
            TimeDensity::Uniform => Time::new(u),
            TimeDensity::SquareRoot => Time::new(u.sqrt()),
            TimeDensity::Schedule(schedule) => schedule.straight_time(u),
            TimeDensity::LogitNormal { .. } => unreachable!("drawn from a normal number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::NOISE_LEVELS;

    /// ∫₀¹ f(t) dt by the midpoint rule, whose error here is below 1e-9.
    fn mean(f: impl Fn(f64) -> f64) -> f64 {
        let n = 100_000;
        (0..n).map(|i| f((f64::from(i) + 0.5) / f64::from(n))).sum::<f64>() / f64::from(n)
    }

    /// Var(x₁ − x₀ | x_t) for noise and data from N(0, 1).
    fn floor(t: f64) -> f64 {
        1.0 / (t * t + (1.0 - t).powi(2))
    }

    #[test]
    fn each_weight_has_its_own_least_loss_on_normal_data() {
        let pi = std::f64::consts::PI;
        let expected = [
            (LossWeight::Uniform, pi / 2.0),
            (LossWeight::Time, pi / 4.0),
            (LossWeight::TimeSquared, 0.5),
            (LossWeight::RemainingSquared, 0.5),
        ];
        for (weight, expected) in expected {
            let least = mean(|t| weight.at(Time::new(t)) * floor(t));
            assert!((least - expected).abs() < 1e-8, "{weight:?}: {least}");
        }
    }

    #[test]
    fn drawing_square_roots_is_weighing_by_time() {
        for f in [floor as fn(f64) -> f64, |t| (3.0 * t).sin(), |t| t.exp()] {
            let drawn = mean(|u| f(TimeDensity::SquareRoot.quantile(u).get()));
            let weighed = mean(|t| 2.0 * LossWeight::Time.at(Time::new(t)) * f(t));
            // √u is steep at 0, which costs the midpoint rule digits.
            assert!((drawn - weighed).abs() < 1e-6, "{drawn} and {weighed}");
        }
    }

    /// The EDM weight is 1/λ-free in their own variables: weight on v times (output factor)² is 1.
    #[test]
    fn the_edm_weight_undoes_the_preconditioning() {
        for t in [0.1, 0.5, 0.95] {
            let output = DATA_DEVIATION / path_variance(t).sqrt();
            assert!((LossWeight::Edm.at(Time::new(t)) * output * output - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn draws_follow_their_density() {
        let mut generator = crate::noise::Seed(3).stream("time", 0);
        let mut share = |density: TimeDensity, below: f64| {
            (0..20_000).filter(|_| density.draw(&mut generator).get() < below).count() as f64 / 20_000.0
        };
        // Medians, with four standard errors. Evenly in the logarithm: that of levels is their geometric mean.
        let level = (NOISE_LEVELS.0 * NOISE_LEVELS.1).sqrt();
        let logit = |x: f64| 1.0 / (1.0 + (-x).exp());
        let half = [
            share(TimeDensity::Uniform, 0.5),
            share(TimeDensity::SquareRoot, 0.5_f64.sqrt()),
            share(TimeDensity::LogitNormal { mean: 1.2, deviation: 1.2 }, logit(1.2)),
            share(TimeDensity::Schedule(Schedule::VarianceExploding), 1.0 / (1.0 + level)),
        ];
        assert!(half.iter().all(|share| (share - 0.5).abs() < 0.015), "{half:?}");
    }
}
