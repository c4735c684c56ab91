use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// x + h·v(x, t): order 1.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
    let velocity = field.velocity(&state, from);
    state.plus_scaled(to.get() - from.get(), &velocity)
}
