use std::num::NonZeroU32;

use shared::flow::{self, TranslationFrame};
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::VelocityField;

use crate::support::{SOURCE, TARGET, noises};

fn grid(intervals: u32) -> TimeGrid {
    TimeGrid::uniform(NonZeroU32::new(intervals).expect("some intervals"))
}

fn decoded(solver: Solver, intervals: u32, noise: f64) -> f64 {
    flow::decode(SOURCE, solver, &grid(intervals), noise).finish().state
}

fn round_trip(solver: Solver, intervals: u32) -> f64 {
    let error = |z: f64| {
        let image = decoded(solver, intervals, z);
        (flow::encode(SOURCE, solver, &grid(intervals), image).finish().state - z).abs()
    };
    noises().map(error).fold(0.0, f64::max)
}

/// The round trip of a Runge–Kutta method of even order gains one order; Euler's has its own.
#[test]
fn round_trips_close_as_theory_says() {
    for solver in [Solver::Euler, Solver::Midpoint, Solver::Heun, Solver::Rk4] {
        let expected = if solver.order() % 2 == 0 { solver.order() + 1 } else { solver.order() };
        let order = (round_trip(solver, 128) / round_trip(solver, 256)).log2();
        assert!((order - f64::from(expected)).abs() < 0.2, "{solver}: measured order {order:.2}, expected {expected}");
    }
}

/// DDIB is F₂⁻¹∘F₁: the translated point gets the rank that the source had, as fast as the solver converges.
#[test]
fn translation_keeps_the_rank() {
    // Errors at 128 intervals, rounded up from an independent computation at fewer intervals.
    let bounds = [(Solver::Euler, 7e-3), (Solver::Midpoint, 2e-5), (Solver::Heun, 3e-5), (Solver::Rk4, 6e-9)];
    for (solver, bound) in bounds {
        let error = |intervals: u32| {
            let of = |z: f64| {
                let image = decoded(Solver::Rk4, 400, z);
                let frames = flow::translate(SOURCE, TARGET, solver, &grid(intervals), image);
                let end = frames.last().expect("a last frame").frame().state;
                (TARGET.distribution(end, 1.0) - SOURCE.distribution(image, 1.0)).abs()
            };
            noises().map(of).fold(0.0, f64::max)
        };
        let (coarse, fine) = (error(64), error(128));
        let order = (coarse / fine).log2();
        assert!(order > f64::from(solver.order()) - 0.2, "{solver}: measured order {order:.2}");
        assert!(fine < bound, "{solver}: error {fine:.2e}");
    }
}

#[test]
fn a_translation_goes_through_the_noise_once_and_counts_both_halves() {
    let frames: Vec<_> = flow::translate(SOURCE, TARGET, Solver::Heun, &grid(5), 0.4).collect();
    assert_eq!(frames.len(), 12);
    let (TranslationFrame::Encoding(noise), TranslationFrame::Decoding(start)) = (&frames[5], &frames[6]) else {
        panic!("five intervals of encoding, then the decoding");
    };
    assert_eq!((noise.time, start.time), (Time::NOISE, Time::NOISE));
    assert_eq!(noise.state, start.state);
    assert_eq!(flow::nfe(&frames), 20);
}

/// What the reversible solver remembers undoes its own steps: used under another field, it makes translations worse. So
/// `translate` begins the decoding anew; there and back it then closes as the midpoint rule does.
#[test]
fn a_translation_by_the_reversible_solver_is_as_exact_as_midpoint_because_it_begins_anew() {
    let there_and_back = |solver: Solver, remember: bool, intervals: u32| {
        let translate = |from_source: bool, image: f64| {
            let (first, second): (&dyn VelocityField<f64>, &dyn VelocityField<f64>) =
                if from_source { (&SOURCE, &TARGET) } else { (&TARGET, &SOURCE) };
            if remember {
                let noise = flow::encode(first, solver, &grid(intervals), image).finish().into_encoded();
                return flow::decode(second, solver, &grid(intervals), noise).finish().state;
            }
            let frames = flow::translate(first, second, solver, &grid(intervals), image);
            frames.last().expect("a last frame").frame().state
        };
        let error = |z: f64| {
            let image = decoded(Solver::Rk4, 400, z);
            (translate(false, translate(true, image)) - image).abs()
        };
        noises().map(error).fold(0.0, f64::max)
    };
    for intervals in [4, 8, 16] {
        let midpoint = there_and_back(Solver::Midpoint, false, intervals);
        let anew = there_and_back(Solver::Reversible, false, intervals);
        let remembered = there_and_back(Solver::Reversible, true, intervals);
        // Measured at 4, 8 and 16 intervals: midpoint .068, .0095, .0013; anew .080, .032, .0020; remembered .61, .035, .0067.
        assert!(anew < 4.0 * midpoint && anew < remembered, "{intervals}: {midpoint} {anew} {remembered}");
    }
}

/// The state alone is not enough: what the reversible solver remembers is what makes it exact.
#[test]
fn encoded_states_return_exactly_at_any_number_of_intervals() {
    for intervals in [2, 5, 20] {
        let error = |remember: bool| {
            let of = |z: f64| {
                let image = decoded(Solver::Rk4, 400, z);
                let encoded = flow::encode(SOURCE, Solver::Reversible, &grid(intervals), image).finish().into_encoded();
                let encoded = if remember { encoded } else { encoded.into_state().into() };
                (flow::decode(SOURCE, Solver::Reversible, &grid(intervals), encoded).finish().state - image).abs()
            };
            noises().map(of).fold(0.0, f64::max)
        };
        assert!(error(true) < 1e-12 && error(false) > 1e-6, "{intervals}: {:e} {:e}", error(true), error(false));
    }
}
