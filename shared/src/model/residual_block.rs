use burn::module::{Initializer, Module};
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Distribution, Tensor};

use super::convolution3;
use super::group_norm::{GroupNorm, normalise};

/// x + conv(relu(modulated norm(conv(relu(norm(x)))))): the embedding scales and shifts the second norm.
///
/// Both the last convolution and the modulation begin at zero, so a fresh block hands on its input through.
#[derive(Module, Debug)]
pub(super) struct ResidualBlock {
    norm: GroupNorm,
    first: Conv2d,
    modulation: Linear,
    second: Conv2d,
}

impl ResidualBlock {
    pub(super) fn new(channels: usize, embedding: usize, device: &Device) -> Self {
        ResidualBlock {
            norm: GroupNorm::new(channels, device),
            first: convolution3(channels, channels).init(device),
            modulation: LinearConfig::new(embedding, 2 * channels).with_initializer(Initializer::Zeros).init(device),
            second: convolution3(channels, channels).with_initializer(Initializer::Zeros).init(device),
        }
    }

    /// `x` is [b, c, h, w], `embedding` is [b, e]. A share `dropout` of the activations is dropped where gradients are
    /// taken.
    pub(super) fn forward(&self, x: Tensor<4>, embedding: &Tensor<2>, dropout: f64) -> Tensor<4> {
        let mut halves = self.modulation.forward(embedding.clone()).chunk(2, 1).into_iter();
        let (Some(scale), Some(shift)) = (halves.next(), halves.next()) else {
            unreachable!("a chunk of two has two parts")
        };
        let hidden = self.first.forward(relu(self.norm.forward(x.clone())));
        let mut hidden = relu(normalise(hidden, scale + 1.0, shift));
        if dropout > 0.0 && hidden.device().is_autodiff() {
            let kept = hidden.random_like(Distribution::Bernoulli(1.0 - dropout));
            hidden = hidden * kept / (1.0 - dropout);
        }
        x + self.second.forward(hidden)
    }
}
