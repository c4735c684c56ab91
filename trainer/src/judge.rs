//! A small classifier trained by this project: its features measure distances, its decisions measure accuracy.

use anyhow::{Context, Result};
use burn::module::{Initializer, Module};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;
use shared::condition;
use shared::image::{ImageShape, values_from_pixels};
use shared::noise::Seed;
use shared::parameters;

use crate::batch::Batches;
use crate::config::Training;
use crate::dataset::Dataset;
use crate::learning_rate::learning_rate;
use crate::optimiser::Optimiser;
use crate::parameter_file;

const KIND: &str = "scoreflow_judge";

/// Length of the feature vector.
pub const FEATURES: usize = 128;

/// Pictures that are judged together.
const BATCH: usize = 250;

/// What is known of a judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What figures call it.
    pub name: String,
    /// The size of the pictures that it judges.
    pub shape: ImageShape,
    /// How many classes it tells apart.
    pub classes: usize,
    /// Its share of right decisions on held-out pictures.
    pub accuracy: f64,
}

#[derive(Module, Debug)]
struct Network {
    first: Conv2d,
    second: Conv2d,
    third: Conv2d,
    features: Linear,
    classes: Linear,
}

impl Network {
    fn new(shape: ImageShape, classes: usize, device: &Device) -> Self {
        let halving = |from, to| {
            let config = Conv2dConfig::new([from, to], [3, 3]).with_stride([2, 2]);
            config.with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1)).init(device)
        };
        let quarter = shape.height.div_ceil(4) * shape.width.div_ceil(4);
        Network {
            first: halving(shape.channels, 32),
            second: halving(32, 64),
            third: Conv2dConfig::new([64, 64], [3, 3]).with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1)).init(device),
            features: LinearConfig::new(64 * quarter, FEATURES).init(device),
            classes: LinearConfig::new(FEATURES, classes).with_initializer(Initializer::Zeros).init(device),
        }
    }

    /// [b, c, h, w] → [b, 128]
    fn features(&self, images: Tensor<4>) -> Tensor<2> {
        let x = relu(self.second.forward(relu(self.first.forward(images))));
        relu(self.features.forward(relu(self.third.forward(x)).flatten(1, 3)))
    }
}

/// A trained classifier.
#[derive(Clone, Debug)]
pub struct Judge {
    /// What is known of it.
    pub profile: Profile,
    network: Network,
    device: Device,
}

/// What a judge says of pictures.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The features of each picture.
    pub features: Vec<Vec<f32>>,
    /// The class of each picture.
    pub classes: Vec<usize>,
}

impl Judge {
    /// Trains a judge for a data set and measures it on the held-out pictures. `progress` hears images seen and loss.
    pub fn train(
        data: &Dataset,
        training: &Training,
        seed: u64,
        device: &Device,
        mut progress: impl FnMut(u64, f64),
    ) -> Self {
        device.seed(seed);
        let (learning, shape) = (device.clone().autodiff(), data.shape);
        let mut network = Network::new(shape, data.classes.len(), &learning);
        let mut optimiser = Optimiser::new(&network);
        let mut batches = Batches::new(&data.training, shape, Seed(seed), training.batch, 0.0);
        let steps = training.images / training.batch as u64;
        for step in 0..steps {
            let batch = batches.batch(step);
            let images = TensorData::new(batch.images, shape.batch(training.batch));
            let classes = condition::indices(&batch.conditions, data.classes.len(), &learning);
            let loss = cross_entropy(&network, Tensor::from_data(images, &learning), classes);
            let mut gradients = loss.backward();
            let seen = step * training.batch as u64;
            let rate = learning_rate(training, seen);
            network = optimiser.step(network, &mut gradients, training, rate, step + 1, seen + training.batch as u64);
            if step % 50 == 0 {
                progress(seen, loss.inner().into_scalar::<f64>());
            }
        }
        let averaged = Network::new(shape, data.classes.len(), device);
        let averaged = parameters::restore(averaged, optimiser.average(&network)).expect("the weights of this network");
        let name = format!("a 5-layer classifier trained by this project on {}", data.name);
        let profile = Profile { name, shape, classes: data.classes.len(), accuracy: 0.0 };
        let mut judge = Judge { profile, network: averaged, device: device.clone() };
        let verdict = judge.judge(&pictures(&data.held_out, shape));
        judge.profile.accuracy = accuracy(&verdict.classes, data.held_out.iter().map(|example| example.class.into()));
        judge
    }

    /// Features and decisions.
    pub fn judge(&self, pictures: &[Vec<f32>]) -> Verdict {
        let mut verdict = Verdict { features: Vec::new(), classes: Vec::new() };
        for pictures in pictures.chunks(BATCH) {
            let data = TensorData::new(pictures.concat(), self.profile.shape.batch(pictures.len()));
            let features = self.network.features(Tensor::from_data(data, &self.device));
            let classes = self.network.classes.forward(features.clone()).argmax(1);
            let features: Vec<f32> = features.into_data().iter::<f32>().collect();
            verdict.features.extend(features.chunks_exact(FEATURES).map(<[f32]>::to_vec));
            verdict.classes.extend(classes.into_data().iter::<i64>().map(|class| class as usize));
        }
        verdict
    }

    /// The judge as a file.
    ///
    /// # Errors
    /// If the container refuses.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        parameter_file::to_bytes(KIND, &self.profile, &[("judge", &parameters::of(&self.network))])
    }

    /// The judge in a file.
    ///
    /// # Errors
    /// If the bytes are not a whole judge.
    pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Self> {
        let (profile, mut sets) = parameter_file::from_bytes::<Profile>(KIND, bytes)?;
        let network = Network::new(profile.shape, profile.classes, device);
        let network = parameters::restore(network, sets.remove("judge").unwrap_or_default());
        let network = network.context("the weights do not fit the judge")?;
        Ok(Judge { profile, network, device: device.clone() })
    }
}

/// The share of decisions that are right.
pub fn accuracy(decisions: &[usize], truth: impl Iterator<Item = usize>) -> f64 {
    decisions.iter().zip(truth).filter(|(decision, truth)| *decision == truth).count() as f64 / decisions.len() as f64
}

/// The values of data set pictures.
pub fn pictures(examples: &[Example], shape: ImageShape) -> Vec<Vec<f32>> {
    examples.iter().map(|example| values_from_pixels(shape, &example.pixels)).collect()
}

fn cross_entropy(network: &Network, images: Tensor<4>, classes: Tensor<1, Int>) -> Tensor<1> {
    let logits = network.classes.forward(network.features(images));
    log_softmax(logits, 1).gather(1, classes.unsqueeze_dim::<2>(1)).mean().neg()
}
