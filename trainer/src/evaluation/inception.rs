//! Inception-v3 as the Fréchet Inception distance knows it: the network of December 2015, by whose features generative
//! models are compared in the literature.

mod plan;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, interpolate, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, InterpolateMode, InterpolateOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use pytorch_reader::{DType, PytorchReader};
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};

use plan::Layer::{self, Branches, Halve, Largest, Mean};
use plan::{Plan, plan};

/// Where its weights are to be had.
pub const WEIGHTS: &str = "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/\
                           pt_inception-2015-12-05-6726825d.pth";

/// Length of the feature vector.
pub const FEATURES: usize = 2048;

/// Classes of its decisions.
const CLASSES: usize = 1008;

/// Rows and columns that it looks at.
const SIZE: usize = 299;

/// Images that go through the network together.
const BATCH: usize = 20;

/// What batch normalisation adds to a variance.
const EPSILON: f32 = 1e-3;

/// What the network answers for images.
#[derive(Clone, Debug, Default)]
pub struct InceptionOutput {
    /// The last hidden layer, averaged over the image.
    pub features: Vec<Vec<f32>>,
    /// Decisions before the softmax, without their bias: what the Inception score is made of.
    pub logits: Vec<Vec<f32>>,
}

/// The network with its weights.
#[derive(Clone, Debug)]
pub struct Inception {
    layers: Vec<Layer<Convolution>>,
    classes: Tensor<2>,
    device: Device,
}

/// A convolution that has taken in its normalisation.
#[derive(Clone, Debug)]
struct Convolution {
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions<2>,
}

impl Inception {
    /// The network in pytorch-fid's file of weights.
    ///
    /// # Errors
    /// If the file cannot be read or holds another network; the error says where the right one is.
    pub fn read(path: &Path, device: &Device) -> Result<Self> {
        let remedy = || format!("{} is not Inception-v3 of {WEIGHTS}", path.display());
        let file = PytorchReader::new(path).with_context(remedy)?;
        let numbers = |name: &str, shape: &[usize]| {
            let tensor = file.get(name).with_context(|| format!("there is no tensor {name}"))?;
            let found = tensor.shape();
            ensure!(
                found == shape && tensor.dtype() == DType::F32,
                "{name} holds {:?} of shape {found:?} instead of single precision of shape {shape:?}",
                tensor.dtype()
            );
            Ok(tensor.read()?.chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect())
        };
        Self::new(numbers, device).with_context(remedy)
    }

    /// The network with the `numbers` of each name and shape.
    ///
    /// # Errors
    /// Those of `numbers`.
    pub fn new(numbers: impl Fn(&str, &[usize]) -> Result<Vec<f32>>, device: &Device) -> Result<Self> {
        let (layers, features) = load(plan(), "", 3, &numbers, device)?;
        assert_eq!(features, FEATURES, "the plan's last layer");
        let classes = numbers("fc.weight", &[CLASSES, FEATURES])?;
        let classes = Tensor::from_data(TensorData::new(classes, [CLASSES, FEATURES]), device).transpose();
        Ok(Inception { layers, classes, device: device.clone() })
    }

    /// Features and decisions of images of values, rounded to pixels, grey ones as colours; `progress` is called with the number of those done.
    pub fn forward(&self, images: &[Vec<f32>], shape: ImageShape, mut progress: impl FnMut(usize)) -> InceptionOutput {
        let mut output = InceptionOutput::default();
        for images in images.chunks(BATCH) {
            let rounded = images.iter().flat_map(|p| values_from_pixels(shape, &pixels_from_values(shape, p)));
            let rounded = TensorData::new(rounded.collect::<Vec<f32>>(), shape.batch(images.len()));
            let images = Tensor::<4>::from_data(rounded, &self.device);
            let images = if shape.channels == 3 { images } else { images.repeat_dim(1, 3) };
            let features = self.features(images);
            let logits = features.clone().matmul(self.classes.clone());
            let rows = |tensor: Tensor<2>, length: usize| -> Vec<Vec<f32>> {
                let numbers: Vec<f32> = tensor.into_data().iter::<f32>().collect();
                numbers.chunks_exact(length).map(<[f32]>::to_vec).collect()
            };
            output.features.extend(rows(features, FEATURES));
            output.logits.extend(rows(logits, CLASSES));
            progress(output.features.len());
        }
        output
    }

