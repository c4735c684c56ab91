use burn::nn::Linear;
use burn::tensor::Tensor;

use crate::kernels;

/// Rows `[rows, from]` through a layer: `[rows, to]`.
pub(super) fn linear(layer: &Linear, x: Tensor<2>) -> Tensor<2> {
    let bias = layer.bias.as_ref().expect("every layer of the network has a bias");
    kernels::linear(x, layer.weight.val(), bias.val())
}
