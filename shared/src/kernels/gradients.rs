//! How automatic differentiation goes through the operations.

use std::fmt::Debug;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, TensorMetadata};

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

    /// That of what [`Kernels::close`] has closed.
    fn close_gradient(gradient: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Those of both that [`Kernels::join`] has joined; the first has so many `channels`.
    fn join_gradients(gradient: FloatTensor<Self>, channels: usize) -> [FloatTensor<Self>; 2];
}

impl<B: KernelGradients, C: CheckpointStrategy> Kernels for Autodiff<B, C> {
    fn convolution(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight) = (x.primitive().clone(), weight.primitive().clone());
        let output = B::convolution(x.clone(), weight.clone(), bias.primitive().clone());
        enter::<B, C, _, _>(Convolution, nodes, (x, weight), output)
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
        enter::<B, C, _, _>(NormConvolution, nodes, operands, output)
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
        enter::<B, C, _, _>(NormConvolution, nodes, operands, output)
    }

    fn close(x: FloatTensor<Self>) -> FloatTensor<Self> {
        enter::<B, C, _, _>(Close, [x.node()], (), B::close(x.primitive().clone()))
    }

    fn join(patches: FloatTensor<Self>, beside: FloatTensor<Self>) -> FloatTensor<Self> {
        let channels = patches.primitive().shape()[3] / 4;
        let output = B::join(patches.primitive().clone(), beside.primitive().clone());
        enter::<B, C, _, _>(Join, [patches.node(), beside.node()], channels, output)
    }
}

/// Enters what an operation has made of its inputs into the graph, with what its way back needs.
fn enter<B: Backend, C: CheckpointStrategy, O: Backward<B, N>, const N: usize>(
    operation: O,
    inputs: [NodeGuard; N],
    state: O::State,
    output: FloatTensor<B>,
) -> FloatTensor<Autodiff<B, C>> {
    match operation.prepare::<C>(inputs).compute_bound().stateful() {
        OpsKind::Tracked(operation) => operation.finish(state, output),
        OpsKind::UnTracked(operation) => operation.finish(output),
    }
}

/// Hands each parent that is tracked its gradient.
fn register<B: Backend>(
    gradients: &mut Gradients,
    parents: impl IntoIterator<Item = Option<NodeId>>,
    found: impl IntoIterator<Item = FloatTensor<B>>,
) {
    for (parent, gradient) in parents.into_iter().zip(found) {
        if let Some(parent) = parent {
            gradients.register::<B>(parent, gradient);
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
        register::<B>(gradients, ops.parents.map(|parent| parent.map(|parent| parent.id)), found);
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
        register::<B>(gradients, ops.parents.map(|parent| parent.map(|parent| parent.id)), found);
    }
}

#[derive(Debug)]
struct Close;

impl<B: KernelGradients> Backward<B, 1> for Close {
    type State = ();

    fn backward(self, ops: Ops<(), 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let found = B::close_gradient(gradients.consume::<B>(&ops.node));
        register::<B>(gradients, ops.parents.map(|parent| parent.map(|parent| parent.id)), [found]);
    }
}

#[derive(Debug)]
struct Join;

impl<B: KernelGradients> Backward<B, 2> for Join {
    /// The channels of what was in patches.
    type State = usize;

    fn backward(self, ops: Ops<usize, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let found = B::join_gradients(gradients.consume::<B>(&ops.node), ops.state);
        register::<B>(gradients, ops.parents.map(|parent| parent.map(|parent| parent.id)), found);
    }
}
