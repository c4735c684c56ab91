//! Methods that carry a state along a field, and the one loop that does so.

mod euler;
mod heun;
mod midpoint;
mod rk4;

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::{Time, TimeGrid};
use crate::velocity::{State, VelocityField};

/// The fixed-step methods. Menus, tests and documents read [`Solver::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Solver {
    /// One velocity per interval, at its beginning.
    Euler,
    /// The velocity at the middle of the interval, found by half an Euler step.
    Midpoint,
    /// The mean of the velocities at both ends, the far one found by an Euler step.
    Heun,
    /// The classical fourth-order Runge–Kutta method.
    Rk4,
}

impl Solver {
    /// Every solver, from the cheapest interval to the dearest.
    pub const ALL: [Solver; 4] = [Solver::Euler, Solver::Midpoint, Solver::Heun, Solver::Rk4];

    /// The name on the command line, in links and in files.
    pub fn name(self) -> &'static str {
        match self {
            Solver::Euler => "euler",
            Solver::Midpoint => "midpoint",
            Solver::Heun => "heun",
            Solver::Rk4 => "rk4",
        }
    }

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Solver::Euler => "Euler",
            Solver::Midpoint => "Midpoint",
            Solver::Heun => "Heun",
            Solver::Rk4 => "Runge–Kutta 4",
        }
    }

    /// The order p: halving the intervals divides the error by 2ᵖ, once they are short enough.
    pub fn order(self) -> u32 {
        match self {
            Solver::Euler => 1,
            Solver::Midpoint | Solver::Heun => 2,
            Solver::Rk4 => 4,
        }
    }

    /// Velocities asked for in one interval. What a journey really cost is counted by its [`Frame`]s.
    pub fn evaluations(self) -> u32 {
        match self {
            Solver::Euler => 1,
            Solver::Midpoint | Solver::Heun => 2,
            Solver::Rk4 => 4,
        }
    }

    fn step<S: State>(self, field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
        match self {
            Solver::Euler => euler::step(field, from, to, state),
            Solver::Midpoint => midpoint::step(field, from, to, state),
            Solver::Heun => heun::step(field, from, to, state),
            Solver::Rk4 => rk4::step(field, from, to, state),
        }
    }

    /// Carries `state` along `field` over `grid`, one interval for each turn of the iterator.
    pub fn integrate<S: State, F: VelocityField<S>>(self, field: F, grid: TimeGrid, state: S) -> Integration<S, F> {
        Integration { solver: self, field: Counted { field, passes: Cell::new(0) }, grid, next: 0, state }
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no solver has.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no solver is called {0:?}; there are {names}", names = Solver::ALL.map(Solver::name).join(", "))]
pub struct UnknownSolver(pub String);

impl FromStr for Solver {
    type Err = UnknownSolver;

    fn from_str(name: &str) -> Result<Self, UnknownSolver> {
        Solver::ALL.into_iter().find(|solver| solver.name() == name).ok_or_else(|| UnknownSolver(name.to_owned()))
    }
}

/// One visited moment of a journey.
#[derive(Clone, Debug)]
pub struct Frame<S> {
    /// The moment.
    pub time: Time,
    /// The state at that moment.
    pub state: S,
    /// Network passes spent so far (NFE), counted as they happened.
    pub passes: u32,
}

/// A running journey: the only integration loop of this project.
///
/// The first frame is the start itself; each later one has crossed one more interval. Whoever holds the iterator
/// decides what happens between two frames: show, yield, or drop it to cancel.
#[derive(Debug)]
pub struct Integration<S, F> {
    solver: Solver,
    field: Counted<F>,
    grid: TimeGrid,
    next: usize,
    state: S,
}

impl<S: State, F: VelocityField<S>> Integration<S, F> {
    /// Runs to the end of the grid.
    ///
    /// # Panics
    /// Never: a grid has at least two moments, so there is a last frame, unless all of them were taken already.
    pub fn finish(self) -> Frame<S> {
        self.last().expect("a journey has a last frame until it has been taken")
    }
}

impl<S: State, F: VelocityField<S>> Iterator for Integration<S, F> {
    type Item = Frame<S>;

    fn next(&mut self) -> Option<Frame<S>> {
        let time = *self.grid.times().get(self.next)?;
        if self.next > 0 {
            let from = self.grid.times()[self.next - 1];
            self.state = self.solver.step(&self.field, from, time, self.state.clone());
        }
        self.next += 1;
        Some(Frame { time, state: self.state.clone(), passes: self.field.passes.get() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.grid.times().len() - self.next;
        (left, Some(left))
    }
}

impl<S: State, F: VelocityField<S>> ExactSizeIterator for Integration<S, F> {}

/// A field that counts what it was asked.
#[derive(Debug)]
struct Counted<F> {
    field: F,
    passes: Cell<u32>,
}

impl<S: State, F: VelocityField<S>> VelocityField<S> for Counted<F> {
    fn velocity(&self, state: &S, time: Time) -> S {
        self.passes.set(self.passes.get() + self.field.passes());
        self.field.velocity(state, time)
    }

    fn passes(&self) -> u32 {
        self.field.passes()
    }
}
