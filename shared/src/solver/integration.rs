use std::cell::{Cell, RefCell};

use super::{Encoded, Memory, Solver, dopri5, euler, heun, midpoint, rk4};
use crate::time::{Time, TimeGrid};
use crate::velocity::{Moment, State, VelocityField};

/// One visited moment of a trajectory.
#[derive(Clone, Debug)]
pub struct Frame<S> {
    /// The moment.
    pub time: Time,
    /// The state at that moment.
    pub state: S,
    /// Network evaluations spent so far (NFE), counted as they happened.
    pub nfe: u32,
    memory: Memory<S>,
}

impl<S> Frame<S> {
    /// The state with what the way back from here needs.
    pub fn into_encoded(self) -> Encoded<S> {
        Encoded { state: self.state, memory: self.memory }
    }
}

/// A running trajectory: the one loop of every solver. (Ways with fresh noise have their own in `diffusion`.)
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
    memory: Memory<S>,
}

impl<S: State, F: VelocityField<S>> Integration<S, F> {
    pub(super) fn new(solver: Solver, field: F, grid: TimeGrid, start: Encoded<S>) -> Self {
        let Encoded { state, memory } = start;
        let memory = Memory::resumed(solver, &state, memory);
        let integration = Integration::from_parts(solver, Counted { field, nfe: Cell::new(0) }, grid, state, memory);
        integration.field.foresee(&|| integration.moments());
        integration
    }

    fn from_parts(solver: Solver, field: Counted<F>, grid: TimeGrid, state: S, memory: Memory<S>) -> Self {
        Integration { solver, field, grid, next: 0, state, memory }
    }

    /// Of which moments the solver will ask the field, found by a trajectory of a number; an adaptive one decides as it goes.
    fn moments(&self) -> Vec<Moment> {
        if self.solver.evaluations().is_none() {
            return Vec::new();
        }
        let listener = Counted { field: Listener::default(), nfe: Cell::new(0) };
        let memory = self.memory.clone().map(&mut |_| 0.0);
        let mut rehearsal = Integration::from_parts(self.solver, listener, self.grid.clone(), 0.0, memory);
        rehearsal.by_ref().for_each(drop);
        rehearsal.field.field.moments.into_inner()
    }

    /// One interval.
    fn cross(&mut self, from: Time, to: Time) {
        let (field, state) = (&self.field, self.state.clone());
        self.state = match (self.solver, &mut self.memory) {
            (_, Memory::Reversible(memory)) => memory.step(field, from, to, state),
            (_, Memory::Dopri5(memory)) => dopri5::cross(field, from, to, state, Solver::TOLERANCE, memory),
            (Solver::Euler, _) => euler::step(field, from, to, state),
            (Solver::Midpoint, _) => midpoint::step(field, from, to, state),
            (Solver::Heun, _) => heun::step(field, from, to, state),
            (Solver::Rk4, _) => rk4::step(field, from, to, state),
            (Solver::Reversible | Solver::Dopri5, Memory::Empty) => unreachable!("made by Memory::resumed"),
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
        let (state, memory) = (self.state.clone(), self.memory.clone());
        Some(Frame { time, state, memory, nfe: self.field.nfe.get() })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.grid.times().len() - self.next;
        (left, Some(left))
    }
}

impl<S: State, F: VelocityField<S>> ExactSizeIterator for Integration<S, F> {}

/// A field that remembers what it was asked.
#[derive(Debug, Default)]
struct Listener {
    moments: RefCell<Vec<Moment>>,
}

impl VelocityField<f64> for Listener {
    fn velocity(&self, state: &f64, time: Time) -> f64 {
        self.mean_velocity(state, time, time)
    }

    fn mean_velocity(&self, _state: &f64, from: Time, to: Time) -> f64 {
        self.moments.borrow_mut().push((from, to));
        0.0
    }
}

/// A field that counts what it was asked.
#[derive(Debug)]
struct Counted<F> {
    field: F,
    nfe: Cell<u32>,
}

impl<F> Counted<F> {
    fn count(&self, calls: u32) {
        self.nfe.set(self.nfe.get() + calls);
    }
}

impl<S: State, F: VelocityField<S>> VelocityField<S> for Counted<F> {
    fn velocity(&self, state: &S, time: Time) -> S {
        self.count(self.field.nfe_per_call());
        self.field.velocity(state, time)
    }

    fn mean_velocity(&self, state: &S, from: Time, to: Time) -> S {
        self.count(self.field.nfe_per_call());
        self.field.mean_velocity(state, from, to)
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.field.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        self.field.nfe_per_call()
    }
}
