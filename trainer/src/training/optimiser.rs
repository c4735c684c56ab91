//! Adam (Kingma and Ba, 2015) with the gradient's norm bounded over all weights together, and the running average of
//! the weights that is released.
//!
//! burn has optimisers too. Ours exists for three promises that theirs do not make: the bound is on the norm of the
//! whole gradient, the state is saved under the weights' own names, and it returns to the device that it came from.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use shared::parameters::{self, Parameters};

use crate::training::config::Training;

const EPSILON: f64 = 1e-8;

/// One vector for each weight of the network, by the weight's name.
type Vectors = BTreeMap<String, Tensor<1>>;

/// What learning remembers beside the weights.
#[derive(Clone, Debug)]
pub struct Optimiser {
    mean: Vectors,
    square: Vectors,
    average: Vectors,
}

impl Optimiser {
    /// The memory before the first step: nothing, and the weights as they are.
    pub fn new(net: &impl Module) -> Self {
        let weights = Weights::of(net);
        let zeros: Vectors = weights.iter().map(|(name, weight)| (name.clone(), weight.zeros_like())).collect();
        Optimiser { mean: zeros.clone(), square: zeros, average: weights }
    }

    /// One step down the gradient. `images_seen` counts those of this step too; `steps` likewise.
    pub fn step<M: Module>(
        &mut self,
        net: M,
        gradients: &mut Gradients,
        training: &Training,
        learning_rate: f64,
        steps: u64,
        images_seen: u64,
    ) -> M {
        let gradients = Weights::gradients(&net, gradients);
        let norm = gradients.values().map(|g| g.clone().square().sum()).reduce(|a, b| a + b);
        let Some(norm) = norm.map(Tensor::sqrt) else { return net };
        let shorten = (norm.recip() * training.gradient_norm).clamp_max(1.0);
        let exponent = i32::try_from(steps).unwrap_or(i32::MAX);
        let mut update = Update {
            optimiser: self,
            gradients,
            shorten,
            beta: (training.beta_1, training.beta_2),
            correction: (1.0 - training.beta_1.powi(exponent), 1.0 - training.beta_2.powi(exponent)),
            learning_rate,
            renewal: 1.0 - ema_decay(training, images_seen),
            path: Vec::new(),
        };
        net.map(&mut update)
    }

    /// The averaged weights, in the shapes of `net`. Waits for the device.
    pub fn average(&self, net: &impl Module) -> Parameters {
        shaped(&self.average, net)
    }

    /// All vectors, in the shapes of `net`, for saving: mean, mean square and average. Waits for the device.
    pub fn to_parameters(&self, net: &impl Module) -> [Parameters; 3] {
        [&self.mean, &self.square, &self.average].map(|vectors| shaped(vectors, net))
    }

    /// What [`to_parameters`](Self::to_parameters) returned, on `device`.
    pub fn from_parameters(parameters: [Parameters; 3], device: &Device) -> Self {
        let [mean, square, average] = parameters.map(|parameters| {
            let vector = |values: Vec<f32>| {
                let length = values.len();
                Tensor::from_data(TensorData::new(values, [length]), device)
            };
            parameters.into_iter().map(|(name, parameter)| (name, vector(parameter.values))).collect()
        });
        Optimiser { mean, square, average }
    }
}

/// The decay of the average in one step. Its half-life grows with the run up to the configured one (Karras et al.,
/// 2022), so that a short run does not release its beginnings.
fn ema_decay(training: &Training, images_seen: u64) -> f64 {
    let half_life = (training.ema_half_life_images as f64).min(training.ema_ramp * images_seen as f64);
    0.5_f64.powf(training.batch as f64 / half_life.max(1e-9))
}

fn shaped(vectors: &Vectors, net: &impl Module) -> Parameters {
    let mut parameters = parameters::of(net);
    for (name, parameter) in &mut parameters {
        parameter.values = vectors[name].to_data().iter::<f32>().collect();
    }
    parameters
}

struct Update<'a> {
    optimiser: &'a mut Optimiser,
    gradients: Vectors,
    shorten: Tensor<1>,
    beta: (f64, f64),
    correction: (f64, f64),
    learning_rate: f64,
    renewal: f64,
    path: Vec<String>,
}

impl ModuleMapper for Update<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let Some(gradient) = self.gradients.remove(&name) else { return param };
        let gradient = gradient * self.shorten.clone();
        let Optimiser { mean, square, average } = &mut *self.optimiser;
        let (mean, square, average) = (entry(mean, &name), entry(square, &name), entry(average, &name));

        *mean = mean.clone() * self.beta.0 + gradient.clone() * (1.0 - self.beta.0);
        *square = square.clone() * self.beta.1 + gradient.square() * (1.0 - self.beta.1);
        let deviation = (square.clone() / self.correction.1).sqrt() + EPSILON;
        let step = mean.clone() / deviation * (self.learning_rate / self.correction.0);
        param.map(|weight| {
            let weight = weight.inner();
            let moved = weight.clone().flatten::<1>(0, D - 1) - step;
            *average = average.clone() + (moved.clone() - average.clone()) * self.renewal;
            Tensor::from_inner(moved.reshape(weight.shape())).require_grad()
        })
    }
}

fn entry<'a>(vectors: &'a mut Vectors, name: &str) -> &'a mut Tensor<1> {
    vectors.get_mut(name).expect("the optimiser was made for this network")
}

/// Collects the weights, or their gradients, as vectors.
struct Weights<'a> {
    gradients: Option<&'a mut Gradients>,
    found: Vectors,
    path: Vec<String>,
}

impl Weights<'_> {
    fn of(net: &impl Module) -> Vectors {
        let mut visitor = Weights { gradients: None, found: Vectors::new(), path: Vec::new() };
        net.visit(&mut visitor);
        visitor.found
    }

    fn gradients(net: &impl Module, gradients: &mut Gradients) -> Vectors {
        let mut visitor = Weights { gradients: Some(gradients), found: Vectors::new(), path: Vec::new() };
        net.visit(&mut visitor);
        visitor.found
    }
}

impl ModuleVisitor for Weights<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = match &mut self.gradients {
            Some(gradients) => param.val().grad_remove(gradients),
            None => Some(param.val().inner()),
        };
        if let Some(tensor) = tensor {
            self.found.insert(self.path.join("."), tensor.flatten::<1>(0, D - 1));
        }
    }
}
