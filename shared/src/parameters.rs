//! The numbers of a network by name.
//!
//! Here and in files the weights of a convolution are [to, from, height, width], as in PyTorch; in memory they lie as the
//! kernels read them ([`layout`]).

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use crate::kernels::layout;

/// Parameters by their path in the network, for example `inner.0.first.weight`.
pub type Parameters = BTreeMap<String, Parameter>;

/// The numbers of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its extent along each axis.
    pub shape: Vec<usize>,
    /// Its numbers, the last axis fastest.
    pub values: Vec<f32>,
}

/// Why parameters do not fit a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParametersError {
    /// The network has a parameter that was not given.
    #[error("the parameter {0} is missing")]
    Missing(String),
    /// A parameter was given that the network has not.
    #[error("the network has no parameter {0}")]
    Unknown(String),
    /// The numbers do not fill the parameter.
    #[error("the parameter {name} has shape {found:?} where the network needs {expected:?}")]
    Shape {
        /// The parameter's path.
        name: String,
        /// What the network needs.
        expected: Vec<usize>,
        /// What was given.
        found: Vec<usize>,
    },
}

/// Every parameter of `network`. Waits for the device, so it must not be called in a browser.
pub fn of<M: Module>(network: &M) -> Parameters {
    let mut collector = Collector::default();
    network.visit(&mut collector);
    collector.found
}

/// `network` with its parameters replaced.
///
/// # Errors
/// If `parameters` are not exactly those of the network, in name and shape.
pub fn restore<M: Module>(network: M, parameters: Parameters) -> Result<M, ParametersError> {
    let mut restorer = Restorer { left: parameters, path: Vec::new(), error: None };
    let network = network.map(&mut restorer);
    match (restorer.error, restorer.left.into_keys().next()) {
        (Some(error), _) => Err(error),
        (None, Some(name)) => Err(ParametersError::Unknown(name)),
        (None, None) => Ok(network),
    }
}

/// Only weights of convolutions have as many axes in memory.
const LAID_OUT: usize = 5;

#[derive(Default)]
struct Collector {
    found: Parameters,
    path: Vec<String>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val();
        let data = match D {
            LAID_OUT => layout::to_file(tensor.reshape::<LAID_OUT, _>(param.shape())).into_data(),
            _ => tensor.into_data(),
        };
        let shape = data.shape().as_slice().to_vec();
        self.found.insert(self.path.join("."), Parameter { shape, values: data.iter::<f32>().collect() });
    }
}

struct Restorer {
    left: Parameters,
    path: Vec<String>,
    error: Option<ParametersError>,
}

impl ModuleMapper for Restorer {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.join(".");
        let (in_memory, device) = (param.lazy_shape(), param.lazy_device());
        let expected = match in_memory.as_slice() {
            [panels, height, width, from, columns] => vec![panels * columns, *from, *height, *width],
            other => other.to_vec(),
        };
        match self.left.remove(&name) {
            Some(Parameter { shape, mut values }) if shape == expected => {
                if let (LAID_OUT, &[to, from, height, width]) = (D, &shape[..]) {
                    values = layout::from_file(&values, [to, from, height, width]);
                }
                Param::from_data(TensorData::new(values, in_memory), &device)
            }
            Some(Parameter { shape: found, .. }) => {
                self.error.get_or_insert(ParametersError::Shape { name, expected, found });
                param
            }
            None => {
                self.error.get_or_insert(ParametersError::Missing(name));
                param
            }
        }
    }
}
