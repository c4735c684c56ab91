use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// x + h/2·(v(x, t) + v(x + h·v(x, t), t + h)): order 2.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
    let h = to.get() - from.get();
    let here = field.velocity(&state, from);
    let there = field.velocity(&state.clone().plus_scaled(h, &here), to);
    state.plus_scaled(h / 2.0, &here).plus_scaled(h / 2.0, &there)
}
