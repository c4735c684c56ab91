//! Adam (Kingma and Ba, 2015), or Muon for convolutions, with the gradient's norm bounded over all weights together, and
//! the running average of the weights that is released.
//!
//! burn has optimisers too. Ours exists for three promises that theirs do not make: the bound is on the norm of the
//! whole gradient, the state is saved under the weights' own names, and it returns to the device that it came from.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};
use shared::kernels::{self, AdamStep, Moving};
use shared::parameters::{self, Parameters, ParametersError};

use super::muon::muon;
use crate::training::config::{Descent, Training};

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
        let betas = [training.beta_1, training.beta_2];
        let exponent = i32::try_from(steps).unwrap_or(i32::MAX);
        let mut update = Update {
            optimiser: self,
            gradients,
            shorten,
            descent: training.optimiser,
            step: AdamStep {
                betas,
                corrections: betas.map(|beta| 1.0 - beta.powi(exponent)),
                rate: learning_rate,
                epsilon: EPSILON,
                renewal: 1.0 - ema_decay(training, images_seen),
            },
            path: Vec::new(),
        };
        net.map(&mut update)
    }

    /// The network with the averaged weights, of which no gradients are taken.
    pub fn averaged<M: Module + Clone>(&self, net: &M) -> M {
        Replace::all(net, &self.average)
    }

    /// The averaged weights of `net`. Waits for the device.
    pub fn average<M: Module + Clone>(&self, net: &M) -> Parameters {
        parameters::of(&self.averaged(net))
    }

    /// All vectors, as weights of `net`, for saving: mean, mean square and average. Waits for the device.
    pub fn to_parameters<M: Module + Clone>(&self, net: &M) -> [Parameters; 3] {
        [&self.mean, &self.square, &self.average].map(|vectors| parameters::of(&Replace::all(net, vectors)))
    }

    /// What [`to_parameters`](Self::to_parameters) returned for this network.
    ///
    /// # Errors
    /// If they are those of another network.
    pub fn from_parameters<M: Module + Clone>(saved: [Parameters; 3], net: &M) -> Result<Self, ParametersError> {
        let [mean, square, average] =
            saved.map(|saved| parameters::restore(net.clone(), saved).map(|vectors| Weights::of(&vectors)));
        Ok(Optimiser { mean: mean?, square: square?, average: average? })
    }
}

/// The decay of the average in one step. Its half-life grows with the run up to the configured one (Karras et al.,
/// 2022), so that a short run does not release its beginnings.
fn ema_decay(training: &Training, images_seen: u64) -> f64 {
    let half_life = (training.ema_half_life_images as f64).min(training.ema_ramp * images_seen as f64);
    0.5_f64.powf(training.batch as f64 / half_life.max(1e-9))
}

/// Puts vectors in the place of weights.
struct Replace<'a> {
    vectors: &'a Vectors,
    path: Vec<String>,
}

impl Replace<'_> {
    fn all<M: Module + Clone>(net: &M, vectors: &Vectors) -> M {
        net.clone().map(&mut Replace { vectors, path: Vec::new() })
    }
}

impl ModuleMapper for Replace<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let vector = &self.vectors[&self.path.join(".")];
        param.map(|weight| Tensor::from_inner(vector.clone().reshape(weight.shape())))
    }
}

struct Update<'a> {
    optimiser: &'a mut Optimiser,
    gradients: Vectors,
    shorten: Tensor<1>,
    descent: Descent,
    step: AdamStep,
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
        let Optimiser { mean, square, average } = &mut *self.optimiser;
        let take = |vectors: &mut Vectors| vectors.remove(&name).expect("the optimiser was made for this network");
        let (mean_before, square_before, average_before) = (take(mean), take(square), take(average));
        param.map(|weight| {
            let weight = weight.inner();
            let shape = weight.shape();
            let moving = Moving {
                weight: weight.flatten::<1>(0, D - 1),
                mean: mean_before,
                square: square_before,
                average: average_before,
            };
            let (shorten, step) = (self.shorten.clone(), self.step);
            let moved = match (self.descent, <[usize; 5]>::try_from(shape.as_slice())) {
                (Descent::Muon, Ok(shape)) => muon(moving, gradient, shorten, step, shape),
                _ => kernels::adam(moving, gradient, shorten, step),
            };
            mean.insert(name.clone(), moved.mean);
            square.insert(name.clone(), moved.square);
            average.insert(name, moved.average);
            Tensor::from_inner(moved.weight.reshape(shape)).require_grad()
        })
    }
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
