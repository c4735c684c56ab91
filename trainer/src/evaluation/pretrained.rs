//! Networks that others have trained on ImageNet, by whose features generative models are compared in the literature, from
//! files that the user supplies.

mod inception_v3;
mod layer;
mod mobilenet_v2;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Device, Tensor, TensorData};
use pytorch_reader::{DType, PytorchReader};
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};
use shared::named;

use layer::{Convolution, Layer, Plan, Weights, through};

/// Images that go through a network together.
const BATCH: usize = 20;

/// A network whose weights can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pretrained {
    /// The network of the Fréchet Inception distance: published figures are in its features.
    InceptionV3,
    /// A smaller one, for a machine without a GPU.
    MobileNetV2,
}

named!(Pretrained is a "network": InceptionV3 = "Inception-v3", MobileNetV2 = "MobileNet-V2");

/// What there is to know about a network.
struct Facts {
    weights: &'static str,
    /// Rows and columns that it looks at.
    size: usize,
    features: usize,
    /// The weights of its decisions, and how many classes it tells apart, where they are wanted.
    classes: Option<(&'static str, usize)>,
    /// What batch normalisation adds to a variance.
    epsilon: f32,
    /// Mean and deviation of each colour, within 0 and 1, that make its input.
    colours: [(f32, f32); 3],
    plan: fn() -> Vec<Layer<Plan>>,
}

impl Pretrained {
    /// Where its weights are to be had.
    pub fn weights(self) -> &'static str {
        self.facts().weights
    }

    fn facts(self) -> Facts {
        match self {
            Pretrained::InceptionV3 => Facts {
                weights: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/\
                          pt_inception-2015-12-05-6726825d.pth",
                size: 299,
                features: 2048,
                classes: Some(("fc.weight", 1008)),
                epsilon: 1e-3,
                colours: [(0.5, 0.5); 3],
                plan: inception_v3::plan,
            },
            Pretrained::MobileNetV2 => Facts {
                weights: "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth",
                size: 224,
                features: 1280,
                classes: None,
                epsilon: 1e-5,
                colours: [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)],
                plan: mobilenet_v2::plan,
            },
        }
    }
}

/// The numbers of a name in a file, in a shape.
pub type Numbers<'a> = &'a dyn Fn(&str, &[usize]) -> Result<Vec<f32>>;

/// What a network answers for images.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// The last hidden layer, averaged over the image.
    pub features: Vec<Vec<f32>>,
    /// Decisions before the softmax, without their bias: what the Inception score is made of. None of a network whose
    /// decisions are not wanted.
    pub logits: Vec<Vec<f32>>,
}

impl Sight {
    /// What it would answer for the same images again and again, until they are `count`.
    pub fn repeated(&self, count: usize) -> Self {
        let repeat = |rows: &[Vec<f32>]| rows.iter().cycle().take(count).cloned().collect();
        Sight { features: repeat(&self.features), logits: repeat(&self.logits) }
    }
}

/// A network with its weights.
#[derive(Clone, Debug)]
pub struct PretrainedNet {
    /// Which it is.
    pub network: Pretrained,
    layers: Vec<Layer<Convolution>>,
    classes: Option<Tensor<2>>,
    device: Device,
}

impl PretrainedNet {
    /// The network whose weights a file of PyTorch holds.
    ///
    /// # Errors
    /// If the file cannot be read or holds none of the networks; the error says where they are.
    pub fn read(path: &Path, device: &Device) -> Result<Self> {
        let file = PytorchReader::new(path).with_context(|| remedy(path))?;
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
        let mut others = Vec::new();
        for network in Pretrained::ALL {
            match Self::new(network, &numbers, device) {
                Ok(net) => return Ok(net),
                Err(error) => others.push(format!("not {network}: {error:#}")),
            }
        }
        bail!("{}\n{}", remedy(path), others.join("\n"))
    }

    /// A network with the `numbers` of each name and shape.
    ///
    /// # Errors
    /// Those of `numbers`.
    pub fn new(network: Pretrained, numbers: Numbers<'_>, device: &Device) -> Result<Self> {
        let facts = network.facts();
        let weights = Weights { numbers, epsilon: facts.epsilon, device };
        let (layers, features) = weights.load((facts.plan)(), "", 3)?;
        assert_eq!(features, facts.features, "the plan's last layer");
        let classes = facts.classes.map(|(name, count)| {
            let numbers = numbers(name, &[count, features])?;
            anyhow::Ok(Tensor::from_data(TensorData::new(numbers, [count, features]), device).transpose())
        });
        Ok(PretrainedNet { network, layers, classes: classes.transpose()?, device: device.clone() })
    }

    /// Features and decisions of images of values, rounded to pixels, grey ones as colours; `progress` is called with the
    /// number of those done.
    pub fn forward(&self, images: &[Vec<f32>], shape: ImageShape, mut progress: impl FnMut(usize)) -> Sight {
        let mut sight = Sight::default();
        for images in images.chunks(BATCH) {
            let rounded = images.iter().flat_map(|p| values_from_pixels(shape, &pixels_from_values(shape, p)));
            let rounded = TensorData::new(rounded.collect::<Vec<f32>>(), shape.batch(images.len()));
            let images = Tensor::<4>::from_data(rounded, &self.device);
            let features = self.features(if shape.channels == 3 { images } else { images.repeat_dim(1, 3) });
            if let Some(classes) = &self.classes {
                sight.logits.extend(rows(features.clone().matmul(classes.clone())));
            }
            sight.features.extend(rows(features));
            progress(sight.features.len());
        }
        sight
    }

    /// Values \[b, 3, h, w\] → \[b, features\]
    fn features(&self, images: Tensor<4>) -> Tensor<2> {
        let Facts { size, colours, .. } = self.network.facts();
        let colour =
            |of: fn((f32, f32)) -> f32| Tensor::<1>::from_floats(colours.map(of), &self.device).reshape([1, 3, 1, 1]);
        // Of values within -1 and 1.
        let images =
            images * colour(|(_, deviation)| 0.5 / deviation) + colour(|(mean, deviation)| (0.5 - mean) / deviation);
        let bilinear = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(false);
        let images = interpolate(images, bilinear.with_output_size([size, size]));
        through(&self.layers, images).mean_dim(2).mean_dim(3).flatten(1, 3)
    }
}

fn rows(tensor: Tensor<2>) -> Vec<Vec<f32>> {
    let length = tensor.dims()[1];
    let numbers: Vec<f32> = tensor.into_data().iter::<f32>().collect();
    numbers.chunks_exact(length).map(<[f32]>::to_vec).collect()
}

fn remedy(path: &Path) -> String {
    let known = Pretrained::ALL.map(|network| format!("{network} from {}", network.weights()));
    format!("{} is none of the networks that are known here: {}", path.display(), known.join(", "))
}
