//! One step of training: the algorithm box of the paper.

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition;
use shared::image::ImageShape;
use shared::loss;
use shared::model::VelocityNet;
use shared::path;
use shared::time::Time;

use crate::training::batch::Batch;
use crate::training::config::{Objective, Training};
use crate::training::learning_rate::learning_rate;
use crate::training::optimiser::Optimiser;
use crate::training::state::Progress;

/// The longest and the shortest jump of a shortcut model: 1 and 1/128 of the trajectory.
const HALVINGS: usize = 7;

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
/// In a shortcut model the last pairs of the batch, a share `objective.shortcut_share`, learn jumps instead: what the
/// network makes of two half jumps is what one jump should do.
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
    let jumping = if net.is_shortcut() { (size as f64 * objective.shortcut_share) as usize } else { 0 };
    let Jumps { mut from, middle, to } = Jumps::of(&batch.times[size - jumping..], progress.steps);
    let mut times = batch.times[..size - jumping].to_vec();
    let mut ends = times.clone();
    let mut weights: Vec<f32> = times.iter().map(|time| objective.weight.at(*time) as f32).collect();
    weights.resize(size, 1.0);

    let all = [times.clone(), from.clone()].concat();
    let all = column(all.iter().map(|time| time.get() as f32).collect());
    let pair = path::straight_batch(tensor(batch.noise), tensor(batch.images), all);
    let conditions = condition::indices(&batch.conditions, net.classes(), device);
    let mut velocity = pair.velocity;
    if jumping > 0 {
        let last = size - jumping..size;
        let states = pair.state.clone().narrow(0, last.start, jumping);
        let classes = conditions.clone().narrow(0, last.start, jumping);
        let target = loss::shortcut_target(&net, states, [&from, &middle, &to], classes);
        velocity = Tensor::cat(vec![velocity.narrow(0, 0, last.start), target], 0);
    }
    times.append(&mut from);
    ends.extend(to);
    let predicted = net.forward_mean(pair.state, &times, &ends, conditions);
    let loss = loss::flow_matching(predicted, velocity, column(weights));

    let mut gradients = loss.backward();
    let rate = learning_rate(training, progress.images_seen);
    let (steps, images_seen) = (progress.steps + 1, progress.images_seen + size as u64);
    let net = optimiser.step(net, &mut gradients, training, rate, steps, images_seen);
    (net, loss.inner())
}

/// Jumps from one moment to another, with the moment halfway.
struct Jumps {
    from: Vec<Time>,
    middle: Vec<Time>,
    to: Vec<Time>,
}

impl Jumps {
    /// One jump for each of the `draws`, which are read as uniform numbers: lengths 1, 1/2, … 1/64 in turn, as many in
    /// each direction, beginning at a multiple of their length.
    fn of(draws: &[Time], step: u64) -> Self {
        let mut jumps = Jumps { from: Vec::new(), middle: Vec::new(), to: Vec::new() };
        for (number, draw) in draws.iter().enumerate() {
            let turn = number + step as usize * draws.len();
            let count = f64::from(1 << (turn % HALVINGS) as u32);
            let begin = (draw.get() * count).floor().min(count - 1.0) / count;
            let (near, far) = (Time::new(begin), Time::new(begin + 1.0 / count));
            let forward = (turn / HALVINGS).is_multiple_of(2);
            jumps.from.push(if forward { near } else { far });
            jumps.middle.push(near.midpoint(far));
            jumps.to.push(if forward { far } else { near });
        }
        jumps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_lead_both_ways_at_all_lengths_and_stay_on_the_trajectory() {
        let draws: Vec<Time> = (0..140).map(|i| Time::new(f64::from(i) / 139.0)).collect();
        let Jumps { from, middle, to } = Jumps::of(&draws, 3);
        let mut lengths = std::collections::BTreeMap::new();
        for ((from, middle), to) in from.iter().zip(&middle).zip(&to) {
            let length = to.get() - from.get();
            assert_eq!(middle.get(), 0.5 * (from.get() + to.get()));
            *lengths.entry((1.0 / length) as i32).or_insert(0) += 1;
        }
        let expected = [1, 2, 4, 8, 16, 32, 64].into_iter().flat_map(|n| [(n, 10), (-n, 10)]).collect();
        assert_eq!(lengths, expected);
    }
}
