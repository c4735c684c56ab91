use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// x + h·u, where u is the mean velocity as far as the field knows it: v(x, t), of order 1, unless it is a shortcut
/// model.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
    let velocity = field.mean_velocity(&state, from, to);
    state.plus_scaled(to.get() - from.get(), &velocity)
}
