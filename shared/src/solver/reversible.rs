use crate::time::Time;
use crate::velocity::{State, VelocityField};

use super::midpoint;

/// How strongly the two states are held together; 1 would let them drift apart.
const COUPLING: f64 = 0.99;

/// One step of a pair (y, z) by the construction of McCallum and Foster (2024), with the midpoint rule's increment Ψ:
/// y⁺ = λy + (1−λ)z + Ψ_h(t, z), then z⁺ = z − Ψ_{−h}(t+h, y⁺).
///
/// Both lines can be solved for what was there before ([`back`]), so the way back is exact up to rounding.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, y: S, z: S) -> (S, S) {
    let mixed = weighted(COUPLING, y, 1.0 - COUPLING, &z);
    let y = mixed.plus_scaled(1.0, &increment(field, from, to, &z));
    let z = z.plus_scaled(-1.0, &increment(field, to, from, &y));
    (y, z)
}

/// Undoes the [`step`] that led from `to` to `from`.
pub(super) fn back<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, y: S, z: S) -> (S, S) {
    let z = z.plus_scaled(1.0, &increment(field, from, to, &y));
    let rest = y.plus_scaled(-1.0, &increment(field, to, from, &z));
    let y = weighted(1.0 / COUPLING, rest, -(1.0 - COUPLING) / COUPLING, &z);
    (y, z)
}

fn increment<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: &S) -> S {
    midpoint::step(field, from, to, state.clone()).plus_scaled(-1.0, state)
}

/// a·x + b·y
fn weighted<S: State>(a: f64, x: S, b: f64, y: &S) -> S {
    let grown = x.clone().plus_scaled(a - 1.0, &x);
    grown.plus_scaled(b, y)
}
