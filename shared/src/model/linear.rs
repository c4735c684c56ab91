use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::initial::Initial;
use crate::kernels;

/// Weights [from, to] and biases [to].
#[derive(Module, Debug)]
pub(super) struct Linear {
    weight: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
}

impl Linear {
    pub(super) fn new(from: usize, to: usize, device: &Device) -> Self {
        Linear::begin(Initial::Inputs(from), [from, to], device)
    }

    /// One that answers with 0 until it has learned something.
    pub(super) fn silent(from: usize, to: usize, device: &Device) -> Self {
        Linear::begin(Initial::Zeros, [from, to], device)
    }

    fn begin(initial: Initial, [from, to]: [usize; 2], device: &Device) -> Self {
        Linear { weight: initial.parameter([from, to], device), bias: initial.parameter([to], device) }
    }

    /// [rows, from] → [rows, to].
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        kernels::linear(x, self.weight.val(), self.bias.val())
    }
}
