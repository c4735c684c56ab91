use burn::module::{Initializer, Module, Param};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use shared::image::ImageShape;
use shared::kernels::{self, GROUPS, Modulation, layout};

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

/// 3 × 3; weights as [`layout`] says.
#[derive(Module, Debug)]
struct Convolution {
    weight: Param<Tensor<5>>,
    bias: Param<Tensor<1>>,
}

/// What becomes of the deviation and the mean of each channel: γ and β of Wu and He (2018).
#[derive(Module, Debug)]
struct Norm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
}

impl Convolution {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        let usual = Initializer::KaimingUniform { gain: 1.0 / 3.0_f64.sqrt(), fan_out_only: false };
        Convolution::begin(&usual, from, to, device)
    }

    /// One that answers with 0 until it has learned something.
    fn silent(from: usize, to: usize, device: &Device) -> Self {
        Convolution::begin(&Initializer::Zeros, from, to, device)
    }

    fn begin(initializer: &Initializer, from: usize, to: usize, device: &Device) -> Self {
        let inputs = Some(9 * from);
        Convolution {
            weight: initializer.init_with(layout::shape(3, from, to), inputs, None, device),
            bias: initializer.init_with([to], inputs, None, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernels::convolution(x, self.weight.val(), self.bias.val())
    }

    fn forward_normalised(&self, x: Tensor<4>, norm: &Norm, residual: Option<Tensor<4>>) -> Tensor<4> {
        let modulation = Modulation { scale: norm.gamma.val().unsqueeze(), shift: norm.beta.val().unsqueeze() };
        kernels::norm_convolution(x, modulation, self.weight.val(), self.bias.val(), residual)
    }
}

impl Stage {
    fn new(from: usize, to: usize, device: &Device) -> Self {
        assert!(to.is_multiple_of(GROUPS), "channels in whole groups");
        let norm = || Norm { gamma: Initializer::Ones.init([to], device), beta: Initializer::Zeros.init([to], device) };
        Stage {
            halve: Convolution::new(from, to, device),
            norm_1: norm(),
            conv_1: Convolution::new(to, to, device),
            norm_2: norm(),
            conv_2: Convolution::silent(to, to, device),
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
        let inner = self.conv_1.forward_normalised(x.clone(), &self.norm_1, None);
        self.conv_2.forward_normalised(inner, &self.norm_2, Some(x))
    }
}

impl Network {
    pub(super) fn new(shape: ImageShape, classes: usize, device: &Device) -> Self {
        let quarter = shape.height / 4 * (shape.width / 4);
        Network {
            entry: Convolution::new(shape.channels, 32, device),
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
