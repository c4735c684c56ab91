//! What training minimises.

use burn::tensor::Tensor;

/// The flow-matching loss: weighted mean square difference of predicted and true velocity, per dimension (rectified flow;
/// eqs. 18 and 19 of the ScoreFlow paper).
///
/// Its floor is not 0 but the weighted variance of x₁ − x₀ given x_t: π/2 for N(0, 1) data, uniform times and weights.
/// The velocities are `[batch, channels, height, width]`, the weights `[batch]`; the loss is `[1]`.
pub fn flow_matching(predicted: Tensor<4>, velocity: Tensor<4>, weights: Tensor<1>) -> Tensor<1> {
    let [batch] = weights.dims();
    ((predicted - velocity).square() * weights.reshape([batch, 1, 1, 1])).mean()
}
