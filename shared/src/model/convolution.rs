use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::activation::Activation;
use super::initial::Initial;
use crate::kernels::{self, Modulation, layout};

/// A convolution's weights, which lie as [`layout`] says, and biases `[to]`.
#[derive(Module, Debug)]
pub struct Convolution {
    weight: Param<Tensor<5>>,
    bias: Param<Tensor<1>>,
}

impl Convolution {
    /// From `from` channels to `to`, over `size` × `size` pixels: 1 or 3.
    pub fn new(size: usize, from: usize, to: usize, device: &Device) -> Self {
        Convolution::begin(Initial::Inputs(size * size * from), size, from, to, device)
    }

    /// One that answers with 0 until it has learned something.
    pub fn silent(size: usize, from: usize, to: usize, device: &Device) -> Self {
        Convolution::begin(Initial::Zeros, size, from, to, device)
    }

    fn begin(initial: Initial, size: usize, from: usize, to: usize, device: &Device) -> Self {
        let weight = initial.parameter(layout::shape(size, from, to), device);
        Convolution { weight, bias: initial.parameter([to], device) }
    }

    /// `[b, h, w, from]` → `[b, h, w, to]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernels::convolution(x, self.weight.val(), self.bias.val())
    }

    /// Likewise, of the activation of the normalised x, plus the residual if there is one.
    pub fn forward_normalised(
        &self,
        x: Tensor<4>,
        modulation: Modulation,
        activation: Activation,
        residual: Option<Tensor<4>>,
    ) -> Tensor<4> {
        if activation == Activation::Relu {
            return kernels::norm_convolution(x, modulation, self.weight.val(), self.bias.val(), residual);
        }
        let outputs = self.forward(activation.of(kernels::reference::normalise(x, modulation)));
        match residual {
            Some(residual) => outputs + residual,
            None => outputs,
        }
    }
}
