//! A small classifier trained by this project: its features measure distances, its decisions measure accuracy.

mod network;

use anyhow::{Context, Result, ensure};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;
use shared::condition::{self, Condition};
use shared::image::{ImageShape, values_from_pixels};
use shared::model::VelocityNetConfig;
use shared::noise::Seed;
use shared::objective::TimeDensity;
use shared::parameters;

use crate::data::Dataset;
use crate::files::parameters as parameter_file;
use crate::report::circumstances::Extractor;
use crate::training::batch::Batches;
use crate::training::config::Training;
use crate::training::learning_rate::learning_rate;
use crate::training::optimiser::Optimiser;
use crate::training::pairs::TrainingPairs;
pub use network::FEATURES;
use network::Network;

/// The word of files of before, which is kept so that they can be read.
const KIND: &str = "scoreflow_judge";

/// Likewise.
const SET: &str = "judge";

/// Images that are classified together.
const BATCH: usize = 250;

/// What is known of a classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What figures call it.
    pub name: String,
    /// The size of the images that it classifies.
    pub shape: ImageShape,
    /// How many classes it tells apart.
    pub classes: usize,
    /// Their names. Classifiers of before did not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_names: Vec<String>,
    /// Its share of right decisions on held-out images.
    pub accuracy: f64,
}

impl Profile {
    /// What answers say of it.
    pub fn extractor(&self) -> Extractor {
        Extractor { name: self.name.clone(), accuracy: Some(self.accuracy) }
    }
}

/// A trained classifier.
#[derive(Clone, Debug)]
pub struct Classifier {
    /// What is known of it.
    pub profile: Profile,
    network: Network,
    device: Device,
}

/// What a classifier predicts of images.
#[derive(Clone, Debug)]
pub struct Predictions {
    /// The features of each image.
    pub features: Vec<Vec<f32>>,
    /// The class of each image.
    pub classes: Vec<usize>,
}

impl Classifier {
    /// Trains a classifier for a data set and measures it on the held-out images. `progress` is called with images seen and loss.
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
        let (pairs, plain) =
            (TrainingPairs::noise(&data.training, false), Training { label_dropout: 0.0, ..*training });
        let mut batches = Batches::new(&pairs, shape, Seed(seed), &plain, TimeDensity::Uniform);
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
        let name = format!("a 9-layer residual classifier trained by this project on {}", data.name);
        let class_names = data.classes.clone();
        let profile = Profile { name, shape, classes: class_names.len(), class_names, accuracy: 0.0 };
        let mut classifier = Classifier { profile, network: averaged, device: device.clone() };
        let predictions = classifier.predict(&images(&data.held_out, shape));
        classifier.profile.accuracy =
            accuracy(&predictions.classes, data.held_out.iter().map(|example| example.class.into()));
        classifier
    }

    /// Features and decisions.
    pub fn predict(&self, images: &[Vec<f32>]) -> Predictions {
        let mut predictions = Predictions { features: Vec::new(), classes: Vec::new() };
        for images in images.chunks(BATCH) {
            let data = TensorData::new(images.concat(), self.profile.shape.batch(images.len()));
            let features = self.network.features(self.network.maps(Tensor::from_data(data, &self.device)));
            let classes = self.network.classes(features.clone()).argmax(1);
            let features: Vec<f32> = features.into_data().iter::<f32>().collect();
            predictions.features.extend(features.chunks_exact(FEATURES).map(<[f32]>::to_vec));
            predictions.classes.extend(classes.into_data().iter::<i64>().map(|class| class as usize));
        }
        predictions
    }

    /// The classifier as a file.
    ///
    /// # Errors
    /// If the container refuses.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        parameter_file::to_bytes(KIND, &self.profile, &[(SET, &parameters::of(&self.network))])
    }

    /// The classifier in a file.
    ///
    /// # Errors
    /// If the bytes are not a whole classifier.
    pub fn from_bytes(bytes: &[u8], device: &Device) -> Result<Self> {
        let (profile, mut sets) = parameter_file::from_bytes::<Profile>(KIND, bytes)?;
        VelocityNetConfig::default().check(profile.shape, profile.classes).context("there is no such classifier")?;
        ensure!(profile.classes <= 256, "{} classes; at most 256", profile.classes);
        let network = Network::new(profile.shape, profile.classes, device);
        let network = parameters::restore(network, sets.remove(SET).unwrap_or_default());
        let network = network.context("the weights do not fit the classifier")?;
        Ok(Classifier { profile, network, device: device.clone() })
    }
}

/// The share of decisions that are right.
pub fn accuracy(decisions: &[usize], truth: impl Iterator<Item = usize>) -> f64 {
    decisions.iter().zip(truth).filter(|(decision, truth)| *decision == truth).count() as f64 / decisions.len() as f64
}

/// The classes of examples, to encode under.
pub fn conditions(examples: &[Example]) -> Vec<Condition> {
    examples.iter().map(|example| Condition::Class(example.class.into())).collect()
}

/// The values of data set images.
pub fn images(examples: &[Example], shape: ImageShape) -> Vec<Vec<f32>> {
    examples.iter().map(|example| values_from_pixels(shape, &example.pixels)).collect()
}

/// With half of the feature maps dropped, so that no decision hangs on few of them.
fn cross_entropy(network: &Network, images: Tensor<4>, classes: Tensor<1, Int>) -> Tensor<1> {
    let maps = network.maps(images);
    let kept = maps.random_like(Distribution::Bernoulli(0.5)) * 2.0;
    let logits = network.classes(network.features(maps * kept));
    log_softmax(logits, 1).gather(1, classes.unsqueeze_dim::<2>(1)).mean().neg()
}
