use burn::module::{Initializer, Module, Param};
use burn::tensor::{Device, Tensor};

/// Groups of channels that are normalised together.
pub(super) const GROUPS: usize = 8;

const EPSILON: f64 = 1e-5;

/// Group normalisation (Wu and He, 2018) with a learned scale and shift for each channel.
#[derive(Module, Debug)]
pub(super) struct GroupNorm {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
}

impl GroupNorm {
    pub(super) fn new(channels: usize, device: &Device) -> Self {
        GroupNorm {
            scale: Initializer::Ones.init([channels], device),
            shift: Initializer::Zeros.init([channels], device),
        }
    }

    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        normalise(x, self.scale.val().unsqueeze(), self.shift.val().unsqueeze())
    }
}

/// scale · (x − mean) / deviation + shift, with mean and deviation of each group.
///
/// `x` is [b, c, h, w]; `scale` and `shift` are [b, c] or [1, c]. Everything that does not depend on the pixel is
/// folded into one factor and one summand, because each visit of the pixels costs time.
pub(super) fn normalise(x: Tensor<4>, scale: Tensor<2>, shift: Tensor<2>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let groups = x.clone().reshape([batch, GROUPS, channels / GROUPS * height * width]);
    let mean = groups.clone().mean_dim(2);
    let variance = groups.square().mean_dim(2) - mean.clone().square();
    let inverse = (variance + EPSILON).sqrt().recip();

    let [rows, _] = scale.dims();
    let scale = scale.reshape([rows, GROUPS, channels / GROUPS]) * inverse;
    let shift = shift.reshape([rows, GROUPS, channels / GROUPS]) - scale.clone() * mean;
    x * scale.reshape([batch, channels, 1, 1]) + shift.reshape([batch, channels, 1, 1])
}
