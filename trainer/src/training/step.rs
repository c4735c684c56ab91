//! One step of training: the algorithm box of the paper.

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition;
use shared::image::ImageShape;
use shared::loss;
use shared::model::VelocityNet;
use shared::path;

use crate::training::batch::Batch;
use crate::training::config::{Objective, Training};
use crate::training::learning_rate::learning_rate;
use crate::training::optimiser::Optimiser;
use crate::training::state::Progress;

/// What stays the same from step to step.
#[derive(Clone, Copy, Debug)]
pub struct StepContext<'a> {
    /// What is minimised.
    pub objective: &'a Objective,
    /// How fast.
    pub training: &'a Training,
    /// The size of the images.
    pub shape: ImageShape,
    /// Where gradients are taken.
    pub device: &'a Device,
}

/// Draws a point on the path of each pair, predicts its velocity, and moves the weights down the gradient of the
/// weighted squared error. Returns the network and the loss `[1]`, still on the device.
///
/// In a shortcut model the last pairs of the batch, a share `objective.shortcut_share`, learn jumps instead, by what the
/// averaged network answers.
pub fn step(
    net: VelocityNet,
    optimiser: &mut Optimiser,
    batch: Batch,
    context: StepContext<'_>,
    progress: Progress,
) -> (VelocityNet, Tensor<1>) {
    let StepContext { objective, training, shape, device } = context;
    let size = batch.times.len();
    let tensor = |values: Vec<f32>| Tensor::<4>::from_data(TensorData::new(values, shape.batch(size)), device);
    let column = |values: Vec<f32>| {
        let count = values.len();
        Tensor::<1>::from_data(TensorData::new(values, [count]), device)
    };
    let jumping = if net.is_shortcut() { objective.jumping(size) } else { 0 };
    let straight = size - jumping;
    let jumps = objective.jumps.jumps(jumping, progress.steps);
    let times = &batch.times[..straight];
    let weights = column(times.iter().map(|time| objective.weight.at(*time) as f32).collect());

    let (times, ends) = ([times, &jumps.from].concat(), [times, &jumps.to].concat());
    let moments = column(times.iter().map(|time| time.get() as f32).collect());
    let mut pair = path::straight_batch(tensor(batch.noise), tensor(batch.images), moments.clone());
    if let Some(noise) = batch.between {
        pair = path::bridge_batch(pair, tensor(noise), moments);
    }
    let conditions = condition::indices(&batch.conditions, net.classes(), device);
    let predicted = net.forward_mean(pair.state.clone(), &times, &ends, conditions.clone());
    let of = |all: &Tensor<4>, from: usize, count: usize| all.clone().narrow(0, from, count);
    let (answers, velocities) = (of(&predicted, 0, straight), of(&pair.velocity, 0, straight));
    let mut loss = loss::flow_matching(answers.clone(), velocities.clone(), weights.clone());
    if objective.contrast > 0.0 {
        loss = loss - loss::flow_matching(answers, next(velocities), weights) * objective.contrast;
    }
    if jumping > 0 {
        let states = of(&pair.state, straight, jumping);
        let conditions = conditions.narrow(0, straight, jumping);
        let target = objective.jumps.velocity(&optimiser.averaged(&net).with_dropout(0.0), states, &jumps, conditions);
        let share = jumping as f64 / size as f64;
        loss = loss * (1.0 - share) + loss::jumps(of(&predicted, straight, jumping), target) * share;
    }

    let mut gradients = loss.backward();
    let rate = learning_rate(training, progress.images_seen);
    let (steps, images_seen) = (progress.steps + 1, progress.images_seen + size as u64);
    let net = optimiser.step(net, &mut gradients, training, rate, steps, images_seen);
    (net, loss.inner())
}

/// In the place of each row the next one.
fn next(rows: Tensor<4>) -> Tensor<4> {
    rows.roll_dim(-1, 0)
}
