use burn::module::{Initializer, Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use shared::image::ImageShape;
use shared::kernels::{GROUPS, Modulation};
use shared::model::{Activation, Convolution};

/// Length of the feature vector.
pub const FEATURES: usize = 128;

/// Two halvings, each followed by a residual block; about a third of the work of a velocity net.
#[derive(Module, Debug)]
pub(super) struct Network {
    entry: Convolution,
    first: Stage,
    second: Stage,
    features: Linear,
    classes: Linear,
}

/// Half the size, then x + conv(relu(norm(conv(relu(norm(x)))))).
#[derive(Module, Debug)]
struct Stage {
    halve: Convolution,
    norm_1: Norm,
    conv_1: Convolution,
    norm_2: Norm,
    conv_2: Convolution,
}

/// What becomes of the deviation and the mean of each channel: γ and β of Wu and He (2018).
#[derive(Module, Debug)]
struct Norm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
}

impl Norm {
    fn new(channels: usize, device: &Device) -> Self {
        Norm { gamma: Initializer::Ones.init([channels], device), beta: Initializer::Zeros.init([channels], device) }
    }

    fn modulation(&self) -> Modulation {
        Modulation { scale: self.gamma.val().unsqueeze(), shift: self.beta.val().unsqueeze() }
    }
}

impl Stage {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        assert!(to.is_multiple_of(GROUPS), "channels in whole groups");
        Stage {
            halve: Convolution::new(3, from, to, device),
            norm_1: Norm::new(to, device),
            conv_1: Convolution::new(3, to, to, device),
            norm_2: Norm::new(to, device),
            conv_2: Convolution::silent(3, to, to, device),
        }
    }

    /// Every second output of every second row: with minimal filtering all of them take no longer than a quarter without.
    fn halve(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.halve.forward(x);
        let [batch, height, width, channels] = x.dims();
        let rows = x.reshape([batch, height / 2, 2, width * channels]).narrow(2, 0, 1);
        let pixels = rows.reshape([batch, height / 2 * width / 2, 2, channels]).narrow(2, 0, 1);
        pixels.reshape([batch, height / 2, width / 2, channels])
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.halve(x);
        let inner = self.conv_1.forward_normalised(x.clone(), self.norm_1.modulation(), Activation::Relu, None);
        self.conv_2.forward_normalised(inner, self.norm_2.modulation(), Activation::Relu, Some(x))
    }
}

impl Network {
    pub(super) fn new(shape: ImageShape, classes: usize, device: &Device) -> Self {
        let quarter = shape.height / 4 * (shape.width / 4);
        Network {
            entry: Convolution::new(3, shape.channels, 32, device),
            first: Stage::new(32, 64, device),
            second: Stage::new(64, 128, device),
            features: LinearConfig::new(128 * quarter, FEATURES).init(device),
            classes: LinearConfig::new(FEATURES, classes).with_initializer(Initializer::Zeros).init(device),
        }
    }

    /// [b, c, h, w] → [b, 128 · h/4 · w/4]
    pub(super) fn maps(&self, images: Tensor<4>) -> Tensor<2> {
        let x = self.first.forward(relu(self.entry.forward(images.permute([0, 2, 3, 1]))));
        relu(self.second.forward(relu(x))).permute([0, 3, 1, 2]).flatten(1, 3)
    }

    /// Of those maps: [b, 128].
    pub(super) fn features(&self, maps: Tensor<2>) -> Tensor<2> {
        relu(self.features.forward(maps))
    }

    /// Logits of features: [b, classes].
    pub(super) fn classes(&self, features: Tensor<2>) -> Tensor<2> {
        self.classes.forward(features)
    }
}
