//! Methods that carry a state along a field, and the one loop that does so.

mod dopri5;
mod euler;
mod heun;
mod midpoint;
mod reversible;
mod rk4;

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::{Time, TimeGrid};
use crate::velocity::{State, VelocityField};

/// The methods. Menus, tests and documents read [`Solver::ALL`], the page reads [`Solver::FIXED`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Solver {
    /// One mean velocity per interval: the one at its beginning, or what a shortcut model has learned of the whole.
    Euler,
    /// The velocity at the middle of the interval, found by half an Euler step.
    Midpoint,
    /// The mean of the velocities at both ends, the far one found by an Euler step.
    Heun,
    /// The classical fourth-order Runge–Kutta method.
    Rk4,
    /// A pair of states that steps forth and back without loss (McCallum and Foster, 2024), by midpoint increments.
    Reversible,
    /// Dormand and Prince's method of order 5: as many steps in each interval as [`Solver::TOLERANCE`] asks for.
    Dopri5,
}

impl Solver {
    /// Every solver.
    pub const ALL: [Solver; 6] =
        [Solver::Euler, Solver::Midpoint, Solver::Heun, Solver::Rk4, Solver::Reversible, Solver::Dopri5];

    /// Those that take the grid's intervals as they are, from the cheapest to the dearest. A browser runs only these:
    /// the others wait for numbers from the device.
    pub const FIXED: [Solver; 5] = [Solver::Euler, Solver::Midpoint, Solver::Heun, Solver::Rk4, Solver::Reversible];

    /// What the adaptive solver allows as the error of one step, absolute and relative to the state. Networks compute
    /// in single precision, where little less can be told from rounding.
    pub const TOLERANCE: f64 = 1e-5;

    /// The name on the command line, in links and in files.
    pub fn name(self) -> &'static str {
        match self {
            Solver::Euler => "euler",
            Solver::Midpoint => "midpoint",
            Solver::Heun => "heun",
            Solver::Rk4 => "rk4",
            Solver::Reversible => "reversible",
            Solver::Dopri5 => "dopri5",
        }
    }

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Solver::Euler => "Euler",
            Solver::Midpoint => "Midpoint",
            Solver::Heun => "Heun",
            Solver::Rk4 => "Runge–Kutta 4",
            Solver::Reversible => "Reversible midpoint",
            Solver::Dopri5 => "Dormand–Prince 5(4)",
        }
    }

    /// The order p: halving the intervals divides the error by 2ᵖ, once they are short enough; for the adaptive solver,
    /// halving its own steps.
    pub fn order(self) -> u32 {
        match self {
            Solver::Euler => 1,
            Solver::Midpoint | Solver::Heun | Solver::Reversible => 2,
            Solver::Rk4 => 4,
            Solver::Dopri5 => 5,
        }
    }

    /// Velocities asked for in one interval, unless the solver decides by itself. What a trajectory really cost is counted
    /// by its [`Frame`]s.
    pub fn evaluations(self) -> Option<u32> {
        match self {
            Solver::Euler => Some(1),
            Solver::Midpoint | Solver::Heun => Some(2),
            Solver::Rk4 | Solver::Reversible => Some(4),
            Solver::Dopri5 => None,
        }
    }

    /// Carries `state` along `field` over `grid`, one interval for each turn of the iterator.
    pub fn integrate<S: State, F: VelocityField<S>>(self, field: F, grid: TimeGrid, state: S) -> Integration<S, F> {
        let field = Counted { field, nfe: Cell::new(0) };
        Integration { solver: self, field, grid, next: 0, state, companion: None, retracing: false, share: 1.0 }
    }

    /// Carries the end of a trajectory back, over the same grid reversed. The reversible solver undoes its steps, which
    /// under the field of the trajectory leads to its very start up to rounding; the others begin a new trajectory.
    pub fn retrace<S: State, F: VelocityField<S>>(self, field: F, grid: TimeGrid, end: Frame<S>) -> Integration<S, F> {
        let Frame { state, companion, .. } = end;
        Integration { companion, retracing: true, ..self.integrate(field, grid, state) }
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

/// One visited moment of a trajectory.
#[derive(Clone, Debug)]
pub struct Frame<S> {
    /// The moment.
    pub time: Time,
    /// The state at that moment.
    pub state: S,
    /// The second state that the reversible solver carries, and needs for the way back.
    pub companion: Option<S>,
    /// Network evaluations spent so far (NFE), counted as they happened.
    pub nfe: u32,
}

/// A running trajectory: the only integration loop of this project.
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
    companion: Option<S>,
    retracing: bool,
    /// The length of the adaptive solver's next step, in intervals.
    share: f64,
}

impl<S: State, F: VelocityField<S>> Integration<S, F> {
    /// One interval.
    fn cross(&mut self, from: Time, to: Time) {
        let (field, state) = (&self.field, self.state.clone());
        self.state = match self.solver {
            Solver::Euler => euler::step(field, from, to, state),
            Solver::Midpoint => midpoint::step(field, from, to, state),
            Solver::Heun => heun::step(field, from, to, state),
            Solver::Rk4 => rk4::step(field, from, to, state),
            Solver::Dopri5 => dopri5::cross(field, from, to, state, Solver::TOLERANCE, &mut self.share),
            Solver::Reversible => {
                let companion = self.companion.take().unwrap_or_else(|| state.clone());
                let step = if self.retracing { reversible::back } else { reversible::step };
                let (state, companion) = step(field, from, to, state, companion);
                self.companion = Some(companion);
                state
            }
        };
    }

    /// Runs to the end of the grid.
    ///
    /// # Panics
    /// Never: a grid has at least two moments, so there is a last frame, unless all of them were taken already.
    pub fn finish(self) -> Frame<S> {
        self.last().expect("a trajectory has a last frame until it has been taken")
    }
}

impl<S: State, F: VelocityField<S>> Iterator for Integration<S, F> {
    type Item = Frame<S>;

    fn next(&mut self) -> Option<Frame<S>> {
        let time = *self.grid.times().get(self.next)?;
        if self.next > 0 {
            let from = self.grid.times()[self.next - 1];
            self.cross(from, time);
        }
        self.next += 1;
        let (state, companion) = (self.state.clone(), self.companion.clone());
        Some(Frame { time, state, companion, nfe: self.field.nfe.get() })
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
    nfe: Cell<u32>,
}

impl<S: State, F: VelocityField<S>> VelocityField<S> for Counted<F> {
    fn velocity(&self, state: &S, time: Time) -> S {
        self.nfe.set(self.nfe.get() + self.field.nfe_per_call());
        self.field.velocity(state, time)
    }

    fn mean_velocity(&self, state: &S, from: Time, to: Time) -> S {
        self.nfe.set(self.nfe.get() + self.field.nfe_per_call());
        self.field.mean_velocity(state, from, to)
    }

    fn nfe_per_call(&self) -> u32 {
        self.field.nfe_per_call()
    }
}
