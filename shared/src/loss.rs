//! What training minimises.

use burn::tensor::{Int, Tensor, TensorData};

use crate::model::VelocityNet;
use crate::time::Time;

/// The flow-matching loss: weighted mean square difference of predicted and true velocity, per dimension (rectified flow;
/// eqs. 18 and 19 of the ScoreFlow paper).
///
/// Its floor is not 0 but the weighted variance of x₁ − x₀ given x_t: π/2 for N(0, 1) data, uniform times and weights.
/// The velocities are `[batch, channels, height, width]`, the weights `[batch]`; the loss is `[1]`.
pub fn flow_matching(predicted: Tensor<4>, velocity: Tensor<4>, weights: Tensor<1>) -> Tensor<1> {
    let [batch] = weights.dims();
    ((predicted - velocity).square() * weights.reshape([batch, 1, 1, 1])).mean()
}

/// What a shortcut model should answer for a jump: the mean of its own answers for the two halves (Frans et al., 2025).
///
/// `states` are at `from`; no gradient flows through the result.
pub fn shortcut_target(
    net: &VelocityNet,
    states: Tensor<4>,
    [from, middle, to]: [&[Time]; 3],
    conditions: Tensor<1, Int>,
) -> Tensor<4> {
    let first = net.forward_mean(states.clone(), from, middle, conditions.clone()).detach();
    let lengths: Vec<f32> = from.iter().zip(middle).map(|(from, to)| (to.get() - from.get()) as f32).collect();
    let count = lengths.len();
    let lengths = Tensor::from_data(TensorData::new(lengths, [count, 1, 1, 1]), &states.device());
    let halfway = states + first.clone() * lengths;
    let second = net.forward_mean(halfway, middle, to, conditions).detach();
    (first + second) * 0.5
}
