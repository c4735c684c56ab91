//! The operations of CPUs, on tensors.

use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use burn_flex::FlexTensor;

use super::cpu::convolution::{self, Extents, Norm};
use super::cpu::patches::{self, Pixels};
use super::dispatch::Kernels;

#[cfg(feature = "train")]
mod gradients;
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

    fn close(x: FlexTensor) -> FlexTensor {
        let [batch, height, width, channels] = dims(&x);
        let closed = patches::close(numbers(&x.to_contiguous()), Pixels { height, width, channels }, channels);
        tensor(closed, [batch, height / 2, width / 2, 4 * channels])
    }

    fn join(patches: FlexTensor, beside: FlexTensor) -> FlexTensor {
        let ([batch, height, width, more], [_, _, _, values]) = (dims(&beside), dims(&patches));
        let (pixels, all) = (Pixels { height, width, channels: values / 4 }, values / 4 + more);
        let joined = patches::join(numbers(&patches.to_contiguous()), numbers(&beside.to_contiguous()), pixels);
        tensor(joined, [batch, height, width, all])
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
}

/// Weights, and how many of their columns lie side by side.
fn matrix(weight: &FlexTensor) -> (&[f32], usize) {
    (numbers(weight), weight.shape()[4])
}

/// The numbers of a tensor that lies in one piece.
fn numbers(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("a contiguous tensor of 32-bit floats")
}

fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.shape();
    std::array::from_fn(|axis| shape[axis])
}

fn tensor<const D: usize>(numbers: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(numbers, shape))
}
