//! The gradients, and steps down them.

use burn::backend::{Flex, TensorMetadata};
use burn_flex::FlexTensor;

use super::{Operands, dims, matrix, numbers, tensor};
use crate::kernels::AdamStep;
use crate::kernels::cpu::adam::{self, Moving};
use crate::kernels::cpu::gradients;
use crate::kernels::cpu::patches::{self, Pixels};
use crate::kernels::dispatch::Updates;
use crate::kernels::gradients::KernelGradients;

impl Updates for Flex {
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

impl KernelGradients for Flex {
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

    fn close_gradient(gradient: FlexTensor) -> FlexTensor {
        let [batch, height, width, values] = dims(&gradient);
        let pixels = Pixels { height: 2 * height, width: 2 * width, channels: values / 4 };
        let opened = patches::join(numbers(&gradient.to_contiguous()), &[], pixels);
        tensor(opened, [batch, pixels.height, pixels.width, pixels.channels])
    }

    fn join_gradients(gradient: FlexTensor, channels: usize) -> [FlexTensor; 2] {
        let ([batch, height, width, all], gradient) = (dims(&gradient), gradient.to_contiguous());
        let closed = patches::close(numbers(&gradient), Pixels { height, width, channels }, all);
        let beside = patches::last(numbers(&gradient), all - channels, all);
        [
            tensor(closed, [batch, height / 2, width / 2, 4 * channels]),
            tensor(beside, [batch, height, width, all - channels]),
        ]
    }
}

impl Operands {
    /// The gradients of inputs, weights, bias, scale and shift.
    fn backward(&self, gradient: &FlexTensor) -> [FlexTensor; 5] {
        let (extents, gradient) = (self.extents(), gradient.to_contiguous());
        let (x, gradient) = (numbers(&self.x), numbers(&gradient));
        let found = gradients::backward(extents, x, self.norm(), matrix(&self.weight), gradient);
        let batch = self.x.shape()[0];
        let rows = self.norm.as_ref().map_or(batch, |[scale, _]| scale.shape()[0]);
        let sums = |each: Vec<f32>, rows: usize| {
            let channels = each.len() / batch;
            tensor(if rows == batch { each } else { sum_of_rows(&each, channels) }, [rows, channels])
        };
        let bias = sum_of_rows(&found.bias, extents.to);
        [
            tensor(found.inputs, dims::<4>(&self.x)),
            tensor(found.weights, dims::<5>(&self.weight)),
            tensor(bias, [extents.to]),
            sums(found.scale, rows),
            sums(found.shift, rows),
        ]
    }
}

fn sum_of_rows(rows: &[f32], columns: usize) -> Vec<f32> {
    let mut sum = vec![0.0; columns];
    for row in rows.chunks_exact(columns) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sum
}
