//! States, and the fields that move them.

use crate::time::Time;

/// When a field is asked, and to which time its answer should carry.
pub type Moment = (Time, Time);

/// A point of a vector space: all that a solver needs to know of an image.
pub trait State: Clone {
    /// `self + factor · direction`.
    #[must_use]
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self;

    /// The root mean square of its numbers, by which adaptive solvers measure their errors. On a graphics processor it
    /// waits for the result, which no browser allows.
    fn rms(&self) -> f64;
}

/// Where every state is heading, and how fast: the right-hand side of dx/dt = v(x, t).
pub trait VelocityField<S: State> {
    /// The velocity at `state` and `time`, of the same shape as `state`.
    fn velocity(&self, state: &S, time: Time) -> S;

    /// The mean velocity on the way from `state` at `from` to the moment `to`: what a single step needs to know.
    ///
    /// Fields that have not learned it answer with the velocity at `from`, which is Euler's approximation.
    fn mean_velocity(&self, state: &S, from: Time, _to: Time) -> S {
        self.velocity(state, from)
    }

    /// Hears before a trajectory of which `moments` it will be asked, so that it can compute for all at once what does not
    /// depend on the state. To find them takes a rehearsal, which is left out where nobody wants them.
    fn foresee(&self, _moments: &dyn Fn() -> Vec<Moment>) {}

    /// Network evaluations behind one call of [`velocity`](Self::velocity): 1 for a plain field, 2 under guidance.
    fn nfe_per_call(&self) -> u32 {
        1
    }
}

impl<S: State, F: VelocityField<S> + ?Sized> VelocityField<S> for &F {
    fn velocity(&self, state: &S, time: Time) -> S {
        (**self).velocity(state, time)
    }

    fn mean_velocity(&self, state: &S, from: Time, to: Time) -> S {
        (**self).mean_velocity(state, from, to)
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        (**self).foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        (**self).nfe_per_call()
    }
}

impl State for f64 {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        self + factor * direction
    }

    fn rms(&self) -> f64 {
        self.abs()
    }
}

impl State for Vec<f64> {
    fn plus_scaled(mut self, factor: f64, direction: &Self) -> Self {
        self.iter_mut().zip(direction).for_each(|(x, d)| *x += factor * d);
        self
    }

    fn rms(&self) -> f64 {
        (self.iter().map(|x| x * x).sum::<f64>() / self.len() as f64).sqrt()
    }
}

/// Two quantities that change together, such as a state and the volume around it.
impl<A: State, B: State> State for (A, B) {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        (self.0.plus_scaled(factor, &direction.0), self.1.plus_scaled(factor, &direction.1))
    }

    fn rms(&self) -> f64 {
        self.0.rms().max(self.1.rms())
    }
}

impl<const N: usize> State for [f64; N] {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        std::array::from_fn(|i| self[i] + factor * direction[i])
    }

    fn rms(&self) -> f64 {
        (self.iter().map(|x| x * x).sum::<f64>() / N as f64).sqrt()
    }
}

#[cfg(feature = "network")]
impl<const D: usize> State for burn::tensor::Tensor<D> {
    fn plus_scaled(self, factor: f64, direction: &Self) -> Self {
        crate::kernels::plus_scaled(self, direction.clone(), factor)
    }

    fn rms(&self) -> f64 {
        self.clone().square().mean().sqrt().into_scalar::<f64>()
    }
}
