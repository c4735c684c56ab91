//! The operations of CPUs, on tensors.

use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

use super::AdamStep;
use super::cpu::adam::{self, Moving};
use super::cpu::convolution::{self, Extents, Norm};
use super::dispatch::Kernels;

mod remembered;

impl Kernels for Flex {
    fn convolution(x: FlexTensor, weight: FlexTensor, bias: FlexTensor) -> FlexTensor {
        Operands::new(x, weight, None).forward(&bias, None)
    }

    fn norm_convolution(
        x: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
    ) -> FlexTensor {
        Operands::new(x, weight, Some([scale, shift])).forward(&bias, None)
    }

    fn residual_norm_convolution(
        x: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        residual: FlexTensor,
    ) -> FlexTensor {
        Operands::new(x, weight, Some([scale, shift])).forward(&bias, Some(&residual.to_contiguous()))
    }

    fn adam(
        weight: FlexTensor,
        mean: FlexTensor,
        square: FlexTensor,
        average: FlexTensor,
        gradient: FlexTensor,
        shorten: FlexTensor,
        step: AdamStep,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        let gradient = gradient.to_contiguous();
        let [mut weight, mut mean, mut square, mut average] =
            [weight, mean, square, average].map(|tensor| tensor.to_contiguous());
        let moving = Moving {
            weight: weight.storage_mut(),
            mean: mean.storage_mut(),
            square: square.storage_mut(),
            average: average.storage_mut(),
        };
        adam::step(moving, numbers(&gradient), numbers(&shorten)[0], step);
        (weight, mean, square, average)
    }
}

#[cfg(feature = "train")]
impl super::gradients::KernelGradients for Flex {
    fn convolution_gradients(x: FlexTensor, weight: FlexTensor, gradient: FlexTensor) -> [FlexTensor; 3] {
        let operands = Operands::new(x, weight, None);
        let [inputs, weights, bias, _, _] = operands.backward(&gradient);
        [inputs, weights, bias]
    }

    fn norm_convolution_gradients(
        x: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        weight: FlexTensor,
        gradient: FlexTensor,
    ) -> [FlexTensor; 5] {
        Operands::new(x, weight, Some([scale, shift])).backward(&gradient)
    }
}

/// What both directions read, each in one piece.
struct Operands {
    x: FlexTensor,
    weight: FlexTensor,
    norm: Option<[FlexTensor; 2]>,
}

impl Operands {
    fn new(x: FlexTensor, weight: FlexTensor, norm: Option<[FlexTensor; 2]>) -> Self {
        let norm = norm.map(|pair| pair.map(|tensor| tensor.to_contiguous()));
        Operands { x: x.to_contiguous(), weight: weight.to_contiguous(), norm }
    }

    fn extents(&self) -> Extents {
        let (x, weight) = (self.x.shape(), self.weight.shape());
        Extents { size: weight[1], height: x[1], width: x[2], from: x[3], to: weight[0] * weight[4] }
    }

    fn norm(&self) -> Option<Norm<'_>> {
        self.norm.as_ref().map(|[scale, shift]| Norm { scale: numbers(scale), shift: numbers(shift) })
    }

    fn forward(&self, bias: &FlexTensor, residual: Option<&FlexTensor>) -> FlexTensor {
        let (extents, bias) = (self.extents(), bias.to_contiguous());
        let (x, bias, residual) = (numbers(&self.x), numbers(&bias), residual.map(numbers));
        let outputs = remembered::with(&self.weight, extents, |weights| {
            convolution::forward(extents, x, self.norm(), weights, bias, residual)
        });
        let Extents { height, width, to, .. } = extents;
        tensor(outputs, [self.x.shape()[0], height, width, to])
    }

    /// The gradients of inputs, weights, bias, scale and shift.
    #[cfg(feature = "train")]
    fn backward(&self, gradient: &FlexTensor) -> [FlexTensor; 5] {
        let (extents, gradient) = (self.extents(), gradient.to_contiguous());
        let (x, gradient) = (numbers(&self.x), numbers(&gradient));
        let gradients = convolution::backward(extents, x, self.norm(), matrix(&self.weight), gradient);
        let batch = self.x.shape()[0];
        let rows = self.norm.as_ref().map_or(batch, |[scale, _]| scale.shape()[0]);
        let sums = |each: Vec<f32>, rows: usize| {
            let channels = each.len() / batch;
            tensor(if rows == batch { each } else { sum_of_rows(&each, channels) }, [rows, channels])
        };
        let bias = sum_of_rows(&gradients.bias, extents.to);
        [
            tensor(gradients.inputs, dims::<4>(&self.x)),
            tensor(gradients.weights, dims::<5>(&self.weight)),
            tensor(bias, [extents.to]),
            sums(gradients.scale, rows),
            sums(gradients.shift, rows),
        ]
    }
}

#[cfg(feature = "train")]
fn sum_of_rows(rows: &[f32], columns: usize) -> Vec<f32> {
    let mut sum = vec![0.0; columns];
    for row in rows.chunks_exact(columns) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sum
}

#[cfg(feature = "train")]
fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.shape();
    std::array::from_fn(|axis| shape[axis])
}

/// Weights, and how many of their columns lie side by side.
fn matrix(weight: &FlexTensor) -> (&[f32], usize) {
    (numbers(weight), weight.shape()[4])
}

/// The numbers of a tensor that lies in one piece.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("a contiguous tensor of 32-bit floats")
}

fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}
