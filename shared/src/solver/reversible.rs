use crate::time::Time;
use crate::velocity::{State, VelocityField};

use super::midpoint;

/// How strongly the two states are held together; 1 would let them drift apart.
const COUPLING: f64 = 0.99;

/// The second state z of the pair (y, z), and whether the steps that led to it are being undone.
#[derive(Clone, Debug)]
pub struct Memory<S> {
    companion: S,
    undoing: bool,
}

impl<S> Memory<S> {
    pub(super) fn new(companion: S) -> Self {
        Memory { companion, undoing: false }
    }

    pub(super) fn undone(self) -> Self {
        Memory { undoing: !self.undoing, ..self }
    }

    pub(super) fn companion(&self) -> &S {
        &self.companion
    }

    pub(super) fn map<T>(self, form: &mut impl FnMut(S) -> T) -> Memory<T> {
        Memory { companion: form(self.companion), undoing: self.undoing }
    }
}

impl<S: State> Memory<S> {
    /// One step of a pair (y, z) by the construction of McCallum and Foster (2024), with the midpoint rule's increment Ψ:
    /// y⁺ = λy + (1−λ)z + Ψ_h(t, z), then z⁺ = z − Ψ_{−h}(t+h, y⁺).
    ///
    /// Both lines can be solved for what was there before, which is what undoing does: the way back is exact up to
    /// rounding.
    pub(super) fn step(&mut self, field: &impl VelocityField<S>, from: Time, to: Time, y: S) -> S {
        let z = self.companion.clone();
        let (y, z) = if self.undoing {
            let z = z.plus_scaled(1.0, &increment(field, from, to, &y));
            let rest = y.plus_scaled(-1.0, &increment(field, to, from, &z));
            (weighted(1.0 / COUPLING, rest, -(1.0 - COUPLING) / COUPLING, &z), z)
        } else {
            let y = weighted(COUPLING, y, 1.0 - COUPLING, &z).plus_scaled(1.0, &increment(field, from, to, &z));
            let z = z.plus_scaled(-1.0, &increment(field, to, from, &y));
            (y, z)
        };
        self.companion = z;
        y
    }
}

fn increment<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: &S) -> S {
    midpoint::step(field, from, to, state.clone()).plus_scaled(-1.0, state)
}

/// a·x + b·y
fn weighted<S: State>(a: f64, x: S, b: f64, y: &S) -> S {
    let grown = x.clone().plus_scaled(a - 1.0, &x);
    grown.plus_scaled(b, y)
}
