use super::{Solver, dopri5, reversible};

/// What a solver carries from one interval to the next beside the state. Each kind belongs to one solver's file.
#[derive(Clone, Debug)]
pub enum Memory<S> {
    /// Nothing.
    Empty,
    /// The second state of the reversible solver.
    Reversible(reversible::Memory<S>),
    /// The next step of the adaptive solver.
    Dopri5(dopri5::Memory),
}

impl<S: Clone> Memory<S> {
    /// What `solver` needs to go on from `state`: what was remembered, to be undone, or a beginning.
    pub(super) fn resumed(solver: Solver, state: &S, remembered: Memory<S>) -> Self {
        match (solver, remembered) {
            (Solver::Reversible, Memory::Reversible(memory)) => Memory::Reversible(memory.undone()),
            (Solver::Reversible, _) => Memory::Reversible(reversible::Memory::new(state.clone())),
            (Solver::Dopri5, _) => Memory::Dopri5(dopri5::Memory::default()),
            (Solver::Euler | Solver::Midpoint | Solver::Heun | Solver::Rk4, _) => Memory::Empty,
        }
    }
}

impl<S> Memory<S> {
    /// The same with every state in another form.
    pub(super) fn map<T>(self, form: &mut impl FnMut(S) -> T) -> Memory<T> {
        match self {
            Memory::Empty => Memory::Empty,
            Memory::Reversible(memory) => Memory::Reversible(memory.map(form)),
            Memory::Dopri5(memory) => Memory::Dopri5(memory),
        }
    }
}

/// The end of a trajectory with all that the way back needs: the state, and what the solver remembers.
///
/// A bare state is one too, with nothing remembered.
#[derive(Clone, Debug)]
pub struct Encoded<S> {
    pub(super) state: S,
    pub(super) memory: Memory<S>,
}

impl<S> Encoded<S> {
    /// The state, for those who look at it.
    pub fn state(&self) -> &S {
        &self.state
    }

    /// The state alone, for those who change it: what the solver remembers belongs to the unchanged one.
    pub fn into_state(self) -> S {
        self.state
    }

    /// The second state of the reversible solver, if this trajectory had one.
    pub fn companion(&self) -> Option<&S> {
        match &self.memory {
            Memory::Reversible(memory) => Some(memory.companion()),
            Memory::Empty | Memory::Dopri5(_) => None,
        }
    }

    /// What [`state`](Self::state) and [`companion`](Self::companion) told, for example after they lay in a file.
    pub fn from_parts(state: S, companion: Option<S>) -> Self {
        let memory =
            companion.map_or(Memory::Empty, |companion| Memory::Reversible(reversible::Memory::new(companion)));
        Encoded { state, memory }
    }

    /// The same with every state in another form, for example off the device.
    pub fn map<T>(self, mut form: impl FnMut(S) -> T) -> Encoded<T> {
        Encoded { memory: self.memory.map(&mut form), state: form(self.state) }
    }
}

impl<S> From<S> for Encoded<S> {
    fn from(state: S) -> Self {
        Encoded { state, memory: Memory::Empty }
    }
}
