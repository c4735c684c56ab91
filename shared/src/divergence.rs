//! The divergence of a field that moves tensors, by automatic differentiation.

use burn::tensor::{Tensor, TensorData};

use crate::likelihood::Divergence;
use crate::noise::Seed;
use crate::time::Time;
use crate::velocity::{Moment, VelocityField};

/// How the trace of ∂v/∂x is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// From one evaluation for each number of a state: exact, and for small states only.
    Exact,
    /// As the mean of eᵀ(∂v/∂x)e over so many vectors e of random signs (Hutchinson, 1989): without bias, and exact if the
    /// Jacobian is diagonal.
    Hutchinson {
        /// How many vectors for each image.
        probes: u32,
        /// Their seed.
        seed: Seed,
    },
}

/// A field of tensors `[batch, channels, height, width]` that knows its divergence, `[batch]`, in which no number of one
/// image may depend on another image.
///
/// The vectors stay the same throughout a trajectory, so that the volume is the solution of an ODE as well (FFJORD;
/// Grathwohl et al., 2019).
#[derive(Clone, Debug)]
pub struct AutodiffDivergence<F> {
    field: F,
    probes: Vec<Tensor<4>>,
    /// What the sum over the probes is divided by.
    count: f64,
}

impl<F: VelocityField<Tensor<4>>> AutodiffDivergence<F> {
    /// The field for states like `state`, whose images are numbered from `first`.
    pub fn new(field: F, trace: Trace, state: &Tensor<4>, first: u64) -> Self {
        let [batch, channels, height, width] = state.dims();
        let values = channels * height * width;
        match trace {
            Trace::Exact => {
                // One vector serves all images.
                let unit = |at: usize| {
                    let row: Vec<f32> = (0..values).map(|i| if i == at { 1.0 } else { 0.0 }).collect();
                    Tensor::from_data(TensorData::new(row, [1, channels, height, width]), &state.device())
                };
                AutodiffDivergence { field, probes: (0..values).map(unit).collect(), count: 1.0 }
            }
            Trace::Hutchinson { probes, seed } => {
                let signs = |probe: u32| {
                    let of = |image: u64| seed.signs(first + image, probe, values);
                    let rows: Vec<f32> = (0..batch as u64).flat_map(of).collect();
                    Tensor::from_data(TensorData::new(rows, state.dims()), &state.device())
                };
                AutodiffDivergence { field, probes: (0..probes).map(signs).collect(), count: f64::from(probes) }
            }
        }
    }

    /// v and eᵀ(∂v/∂x)e for one vector for each image, or one for all.
    fn along(&self, state: &Tensor<4>, time: Time, probe: &Tensor<4>) -> (Tensor<4>, Tensor<1>) {
        let state = state.clone().autodiff().require_grad();
        let velocity = self.field.velocity(&state, time);
        let gradients = (velocity.clone() * probe.clone()).sum().backward();
        let row = state.grad(&gradients).expect("the state's gradient was asked for");
        let along = (row * probe.clone()).sum_dims_squeeze(&[1, 2, 3]);
        (velocity.inner(), along)
    }
}

impl<F: VelocityField<Tensor<4>>> VelocityField<Tensor<4>> for AutodiffDivergence<F> {
    fn velocity(&self, state: &Tensor<4>, time: Time) -> Tensor<4> {
        self.field.velocity(state, time)
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.field.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        self.probes.len() as u32 * self.field.nfe_per_call()
    }
}

impl<F: VelocityField<Tensor<4>>> Divergence<Tensor<4>> for AutodiffDivergence<F> {
    type Volume = Tensor<1>;

    fn velocity_and_divergence(&self, state: &Tensor<4>, time: Time) -> (Tensor<4>, Tensor<1>) {
        let (first, others) = self.probes.split_first().expect("at least one probe");
        let (velocity, sum) = self.along(state, time, first);
        let sum = others.iter().fold(sum, |sum, probe| sum + self.along(state, time, probe).1);
        (velocity, sum / self.count)
    }
}
