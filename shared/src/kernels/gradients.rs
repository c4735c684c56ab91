//! How automatic differentiation goes through the operations.

use std::fmt::Debug;

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

use super::dispatch::Kernels;

/// The gradients of a device's operations.
pub(super) trait KernelGradients: Kernels {
    /// Those of x, weight and bias.
    fn convolution_gradients(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 3];

    /// Those of x, weight, bias, scale and shift.
    fn norm_convolution_gradients(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 5];
}

impl<B: KernelGradients, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolution(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight) = (x.primitive().clone(), weight.primitive().clone());
        let output = B::convolution(x.clone(), weight.clone(), bias.primitive().clone());
        match Convolution.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(operation) => operation.finish((x, weight), output),
            OpsKind::UnTracked(operation) => operation.finish(output),
        }
    }

    fn norm_convolution(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node(), scale.node(), shift.node()];
        let operands = [x, scale, shift, weight].map(|operand| operand.primitive().clone());
        let [x, scale, shift, weight] = operands.clone();
        let output = B::norm_convolution(x, scale, shift, weight, bias.primitive().clone());
        match NormConvolution.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(operation) => operation.finish(operands, output),
            OpsKind::UnTracked(operation) => operation.finish(output),
        }
    }

    fn residual_norm_convolution(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node(), scale.node(), shift.node(), residual.node()];
        let operands = [x, scale, shift, weight].map(|operand| operand.primitive().clone());
        let [x, scale, shift, weight] = operands.clone();
        let (bias, residual) = (bias.primitive().clone(), residual.primitive().clone());
        let output = B::residual_norm_convolution(x, scale, shift, weight, bias, residual);
        match NormConvolution.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(operation) => operation.finish(operands, output),
            OpsKind::UnTracked(operation) => operation.finish(output),
        }
    }
}

#[derive(Debug)]
struct Convolution;

impl<B: KernelGradients> Backward<B, 3> for Convolution {
    /// x and weight.
    type State = (FloatTensor<B>, FloatTensor<B>);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let (x, weight) = ops.state;
        let of_output = gradients.consume::<B>(&ops.node);
        let found = B::convolution_gradients(x, weight, of_output);
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// With or without a residual, which is the last of the parents.
#[derive(Debug)]
struct NormConvolution;

impl<B: KernelGradients, const N: usize> Backward<B, N> for NormConvolution {
    /// x, scale, shift and weight.
    type State = [FloatTensor<B>; 4];

    fn backward(self, ops: Ops<Self::State, N>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let [x, scale, shift, weight] = ops.state;
        let of_output = gradients.consume::<B>(&ops.node);
        let found = B::norm_convolution_gradients(x, scale, shift, weight, of_output.clone());
        let found = found.into_iter().chain([of_output]);
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<B>(parent.id, gradient);
            }
        }
    }
}
