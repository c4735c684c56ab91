use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// The classical Runge–Kutta method (Kutta, 1901): order 4.
pub(super) fn step<S: State>(field: &impl VelocityField<S>, from: Time, to: Time, state: S) -> S {
    let (h, middle) = (to.get() - from.get(), from.midpoint(to));
    let first = field.velocity(&state, from);
    let second = field.velocity(&state.clone().plus_scaled(h / 2.0, &first), middle);
    let third = field.velocity(&state.clone().plus_scaled(h / 2.0, &second), middle);
    let fourth = field.velocity(&state.clone().plus_scaled(h, &third), to);
    state
        .plus_scaled(h / 6.0, &first)
        .plus_scaled(h / 3.0, &second)
        .plus_scaled(h / 3.0, &third)
        .plus_scaled(h / 6.0, &fourth)
}
