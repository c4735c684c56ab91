use std::num::NonZeroU32;

use shared::flow;
use shared::guidance::Guided;
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::VelocityField;

use crate::support::{Mixture, SOURCE, noises};

fn gaussian(mean: f64, deviation: f64) -> Mixture<1> {
    Mixture { weights: [1.0], means: [mean], deviations: [deviation] }
}

/// Guidance between N(μ_c, s²) and N(μ₀, s²) draws exactly μ₀ + w·(μ_c − μ₀) + s·z.
#[test]
fn guidance_moves_a_gaussian_as_far_as_it_should() {
    let grid = TimeGrid::uniform(NonZeroU32::new(200).expect("not 0"));
    for weight in [0.0, 1.0, 2.5] {
        let field = Guided { conditional: gaussian(1.0, 0.6), unconditional: gaussian(-0.5, 0.6), weight };
        let end = flow::decode(&field, Solver::Rk4, &grid, 0.37).finish();
        let expected = -0.5 + weight * 1.5 + 0.6 * 0.37;
        // The fourth-order error of 200 intervals, measured as 2e-9.
        assert!((end.state - expected).abs() < 1e-8, "weight {weight}: {} instead of {expected}", end.state);
        assert_eq!(end.nfe, 200 * 4 * 2, "a guided call is two evaluations");
    }
}

/// v(z, 0) = E[X₁] − z, so one Euler step returns the mean of the data whatever the noise.
#[test]
fn one_euler_step_returns_the_data_mean() {
    for z in noises() {
        let end = flow::decode(SOURCE, Solver::Euler, &TimeGrid::uniform(NonZeroU32::MIN), z).finish();
        assert!((end.state - SOURCE.mean()).abs() < 1e-12);
    }
}

/// At the image end the velocity is the image itself, because the noise is 0 on average.
#[test]
fn at_the_image_the_velocity_is_the_image() {
    for x in noises() {
        let velocity = SOURCE.velocity(&x, Time::IMAGE);
        assert!((velocity - x).abs() < 1e-9, "v({x}, 1) = {velocity}");
    }
}
