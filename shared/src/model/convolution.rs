use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor};

use crate::kernels::{self, Modulation, layout};

/// A convolution's weights, which lie as [`layout`] says, and biases [to].
#[derive(Module, Debug)]
pub(super) struct Convolution {
    weight: Param<Tensor<5>>,
    bias: Param<Tensor<1>>,
}

impl Convolution {
    /// Fresh weights of the usual kind (uniform; He et al., 2015, with gain 1/√3).
    pub(super) fn new(size: usize, from: usize, to: usize, device: &Device) -> Self {
        let usual = Initializer::KaimingUniform { gain: 1.0 / 3.0_f64.sqrt(), fan_out_only: false };
        Convolution::init(usual, size, from, to, device)
    }

    /// One that answers with 0 until it has learned something.
    pub(super) fn silent(size: usize, from: usize, to: usize, device: &Device) -> Self {
        Convolution::init(Initializer::Zeros, size, from, to, device)
    }

    fn init(initializer: Initializer, size: usize, from: usize, to: usize, device: &Device) -> Self {
        let fan_in = Some(size * size * from);
        Convolution {
            weight: initializer.init_with(layout::shape(size, from, to), fan_in, None, device),
            bias: initializer.init_with([to], fan_in, None, device),
        }
    }

    /// [b, h, w, from] → [b, h, w, to].
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernels::convolution(x, self.weight.val(), self.bias.val())
    }

    /// Likewise, of the normalised and rectified x, plus the residual if there is one.
    pub(super) fn forward_normalised(
        &self,
        x: Tensor<4>,
        modulation: Modulation,
        residual: Option<Tensor<4>>,
    ) -> Tensor<4> {
        kernels::norm_convolution(x, modulation, self.weight.val(), self.bias.val(), residual)
    }
}
