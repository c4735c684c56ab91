use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::time::Time;

/// Waves in the sinusoidal features of time.
const WAVES: usize = 32;

/// The slowest wave turns by 1 radian from noise to image, the fastest by this many.
const FASTEST: f64 = 1000.0;

/// What the blocks are told: one vector for time and class together.
#[derive(Module, Debug)]
pub(super) struct Embedding {
    first: Linear,
    second: Linear,
    classes: burn::nn::Embedding,
}

impl Embedding {
    pub(super) fn new(length: usize, classes: usize, device: &Device) -> Self {
        Embedding {
            first: LinearConfig::new(2 * WAVES, length).init(device),
            second: LinearConfig::new(length, length).init(device),
            classes: burn::nn::EmbeddingConfig::new(classes + 1, length).init(device),
        }
    }

    /// One time for each of the `conditions` [batch], or one for all; the result is [batch, length].
    pub(super) fn forward(&self, times: &[Time], conditions: Tensor<1, Int>) -> Tensor<2> {
        let time = waves(times, &conditions.device());
        let time = self.second.forward(relu(self.first.forward(time)));
        let class = self.classes.forward(conditions.unsqueeze_dim::<2>(1)).squeeze_dim::<2>(1);
        relu(time + class)
    }

    pub(super) fn classes(&self) -> usize {
        self.classes.weight.dims()[0] - 1
    }
}

/// Sine and cosine of each time at frequencies from 1 to [`FASTEST`], evenly spaced in their logarithm: [n, 64].
///
/// Computed here and not on the device: the sine of a large angle is where graphics processors differ most.
fn waves(times: &[Time], device: &Device) -> Tensor<2> {
    let frequency = |i: usize| FASTEST.powf(i as f64 / (WAVES - 1) as f64);
    let row = |time: &Time| {
        let angles: [f64; WAVES] = std::array::from_fn(|i| time.get() * frequency(i));
        angles.map(f64::sin).into_iter().chain(angles.map(f64::cos))
    };
    let features: Vec<f32> = times.iter().flat_map(row).map(|x| x as f32).collect();
    Tensor::from_data(TensorData::new(features, [times.len(), 2 * WAVES]), device)
}
