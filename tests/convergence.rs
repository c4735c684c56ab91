use std::num::NonZeroU32;

use shared::flow;
use shared::mixture::{Component, Mixture};
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::VelocityField;

use crate::support::{SOURCE, noises, phi};

fn grid(intervals: u32) -> TimeGrid {
    TimeGrid::uniform(NonZeroU32::new(intervals).expect("some intervals"))
}

/// max |F₁(x(1)) − Φ(z)|: needs no reference solver.
fn mixture_error(solver: Solver, intervals: u32) -> f64 {
    let error = |z: f64| {
        let end = flow::decode(SOURCE, solver, &grid(intervals), z).finish();
        (SOURCE.distribution(end.state, 1.0) - phi(z)).abs()
    };
    noises().map(error).fold(0.0, f64::max)
}

#[test]
fn every_solver_reaches_its_order_on_a_mixture() {
    for solver in Solver::FIXED {
        let order = (mixture_error(solver, 64) / mixture_error(solver, 128)).log2();
        assert!((order - f64::from(solver.order())).abs() < 0.2, "{solver}: measured order {order:.2}");
    }
}

/// The printed digits of an independent computation at 32 intervals.
#[test]
fn errors_are_those_of_an_independent_implementation() {
    for (solver, expected) in
        [(Solver::Euler, 1.36e-2), (Solver::Heun, 2.13e-4), (Solver::Midpoint, 7.21e-5), (Solver::Rk4, 1.90e-7)]
    {
        let error = mixture_error(solver, 32);
        assert!((error / expected - 1.0).abs() < 0.005, "{solver}: {error:.3e}, not {expected:.2e}");
    }
}

/// A Gaussian in the plane: x = m + Σ^{1/2}·z, for Σ = [[1, .6], [.6, .8]] and m = (1, −1).
struct Gaussian;

const MEAN: [f64; 2] = [1.0, -1.0];
const COVARIANCE: [[f64; 2]; 2] = [[1.0, 0.6], [0.6, 0.8]];

fn times(m: [[f64; 2]; 2], x: [f64; 2]) -> [f64; 2] {
    [m[0][0] * x[0] + m[0][1] * x[1], m[1][0] * x[0] + m[1][1] * x[1]]
}

fn inverse([[a, b], [c, d]]: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let determinant = a * d - b * c;
    [[d / determinant, -b / determinant], [-c / determinant, a / determinant]]
}

impl VelocityField<[f64; 2]> for Gaussian {
    /// v = m + (tΣ − (1−t)I)·C⁻¹·(x − t·m), with C = t²Σ + (1−t)²I.
    fn velocity(&self, x: &[f64; 2], time: Time) -> [f64; 2] {
        let t = time.get();
        let of = |scale: f64, identity: f64| -> [[f64; 2]; 2] {
            std::array::from_fn(|i| {
                std::array::from_fn(|j| scale * COVARIANCE[i][j] + if i == j { identity } else { 0.0 })
            })
        };
        let centred = std::array::from_fn(|i| x[i] - t * MEAN[i]);
        let whitened = times(inverse(of(t * t, (1.0 - t).powi(2))), centred);
        let pushed = times(of(t, t - 1.0), whitened);
        std::array::from_fn(|i| MEAN[i] + pushed[i])
    }
}

/// The symmetric square root of a 2 × 2 matrix: (Σ + √det·I) / √(trace + 2√det).
fn root([[a, b], [c, d]]: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let determinant = (a * d - b * c).sqrt();
    let scale = (a + d + 2.0 * determinant).sqrt();
    [[(a + determinant) / scale, b / scale], [c / scale, (d + determinant) / scale]]
}

/// On this linear field the second-order error of the midpoint rule cancels along the trajectory, so it gains an order.
#[test]
fn every_solver_reaches_its_order_on_a_gaussian_in_the_plane() {
    let noise = [0.7, -1.3];
    let expected = times(root(COVARIANCE), noise);
    for (solver, expected_order) in
        [(Solver::Euler, 1.0), (Solver::Midpoint, 3.0), (Solver::Heun, 2.0), (Solver::Rk4, 4.0)]
    {
        let error = |intervals| {
            let end = flow::decode(Gaussian, solver, &grid(intervals), noise).finish().state;
            (0..2).map(|i| (end[i] - MEAN[i] - expected[i]).abs()).fold(0.0, f64::max)
        };
        let order = (error(40) / error(80)).log2();
        assert!((order - expected_order).abs() < 0.2, "{solver}: measured order {order:.2}");
    }
}

/// Two peaks so narrow that close to them even the shortest steps miss the tolerance: the solver takes them and arrives.
#[test]
fn the_adaptive_solver_arrives_where_it_cannot_be_exact() {
    let peak = |mean: f64| Component { weight: 1.0, mean: vec![mean], axes: None, deviations: vec![1e-3] };
    let peaks = Mixture::new(vec![peak(-1.0), peak(1.0)]).expect("two Gaussians");
    for intervals in [1, 10] {
        let end = flow::decode(&peaks, Solver::Dopri5, &grid(intervals), vec![0.5]).finish();
        assert!((end.state[0] - 1.0).abs() < 5e-3, "{} after {} evaluations", end.state[0], end.nfe);
    }
}

#[test]
fn evaluations_are_counted_and_are_what_the_solver_announces() {
    for solver in Solver::FIXED {
        let evaluations = solver.evaluations().expect("it does not decide by itself");
        let frames: Vec<u32> = flow::decode(SOURCE, solver, &grid(7), 0.3).map(|frame| frame.nfe).collect();
        let expected: Vec<u32> = (0..=7).map(|i| i * evaluations).collect();
        assert_eq!(frames, expected, "{solver}");
    }
}

#[test]
fn solvers_are_known_by_their_names() {
    for solver in Solver::ALL {
        assert_eq!(solver.name().parse(), Ok(solver));
    }
    let unknown = "magic".parse::<Solver>().expect_err("no solver");
    assert_eq!(
        unknown.to_string(),
        "no solver is called \"magic\"; there are euler, midpoint, heun, rk4, reversible, dopri5"
    );
}
