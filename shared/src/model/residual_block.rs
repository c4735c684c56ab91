use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};

use super::activation::Activation;
use super::convolution::Convolution;
use super::group_norm::GroupNorm;
use super::linear::Linear;
use crate::kernels::Modulation;

/// x + conv(a(modulated norm(conv(a(norm(x)))))), with an activation a: the embedding scales and shifts the second norm.
///
/// Both the last convolution and the modulation begin at zero, so a fresh block hands on its input.
#[derive(Module, Debug)]
pub(super) struct ResidualBlock {
    norm: GroupNorm,
    first: Convolution,
    modulation: Linear,
    second: Convolution,
    #[module(skip)]
    activation: Activation,
}

impl ResidualBlock {
    pub(super) fn new(channels: usize, embedding: usize, activation: Activation, device: &Device) -> Self {
        ResidualBlock {
            norm: GroupNorm::new(channels, device),
            first: Convolution::new(3, channels, channels, device),
            modulation: Linear::silent(embedding, 2 * channels, device),
            second: Convolution::silent(3, channels, channels, device),
            activation,
        }
    }

    /// `x` is [b, h, w, c].
    pub(super) fn forward(&self, x: Tensor<4>, modulation: Modulation) -> Tensor<4> {
        let hidden = self.first.forward_normalised(x.clone(), self.norm.modulation(), self.activation, None);
        self.second.forward_normalised(hidden, modulation, self.activation, Some(x))
    }

    /// What the `embedding` [b, e] tells this block. A share `dropout` of the modulated channels is dropped in each image
    /// where gradients are taken (Tompson et al., 2015).
    pub(super) fn modulation(&self, embedding: &Tensor<2>, dropout: f64) -> Modulation {
        let both = self.modulation.forward(embedding.clone());
        let [scale, shift] = both.chunk(2, 1).try_into().expect("two chunks of two");
        let scale = scale + 1.0;
        if dropout == 0.0 || !embedding.device().is_autodiff() {
            return Modulation { scale, shift };
        }
        // What is never negative may be multiplied before it is rectified as well as after.
        let kept = scale.random_like(Distribution::Bernoulli(1.0 - dropout)) / (1.0 - dropout);
        Modulation { scale: scale * kept.clone(), shift: shift * kept }
    }
}
