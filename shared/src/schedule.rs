//! Other Gaussian paths: each is the straight path at another pace and another scale.
//!
//! Whatever the coefficients, x_s = a(s)·x₀ + b(s)·x₁ is (a + b) times a point of the straight path, that of time
//! t = b/(a + b). So all paths share their trajectories, one network trained on the straight path knows the velocity of each,
//! and to train on another path is to train on the straight one with another weight and other times.

use serde::{Deserialize, Serialize};

use crate::named::named;
use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// A path from noise, at pace 0, to image, at pace 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// a = 1 − s, b = s: rectified flow, and the optimal-transport path of flow matching.
    Straight,
    /// a = cos(πs/2), b = sin(πs/2), which preserves variance (trigonometric interpolants; Albergo and Vanden-Eijnden, 2023).
    Cosine,
    /// b = exp(−¼(1−s)²·(20 − 0.1) − ½(1−s)·0.1), a = √(1 − b²): the variance-preserving diffusion of linear rate (Song et
    /// al., 2021). It begins at b = 0.007 instead of 0.
    VariancePreserving,
    /// a = σ, falling from 100 to 0.02 evenly in its logarithm, b = 1: the variance-exploding diffusion (Song et al., 2021, whose
    /// levels of 50 to 0.01 are for pixels between 0 and 1, not −1 and 1). It ends at a = 0.02 instead of 0.
    VarianceExploding,
}

named!(Schedule is a "schedule":
    Straight = "straight",
    Cosine = "cosine",
    VariancePreserving = "variance-preserving",
    VarianceExploding = "variance-exploding",
);

/// The greatest noise level σ = (1 − t)/t of the variance-exploding diffusion, and the least.
pub const NOISE_LEVELS: (f64, f64) = (100.0, 0.02);

/// The rates of the variance-preserving diffusion at the image and at the noise.
const RATES: (f64, f64) = (0.1, 20.0);

/// Where a path is at one pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// a, the share of the noise.
    pub noise: f64,
    /// b, the share of the image.
    pub image: f64,
    /// da/ds.
    pub noise_rate: f64,
    /// db/ds.
    pub image_rate: f64,
}

impl Schedule {
    /// The coefficients at a pace within 0..=1. Those of the variance-preserving diffusion have no rate at 1.
    pub fn at(self, pace: f64) -> Coefficients {
        match self {
            Schedule::Straight => Coefficients { noise: 1.0 - pace, image: pace, noise_rate: -1.0, image_rate: 1.0 },
            Schedule::Cosine => {
                let turn = std::f64::consts::FRAC_PI_2;
                let (sin, cos) = (turn * pace).sin_cos();
                Coefficients { noise: cos, image: sin, noise_rate: -turn * sin, image_rate: turn * cos }
            }
            Schedule::VariancePreserving => {
                let (left, growth) = (1.0 - pace, RATES.1 - RATES.0);
                let image = (-0.25 * left * left * growth - 0.5 * left * RATES.0).exp();
                let noise = (1.0 - image * image).sqrt();
                let image_rate = image * 0.5 * (left * growth + RATES.0);
                Coefficients { noise, image, noise_rate: -image * image_rate / noise, image_rate }
            }
            Schedule::VarianceExploding => {
                let (most, least) = NOISE_LEVELS;
                let noise = most * (least / most).powf(pace);
                Coefficients { noise, image: 1.0, noise_rate: noise * (least / most).ln(), image_rate: 0.0 }
            }
        }
    }

    /// The time of the same point on the straight path, b/(a + b).
    pub fn straight_time(self, pace: f64) -> Time {
        let Coefficients { noise, image, .. } = self.at(pace);
        Time::new(image / (noise + image))
    }
}

impl Coefficients {
    /// a + b: how much larger states are than on the straight path.
    pub fn scale(&self) -> f64 {
        self.noise + self.image
    }

    /// How much the velocity changes for each unit that the straight path's velocity changes by, b'·(1 − t) − a'·t. Its square is
    /// the weight that the plain loss of this path gives to the error of the straight path's velocity.
    pub fn leverage(&self) -> f64 {
        (self.image_rate * self.noise - self.noise_rate * self.image) / self.scale()
    }
}

/// The velocity of another path, from that of the straight path: with y = x/(a + b) and t = b/(a + b), the mean noise at x is
/// y − t·v(y, t) and the mean image y + (1 − t)·v(y, t), so the velocity is (a' + b')·y + (b'·(1 − t) − a'·t)·v(y, t).
///
/// Time is the pace of the path; states are a + b times as large as on the straight path.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled<F> {
    /// The velocity of the straight path.
    pub field: F,
    /// The other path.
    pub schedule: Schedule,
}

impl<S: State, F: VelocityField<S>> VelocityField<S> for Scheduled<F> {
    fn velocity(&self, state: &S, pace: Time) -> S {
        let coefficients = self.schedule.at(pace.get());
        let straight = state.clone().plus_scaled(1.0 / coefficients.scale() - 1.0, state);
        let velocity = self.field.velocity(&straight, self.schedule.straight_time(pace.get()));
        let leverage = coefficients.leverage();
        let own = velocity.clone().plus_scaled(leverage - 1.0, &velocity);
        own.plus_scaled(coefficients.noise_rate + coefficients.image_rate, &straight)
    }

    fn nfe_per_call(&self) -> u32 {
        self.field.nfe_per_call()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_slopes_of_the_coefficients() {
        let step = 1e-6;
        for schedule in Schedule::ALL {
            for pace in [0.1, 0.5, 0.9] {
                let (before, here, after) = (schedule.at(pace - step), schedule.at(pace), schedule.at(pace + step));
                let slope = |of: fn(&Coefficients) -> f64| (of(&after) - of(&before)) / (2.0 * step);
                // Central differences are right to some 1e-8 of the rate, which is up to 100 for the exploding path.
                assert!((slope(|c| c.noise) - here.noise_rate).abs() < 1e-5, "{schedule} at {pace}");
                assert!((slope(|c| c.image) - here.image_rate).abs() < 1e-5, "{schedule} at {pace}");
            }
        }
    }

    #[test]
    fn variance_is_preserved_where_the_name_says_so() {
        for pace in [0.0, 0.3, 1.0] {
            for schedule in [Schedule::Cosine, Schedule::VariancePreserving] {
                let Coefficients { noise, image, .. } = schedule.at(pace);
                assert!((noise * noise + image * image - 1.0).abs() < 1e-12);
            }
        }
        assert_eq!(Schedule::Straight.straight_time(0.3), Time::new(0.3));
        assert_eq!(Schedule::Straight.at(0.3).leverage(), 1.0);
    }
}
