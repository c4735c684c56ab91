//! What training minimises.

use burn::tensor::Tensor;

/// The flow-matching loss: mean square difference of predicted and true velocity, per dimension (rectified flow,
/// eq. 18 of the ScoreFlow paper).
///
/// Its floor is not 0 but the variance of x₁ − x₀ given x_t: π/2 for N(0, 1) data and uniform times.
/// Both tensors are [batch, channels, height, width]; the loss is [1].
pub fn flow_matching(predicted: Tensor<4>, velocity: Tensor<4>) -> Tensor<1> {
    (predicted - velocity).square().mean()
}
