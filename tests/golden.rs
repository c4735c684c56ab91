use std::collections::BTreeMap;
use std::num::NonZeroU32;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use safetensors::SafeTensors;
use shared::checkpoint::Checkpoint;
use shared::condition::{Condition, NetField, indices};
use shared::flow;
use shared::image::ImageShape;
use shared::loss;
use shared::model::{VelocityNet, VelocityNetConfig};
use shared::parameters::{self, Parameter, Parameters};
use shared::solver::Solver;
use shared::time::{Spacing, Time};

use crate::support::root;

/// The tensors that `golden/generate.py` wrote.
pub(crate) struct Golden(BTreeMap<String, Parameter>);

impl Golden {
    pub(crate) fn read() -> Self {
        Golden::file("velocity-net")
    }

    fn file(name: &str) -> Self {
        let bytes = std::fs::read(root().join(format!("tests/golden/{name}.safetensors"))).expect("the golden file");
        let tensors = SafeTensors::deserialize(&bytes).expect("a safetensors file");
        let parameter = |view: safetensors::tensor::TensorView<'_>| Parameter {
            shape: view.shape().to_vec(),
            values: view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        };
        Golden(tensors.iter().map(|(name, view)| (name.to_owned(), parameter(view))).collect())
    }

    fn group(&self, prefix: &str) -> Parameters {
        self.0.iter().filter_map(|(name, p)| Some((name.strip_prefix(prefix)?.to_owned(), p.clone()))).collect()
    }

    fn tensor(&self, name: &str, device: &Device) -> Tensor<4> {
        let Parameter { shape, values } = &self.0[name];
        Tensor::from_data(TensorData::new(values.clone(), shape.clone()), device)
    }

    pub(crate) fn net(&self, device: &Device) -> VelocityNet {
        let config = VelocityNetConfig {
            width: 8,
            outer_blocks: 1,
            inner_blocks: 1,
            embedding: 16,
            ..VelocityNetConfig::default()
        };
        let shape = ImageShape { channels: 3, height: 8, width: 12 };
        let net = config.init(shape, 4, device).expect("a possible network");
        parameters::restore(net, self.group("network.")).expect("the same names and shapes")
    }

    /// What the network says to the golden input.
    pub(crate) fn forward(&self, net: &VelocityNet, device: &Device) -> Tensor<4> {
        let times: Vec<Time> =
            self.0["times"].values.iter().map(|&t| Time::new(f64::from((t * 100.0).round()) / 100.0)).collect();
        let conditions = indices(&[Condition::Class(1), Condition::None], net.classes(), device);
        net.forward(self.tensor("states", device), &times, conditions)
    }

    pub(crate) fn output(&self) -> &[f32] {
        &self.0["output"].values
    }
}

/// The largest difference, relative to the largest expected number.
pub(crate) fn difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len(), "as many numbers");
    let largest = expected.iter().fold(1e-12_f32, |m, x| m.max(x.abs()));
    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest
}

pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

/// Puts the gradients in the place of the weights.
struct IntoGradients<'a>(&'a Gradients);

impl ModuleMapper for IntoGradients<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|weight| Tensor::from_inner(weight.grad(self.0).expect("every parameter is trained")))
    }
}

/// PyTorch computed in f64; what remains is the rounding of our f32, measured below 2e-6 forward.
#[test]
fn the_network_agrees_with_pytorch_forward_and_backward() {
    let golden = Golden::read();
    let device = Device::flex().autodiff();
    let net = golden.net(&device);
    let output = golden.forward(&net, &device);
    let error = difference(&values(output.clone().inner()), golden.output());
    assert!(error < 1e-5, "output differs by {error:e}");

    let target: Tensor<4> = golden.tensor("target", &device);
    let weights = Tensor::ones([target.dims()[0]], &device);
    let loss = loss::flow_matching(output, target, weights);
    let error = difference(&values(loss.clone().inner()), &golden.0["loss"].values);
    assert!(error < 1e-5, "loss differs by {error:e}");

    let gradients = loss.backward();
    let found = parameters::of(&net.map(&mut IntoGradients(&gradients)));
    let expected = golden.group("gradient.");
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    // A bias just before a normalisation of its own channel has no gradient but rounding: numbers are compared with the
    // largest gradient as well.
    let largest = expected.values().flat_map(|p| &p.values).fold(0.0_f32, |m, x| m.max(x.abs()));
    for (name, expected) in &expected {
        let with_scale = |values: &[f32]| [values, &[largest / 100.0]].concat();
        let error = difference(&with_scale(&found[name].values), &with_scale(&expected.values));
        assert!(error < 1e-4, "the gradient of {name} differs by {error:e}");
    }
}

/// Of the released faces, by python/scoreflow.py. Measured: 5e-6 drawn, 1e-5 encoded; four long steps back under guidance make
/// 2e-4 of the latter.
#[test]
fn a_released_model_draws_encodes_and_translates_as_in_pytorch() {
    let golden = Golden::file("trajectories");
    let device = Device::flex();
    let bytes = std::fs::read(root().join("models/faces.safetensors")).expect("the released faces");
    let net = Checkpoint::from_bytes(&bytes).and_then(|checkpoint| checkpoint.network(&device)).expect("a network");
    let field = |classes: &str, weight: f64| {
        let classes = golden.0[classes].values.iter().map(|class| Condition::Class(*class as usize));
        NetField::new(&net, &classes.collect::<Vec<_>>(), weight, &device)
    };
    let (solver, grid) = (Solver::Midpoint, Spacing::Edm.grid(NonZeroU32::new(4).expect("4 is not 0")));
    let [noise, images] = ["noise", "images"].map(|name| golden.tensor(name, &device));
    let sampled = flow::decode(field("target", 1.5), solver, &grid, noise).finish().state;
    let encoded = flow::encode(field("source", 1.0), solver, &grid, images.clone()).finish().state;
    let translated = flow::translate(field("source", 1.0), field("target", 1.5), solver, &grid, images);
    let translated = translated.last().expect("a last frame").into_frame().state;
    for (name, found) in [("sampled", sampled), ("encoded", encoded), ("translated", translated)] {
        let error = difference(&values(found), &golden.0[name].values);
        assert!(error < 1e-3, "{name} differs by {error:e}; if the model is new, run tests/golden/generate.py");
    }
}
