//! Layers of networks that others have trained: on paper, and with their weights.

use anyhow::Result;
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};

use super::Numbers;

/// A layer; of a network on paper, or one with weights `C`.
#[derive(Clone, Debug)]
pub(super) enum Layer<C> {
    /// A convolution, its batch normalisation and what follows.
    Convolution(C),
    /// The mean over 3 × 3 pixels that lie in the image.
    Mean,
    /// The largest of 3 × 3 pixels.
    Largest,
    /// Likewise, of every second pixel that has a neighbour on each side.
    Halve,
    /// Several ways from the same input, whose outputs are laid side by side; and the name that precedes theirs.
    Branches(&'static str, Vec<Vec<Layer<C>>>),
    /// Layers whose output is added to their input.
    Residual(Vec<Layer<C>>),
}

/// What follows a normalisation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Activation {
    /// Nothing.
    Linear,
    /// max(0, ·).
    Relu,
    /// min(6, max(0, ·)).
    Relu6,
}

/// A convolution on paper.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The name of its weights in the file.
    pub(super) convolution: String,
    /// That of its normalisation.
    pub(super) norm: String,
    /// Channels that leave it.
    pub(super) channels: usize,
    pub(super) kernel: [usize; 2],
    pub(super) stride: usize,
    pub(super) padded: bool,
    /// Whether each channel sees itself alone.
    pub(super) depthwise: bool,
    pub(super) activation: Activation,
}

/// A convolution that has taken in its normalisation.
#[derive(Clone, Debug)]
pub(super) struct Convolution {
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions<2>,
    activation: Activation,
}

/// Where weights come from.
pub(super) struct Weights<'a> {
    pub(super) numbers: Numbers<'a>,
    /// What batch normalisation adds to a variance.
    pub(super) epsilon: f32,
    pub(super) device: &'a Device,
}

impl Weights<'_> {
    /// Layers with their weights, whose names `prefix` precedes, and how many of the `channels` that enter leave them.
    ///
    /// # Errors
    /// Those of `numbers`.
    pub(super) fn load(
        &self,
        plan: Vec<Layer<Plan>>,
        prefix: &str,
        mut channels: usize,
    ) -> Result<(Vec<Layer<Convolution>>, usize)> {
        let mut layers = Vec::with_capacity(plan.len());
        for layer in plan {
            layers.push(match layer {
                Layer::Mean => Layer::Mean,
                Layer::Largest => Layer::Largest,
                Layer::Halve => Layer::Halve,
                Layer::Branches(name, branches) => {
                    let mut loaded = Vec::with_capacity(branches.len());
                    let mut together = 0;
                    for branch in branches {
                        let (layers, leaving) = self.load(branch, &format!("{prefix}{name}"), channels)?;
                        loaded.push(layers);
                        together += leaving;
                    }
                    channels = together;
                    Layer::Branches(name, loaded)
                }
                Layer::Residual(within) => Layer::Residual(self.load(within, prefix, channels)?.0),
                Layer::Convolution(plan) => {
                    let entering = std::mem::replace(&mut channels, plan.channels);
                    Layer::Convolution(self.convolution(plan, prefix, entering)?)
                }
            });
        }
        Ok((layers, channels))
    }

    fn convolution(&self, plan: Plan, prefix: &str, entering: usize) -> Result<Convolution> {
        let Plan { convolution, norm, channels, kernel: [rows, columns], stride, padded, depthwise, activation } = plan;
        let groups = if depthwise { entering } else { 1 };
        let shape = [channels, entering / groups, rows, columns];
        let mut weight = (self.numbers)(&format!("{prefix}{convolution}.weight"), &shape)?;
        let norm = |of: &str| (self.numbers)(&format!("{prefix}{norm}.{of}"), &[channels]);
        let (scale, shift, mean, variance) =
            (norm("weight")?, norm("bias")?, norm("running_mean")?, norm("running_var")?);
        let factor: Vec<f32> = scale.iter().zip(&variance).map(|(s, v)| s / (v + self.epsilon).sqrt()).collect();
        let bias: Vec<f32> = (0..channels).map(|i| shift[i] - mean[i] * factor[i]).collect();
        for (weights, factor) in weight.chunks_exact_mut(shape[1..].iter().product()).zip(&factor) {
            weights.iter_mut().for_each(|weight| *weight *= factor);
        }
        let padding = if padded { [rows / 2, columns / 2] } else { [0, 0] };
        Ok(Convolution {
            weight: Tensor::from_data(TensorData::new(weight, shape), self.device),
            bias: Tensor::from_data(TensorData::new(bias, [channels]), self.device),
            options: ConvOptions::new([stride, stride], padding, [1, 1], groups),
            activation,
        })
    }
}

/// [b, channels, h, w] through one layer after the other.
pub(super) fn through(layers: &[Layer<Convolution>], images: Tensor<4>) -> Tensor<4> {
    layers.iter().fold(images, |x, layer| match layer {
        Layer::Convolution(Convolution { weight, bias, options, activation }) => {
            let x = conv2d(x, weight.clone(), Some(bias.clone()), options.clone());
            match activation {
                Activation::Linear => x,
                Activation::Relu => relu(x),
                Activation::Relu6 => x.clamp(0.0, 6.0),
            }
        }
        Layer::Mean => {
            let whole = AvgPoolOptions::new([3, 3]).with_stride([1, 1]).with_padding([1, 1]);
            avg_pool2d(x, whole.with_count_include_pad(false))
        }
        Layer::Largest => max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([1, 1]).with_padding([1, 1])),
        Layer::Halve => max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([2, 2])),
        Layer::Branches(_, branches) => {
            Tensor::cat(branches.iter().map(|branch| through(branch, x.clone())).collect(), 1)
        }
        Layer::Residual(within) => through(within, x.clone()) + x,
    })
}
