use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// x + h·v(x + h/2·v(x, t), t + h/2): order 2.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
    let h = to.get() - from.get();
    let halfway = state.clone().plus_scaled(h / 2.0, &field.velocity(&state, from));
    state.plus_scaled(h, &field.velocity(&halfway, from.midpoint(to)))
}
