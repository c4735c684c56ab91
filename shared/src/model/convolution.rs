use burn::module::{Module, Param};
#[cfg(feature = "train")]
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor};

use super::activation::Activation;
use super::initial::Initial;
use crate::kernels::{self, Modulation, layout};

/// A convolution's weights, which lie as [`layout`] says, and biases `[to]`.
#[derive(Module, Debug)]
pub struct Convolution {
    weight: Param<Tensor<5>>,
    bias: Param<Tensor<1>>,
}

impl Convolution {
    /// From `from` channels to `to`, over `size` × `size` pixels: 1 or 3.
    pub fn new(size: usize, from: usize, to: usize, device: &Device) -> Self {
        Convolution::begin(Initial::Inputs(size * size * from), size, from, to, device)
    }

    /// One that answers with 0 until it has learned something.
    pub fn silent(size: usize, from: usize, to: usize, device: &Device) -> Self {
        Convolution::begin(Initial::Zeros, size, from, to, device)
    }

    fn begin(initial: Initial, size: usize, from: usize, to: usize, device: &Device) -> Self {
        let weight = initial.parameter(layout::shape(size, from, to), device);
        Convolution { weight, bias: initial.parameter([to], device) }
    }

    /// `[b, h, w, from]` → `[b, h, w, to]`.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        kernels::convolution(x, self.weight.val(), self.bias.val())
    }

    /// Likewise, of the activation of the normalised x, plus the residual if there is one.
    pub fn forward_normalised(
        &self,
        x: Tensor<4>,
        modulation: Modulation,
        activation: Activation,
        residual: Option<Tensor<4>>,
    ) -> Tensor<4> {
        #[cfg(feature = "train")]
        if activation == Activation::Silu {
            let outputs = self.forward(silu(kernels::reference::normalise(x, modulation)));
            return match residual {
                Some(residual) => outputs + residual,
                None => outputs,
            };
        }
        debug_assert!(activation == Activation::Relu, "other networks are refused");
        kernels::norm_convolution(x, modulation, self.weight.val(), self.bias.val(), residual)
    }
}

#[cfg(test)]
#[cfg(feature = "train")]
mod tests {
    use burn::tensor::TensorData;

    use super::*;
    use crate::noise::Seed;

    /// x / (1 + exp(−x)) of the normalised x, before the convolution. Measured: 3e-7.
    #[test]
    fn silu_is_what_its_formula_says() {
        let device = Device::flex();
        let tensor = |values: Vec<f32>| Tensor::<4>::from_data(TensorData::new(values, [1, 2, 2, 16]), &device);
        let numbers = |tensor: Tensor<4>| tensor.into_data().iter::<f32>().collect::<Vec<f32>>();
        let modulation =
            || Modulation { scale: Tensor::ones([1, 16], &device), shift: Tensor::zeros([1, 16], &device) };
        let (x, residual) = (tensor(Seed(1).noise(0, 64)), tensor(Seed(1).noise(1, 64)));
        let convolution = Convolution::new(3, 16, 16, &device);
        let normal = numbers(kernels::reference::normalise(x.clone(), modulation()));
        let plain = convolution.forward(tensor(normal.iter().map(|x| x / (1.0 + (-x).exp())).collect()));
        let found =
            |residual| numbers(convolution.forward_normalised(x.clone(), modulation(), Activation::Silu, residual));
        let worst = |found: Vec<f32>, expected: Tensor<4>| -> f32 {
            found.iter().zip(numbers(expected)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        let errors = [worst(found(None), plain.clone()), worst(found(Some(residual.clone())), plain + residual)];
        assert!(errors.iter().all(|error| *error < 1e-5), "{errors:?}");
    }
}
