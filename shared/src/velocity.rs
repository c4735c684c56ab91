//! States, and the fields that move them.

use crate::time::Time;

/// A point of a vector space: all that a solver needs to know of a picture.
pub trait State: Clone {
    /// `self + factor · direction`.
    #[must_use]
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self;
}

/// Where every state is heading, and how fast: the right-hand side of dx/dt = v(x, t).
pub trait VelocityField<S: State> {
    /// The velocity at `state` and `time`, of the same shape as `state`.
    fn velocity(&self, state: &S, time: Time) -> S;

    /// Network passes behind one call of [`velocity`](Self::velocity): 1 for a plain field, 2 under guidance.
    fn passes(&self) -> u32 {
        1
    }
}

impl<S: State, F: VelocityField<S> + ?Sized> VelocityField<S> for &F {
    fn velocity(&self, state: &S, time: Time) -> S {
        (**self).velocity(state, time)
    }

    fn passes(&self) -> u32 {
        (**self).passes()
    }
}

impl State for f64 {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        self + factor * direction
    }
}

impl<const N: usize> State for [f64; N] {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        std::array::from_fn(|i| self[i] + factor * direction[i])
    }
}

#[cfg(feature = "network")]
impl<const D: usize> State for burn::tensor::Tensor<D> {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        self + direction.clone() * factor
    }
}
