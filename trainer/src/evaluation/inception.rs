//! Inception-v3 as the Fréchet Inception distance knows it: the network of December 2015, by whose features generative
//! models are compared in the literature.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use burn::tensor::activation::relu;
use burn::tensor::module::{avg_pool2d, conv2d, interpolate, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, InterpolateMode, InterpolateOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData};
use pytorch_reader::{DType, PytorchReader};
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};

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

/// What Inception sees in images.
#[derive(Clone, Debug, Default)]
pub struct Sight {
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

/// A layer; of a network on paper, or one with weights `C`.
#[derive(Clone, Debug)]
enum Layer<C> {
    /// A convolution, its batch normalisation and max(0, ·).
    Convolution(C),
    /// The mean over 3 × 3 pixels that lie in the image.
    Mean,
    /// The largest of 3 × 3 pixels.
    Largest,
    /// Likewise, of every second pixel that has a neighbour on each side.
    Halve,
    /// Several ways from the same input, whose outputs are laid side by side; and the name that precedes theirs.
    Branches(&'static str, Vec<Vec<Layer<C>>>),
}

/// A convolution on paper.
#[derive(Clone, Copy, Debug)]
struct Plan {
    name: &'static str,
    channels: usize,
    kernel: [usize; 2],
    stride: usize,
    padded: bool,
}

/// A convolution that has taken in its normalisation.
#[derive(Clone, Debug)]
struct Convolution {
    weight: Tensor<4>,
    bias: Tensor<1>,
    options: ConvOptions<2>,
}

use Layer::{Branches, Halve, Largest, Mean};

/// A convolution that keeps the size.
fn same(name: &'static str, channels: usize, rows: usize, columns: usize) -> Layer<Plan> {
    Layer::Convolution(Plan { name, channels, kernel: [rows, columns], stride: 1, padded: true })
}

/// A convolution over 3 × 3 pixels that lie in the image.
fn inside(name: &'static str, channels: usize, stride: usize) -> Layer<Plan> {
    Layer::Convolution(Plan { name, channels, kernel: [3, 3], stride, padded: false })
}

fn a(name: &'static str, pooled: usize) -> Layer<Plan> {
    Branches(
        name,
        vec![
            vec![same("branch1x1", 64, 1, 1)],
            vec![same("branch5x5_1", 48, 1, 1), same("branch5x5_2", 64, 5, 5)],
            vec![same("branch3x3dbl_1", 64, 1, 1), same("branch3x3dbl_2", 96, 3, 3), same("branch3x3dbl_3", 96, 3, 3)],
            vec![Mean, same("branch_pool", pooled, 1, 1)],
        ],
    )
}

fn c(name: &'static str, channels: usize) -> Layer<Plan> {
    Branches(
        name,
        vec![
            vec![same("branch1x1", 192, 1, 1)],
            vec![
                same("branch7x7_1", channels, 1, 1),
                same("branch7x7_2", channels, 1, 7),
                same("branch7x7_3", 192, 7, 1),
            ],
            vec![
                same("branch7x7dbl_1", channels, 1, 1),
                same("branch7x7dbl_2", channels, 7, 1),
                same("branch7x7dbl_3", channels, 1, 7),
                same("branch7x7dbl_4", channels, 7, 1),
                same("branch7x7dbl_5", 192, 1, 7),
            ],
            vec![Mean, same("branch_pool", 192, 1, 1)],
        ],
    )
}

fn e(name: &'static str, pool: Layer<Plan>) -> Layer<Plan> {
    let fork = |wide, tall| Branches("", vec![vec![same(wide, 384, 1, 3)], vec![same(tall, 384, 3, 1)]]);
    Branches(
        name,
        vec![
            vec![same("branch1x1", 320, 1, 1)],
            vec![same("branch3x3_1", 384, 1, 1), fork("branch3x3_2a", "branch3x3_2b")],
            vec![
                same("branch3x3dbl_1", 448, 1, 1),
                same("branch3x3dbl_2", 384, 3, 3),
                fork("branch3x3dbl_3a", "branch3x3dbl_3b"),
            ],
            vec![pool, same("branch_pool", 192, 1, 1)],
        ],
    )
}

/// The network on paper, with the names of pytorch-fid's file. Its means leave out what lies beyond the border, and its
/// last block takes the largest where others take the mean.
fn plan() -> Vec<Layer<Plan>> {
    vec![
        inside("Conv2d_1a_3x3", 32, 2),
        inside("Conv2d_2a_3x3", 32, 1),
        same("Conv2d_2b_3x3", 64, 3, 3),
        Halve,
        same("Conv2d_3b_1x1", 80, 1, 1),
        inside("Conv2d_4a_3x3", 192, 1),
        Halve,
        a("Mixed_5b.", 32),
        a("Mixed_5c.", 64),
        a("Mixed_5d.", 64),
        Branches(
            "Mixed_6a.",
            vec![
                vec![inside("branch3x3", 384, 2)],
                vec![
                    same("branch3x3dbl_1", 64, 1, 1),
                    same("branch3x3dbl_2", 96, 3, 3),
                    inside("branch3x3dbl_3", 96, 2),
                ],
                vec![Halve],
            ],
        ),
        c("Mixed_6b.", 128),
        c("Mixed_6c.", 160),
        c("Mixed_6d.", 160),
        c("Mixed_6e.", 192),
        Branches(
            "Mixed_7a.",
            vec![
                vec![same("branch3x3_1", 192, 1, 1), inside("branch3x3_2", 320, 2)],
                vec![
                    same("branch7x7x3_1", 192, 1, 1),
                    same("branch7x7x3_2", 192, 1, 7),
                    same("branch7x7x3_3", 192, 7, 1),
                    inside("branch7x7x3_4", 192, 2),
                ],
                vec![Halve],
            ],
        ),
        e("Mixed_7b.", Mean),
        e("Mixed_7c.", Largest),
    ]
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

    /// Looks at images of values, rounded to pixels, grey ones as colours; `progress` hears how many were seen.
    pub fn see(&self, images: &[Vec<f32>], shape: ImageShape, mut progress: impl FnMut(usize)) -> Sight {
        let mut sight = Sight::default();
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
            sight.features.extend(rows(features, FEATURES));
            sight.logits.extend(rows(logits, CLASSES));
            progress(sight.features.len());
        }
        sight
    }

    /// [b, 3, h, w] → [b, 2048]
    fn features(&self, images: Tensor<4>) -> Tensor<2> {
        let bilinear = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(false);
        let images = interpolate(images, bilinear.with_output_size([SIZE, SIZE]));
        forward(&self.layers, images).mean_dim(2).mean_dim(3).flatten(1, 3)
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

fn forward(layers: &[Layer<Convolution>], images: Tensor<4>) -> Tensor<4> {
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
        Branches(_, branches) => Tensor::cat(branches.iter().map(|branch| forward(branch, x.clone())).collect(), 1),
    })
}
