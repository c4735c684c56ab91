//! One step of training: the algorithm box of the paper.

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition;
use shared::image::ImageShape;
use shared::loss;
use shared::model::VelocityNet;
use shared::path;

use crate::batch::Batch;
use crate::config::Training;
use crate::learning_rate::learning_rate;
use crate::optimiser::Optimiser;
use crate::training_state::Progress;

/// Draws a point on the path of each pair, predicts its velocity, and moves the weights down the gradient of the
/// squared error. Returns the network and the loss [1], still on the device.
pub fn step(
    net: VelocityNet,
    optimiser: &mut Optimiser,
    batch: Batch,
    shape: ImageShape,
    training: &Training,
    progress: Progress,
    device: &Device,
) -> (VelocityNet, Tensor<1>) {
    let size = batch.times.len();
    let tensor = |values: Vec<f32>| Tensor::<4>::from_data(TensorData::new(values, shape.batch(size)), device);
    let times: Vec<f32> = batch.times.iter().map(|time| time.get() as f32).collect();
    let times = Tensor::from_data(TensorData::new(times, [size]), device);

    let pair = path::straight_batch(tensor(batch.noise), tensor(batch.images), times);
    let conditions = condition::indices(&batch.conditions, net.classes(), device);
    let predicted = net.forward(pair.state, &batch.times, conditions);
    let loss = loss::flow_matching(predicted, pair.velocity);

    let mut gradients = loss.backward();
    let rate = learning_rate(training, progress.images_seen);
    let (steps, images_seen) = (progress.steps + 1, progress.images_seen + size as u64);
    let net = optimiser.step(net, &mut gradients, training, rate, steps, images_seen);
    (net, loss.inner())
}