    /// [b, 3, h, w] → [b, 2048]
    fn features(&self, images: Tensor<4>) -> Tensor<2> {
        let bilinear = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(false);
        let images = interpolate(images, bilinear.with_output_size([SIZE, SIZE]));
        through(&self.layers, images).mean_dim(2).mean_dim(3).flatten(1, 3)
    }
}

/// Layers with their weights, and how many channels leave them.
fn load(
    plan: Vec<Layer<Plan>>,
    prefix: &str,
    mut channels: usize,
    numbers: &impl Fn(&str, &[usize]) -> Result<Vec<f32>>,
    device: &Device,
) -> Result<(Vec<Layer<Convolution>>, usize)> {
    let mut layers = Vec::with_capacity(plan.len());
    for layer in plan {
        layers.push(match layer {
            Mean => Mean,
            Largest => Largest,
            Halve => Halve,
            Branches(name, branches) => {
                let mut loaded = Vec::with_capacity(branches.len());
                let mut together = 0;
                for branch in branches {
                    let (layers, leaving) = load(branch, &format!("{prefix}{name}"), channels, numbers, device)?;
                    loaded.push(layers);
                    together += leaving;
                }
                channels = together;
                Branches(name, loaded)
            }
            Layer::Convolution(plan) => {
                let entering = std::mem::replace(&mut channels, plan.channels);
                Layer::Convolution(Convolution::load(plan, prefix, entering, numbers, device)?)
            }
        });
    }
    Ok((layers, channels))
}

impl Convolution {
    fn load(
        plan: Plan,
        prefix: &str,
        entering: usize,
        numbers: &impl Fn(&str, &[usize]) -> Result<Vec<f32>>,
        device: &Device,
    ) -> Result<Self> {
        let Plan { name, channels, kernel: [rows, columns], stride, padded } = plan;
        let shape = [channels, entering, rows, columns];
        let mut weight = numbers(&format!("{prefix}{name}.conv.weight"), &shape)?;
        let norm = |of: &str| numbers(&format!("{prefix}{name}.bn.{of}"), &[channels]);
        let (scale, shift, mean, variance) =
            (norm("weight")?, norm("bias")?, norm("running_mean")?, norm("running_var")?);
        let factor: Vec<f32> = scale.iter().zip(&variance).map(|(s, v)| s / (v + EPSILON).sqrt()).collect();
        let bias: Vec<f32> = (0..channels).map(|i| shift[i] - mean[i] * factor[i]).collect();
        for (weights, factor) in weight.chunks_exact_mut(entering * rows * columns).zip(&factor) {
            weights.iter_mut().for_each(|weight| *weight *= factor);
        }
        let padding = if padded { [rows / 2, columns / 2] } else { [0, 0] };
        Ok(Convolution {
            weight: Tensor::from_data(TensorData::new(weight, shape), device),
            bias: Tensor::from_data(TensorData::new(bias, [channels]), device),
            options: ConvOptions::new([stride, stride], padding, [1, 1], 1),
        })
    }
}

fn through(layers: &[Layer<Convolution>], images: Tensor<4>) -> Tensor<4> {
    layers.iter().fold(images, |x, layer| match layer {
        Layer::Convolution(Convolution { weight, bias, options }) => {
            relu(conv2d(x, weight.clone(), Some(bias.clone()), options.clone()))
        }
        Mean => {
            let whole = AvgPoolOptions::new([3, 3]).with_stride([1, 1]).with_padding([1, 1]);
            avg_pool2d(x, whole.with_count_include_pad(false))
        }
        Largest => max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([1, 1]).with_padding([1, 1])),
        Halve => max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([2, 2])),
        Branches(_, branches) => Tensor::cat(branches.iter().map(|branch| through(branch, x.clone())).collect(), 1),
    })
}
