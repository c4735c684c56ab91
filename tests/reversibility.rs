use std::num::NonZeroU32;

use shared::flow::{self, TranslationFrame};
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};

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
fn a_translation_passes_through_the_noise_once_and_counts_both_halves() {
    let frames: Vec<_> = flow::translate(SOURCE, TARGET, Solver::Heun, &grid(5), 0.4).collect();
    assert_eq!(frames.len(), 12);
    let (TranslationFrame::Encoding(noise), TranslationFrame::Decoding(start)) = (&frames[5], &frames[6]) else {
        panic!("five intervals of encoding, then the decoding");
    };
    assert_eq!((noise.time, start.time), (Time::NOISE, Time::NOISE));
    assert_eq!(noise.state, start.state);
    assert_eq!(flow::nfe(&frames), 20);
}
