//! Parameters that have learned nothing yet; each draws its numbers when it is first looked at.

use burn::module::{Param, ParamId};
use burn::tensor::{Device, Distribution, Tensor};

/// What a parameter begins with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Initial {
    Zeros,
    Ones,
    /// Numbers of mean 0 and variance 1.
    Normal,
    /// Evenly within ±1/√n, where n is the number of inputs of each output (LeCun et al., 1998).
    Inputs(usize),
}

impl Initial {
    pub(super) fn parameter<const D: usize>(self, shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
        let draw = move |device: &Device, tracked: bool| {
            let tensor = match self {
                Initial::Zeros => Tensor::zeros(shape, device),
                Initial::Ones => Tensor::ones(shape, device),
                Initial::Normal => Tensor::random(shape, Distribution::Normal(0.0, 1.0), device),
                Initial::Inputs(count) => {
                    let bound = (count as f64).sqrt().recip();
                    Tensor::random(shape, Distribution::Uniform(-bound, bound), device)
                }
            };
            if tracked { tensor.require_grad() } else { tensor }
        };
        Param::uninitialized(ParamId::new(), draw, device.clone(), true, shape.into())
    }
}
