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

/// Where the loss of jumps begins to doubt its targets: the mean square difference per dimension.
const DOUBT: f64 = 0.1;

/// The loss of jumps: like [`flow_matching`] where the answer is near the target, c·ln(1 + e/c) of the mean square difference
/// e with c = 0.1 where it is not. Targets are made of a network's own answers, and one that is far off should not pull as
/// hard as it is wrong (the adaptive weight of MeanFlow; Geng et al., 2025).
pub fn jumps(predicted: Tensor<4>, target: Tensor<4>) -> Tensor<1> {
    let error: Tensor<1> = (predicted - target).square().flatten::<2>(1, 3).mean_dim(1).squeeze_dim(1);
    ((error / DOUBT).log1p() * DOUBT).mean()
}
