//! The one-step approximation that the path-constrained loss is derived from, and how wrong it is.

use std::num::NonZeroU32;

use shared::flow;
use shared::path;
use shared::solver::Solver;
use shared::time::TimeGrid;
use shared::velocity::{State, VelocityField};

/// Where it is measured: t = 0.1, 0.2, … 1.
pub const TIMES: usize = 10;

/// What finds the trajectories that it is measured against, and in how many uniform intervals.
pub const SOLVER: Solver = Solver::Rk4;
pub(super) const INTERVALS: NonZeroU32 = NonZeroU32::new(40).expect("40 is not 0");

/// The error of x(t) ≈ x₀ + t·v(x̄(t), t), x̄(t) = (1−t)x₀ + t·x₁: its root mean square difference to the field's own trajectory
/// from x₀, at t = 0.1, … 1, where x₁ is the end of that trajectory. It is 0 where trajectories are straight; that of the exact field
/// of a distribution is the root mean square of x₀ at t = 1, where v(x₁, 1) = x₁ for noises of mean 0.
pub fn one_step_errors<S: State>(field: &impl VelocityField<S>, noise: &S) -> Vec<f64> {
    let frames: Vec<_> = flow::decode(field, SOLVER, &TimeGrid::uniform(INTERVALS), noise.clone()).collect();
    let (every, end) = ((frames.len() - 1) / TIMES, &frames[frames.len() - 1].state);
    let error = |number: usize| -> f64 {
        let frame = &frames[number * every];
        let between = path::straight(noise, end.clone(), frame.time).state;
        let velocity = field.velocity(&between, frame.time);
        let step = noise.clone().plus_scaled(frame.time.get(), &velocity);
        step.plus_scaled(-1.0, &frame.state).rms()
    };
    (1..=TIMES).map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::mixture::Mixture;
    use shared::time::Time;

    /// Straight trajectories.
    struct Constant;

    impl VelocityField<Vec<f64>> for Constant {
        fn velocity(&self, _state: &Vec<f64>, _time: Time) -> Vec<f64> {
            vec![0.7, -1.0]
        }
    }

    /// Between normal distributions the flow brings every noise back to itself by way of √q·x₀, q = t² + (1 − t)², with the
    /// velocity (2t − 1)·x/q.
    #[test]
    fn one_step_is_exact_where_trajectories_are_straight_and_as_wrong_as_the_formula_elsewhere() {
        let noise = vec![1.5, -0.5];
        assert!(one_step_errors(&Constant, &noise).iter().all(|error| *error < 1e-12));
        let errors = one_step_errors(&Mixture::standard_normal(2), &noise);
        for (error, tenths) in errors.iter().zip(1..) {
            let t = f64::from(tenths) / 10.0;
            let q = t * t + (1.0 - t).powi(2);
            let known = (1.0 + t * (2.0 * t - 1.0) / q - q.sqrt()).abs() * noise.rms();
            // What Runge and Kutta's method leaves in 40 intervals is less.
            assert!((error - known).abs() < 1e-6, "{error} is not {known} at t = {t}");
        }
        assert!((errors[TIMES - 1] - noise.rms()).abs() < 1e-6, "the image is forgotten at its end");
    }
}
