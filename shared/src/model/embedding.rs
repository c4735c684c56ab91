use burn::module::{Initializer, Module};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::linear::linear;
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
    jump: Option<Jump>,
    classes: burn::nn::Embedding,
}

/// How a shortcut model is told how far it should jump. It begins by not listening.
#[derive(Module, Debug)]
struct Jump {
    first: Linear,
    second: Linear,
}

impl Jump {
    fn new(length: usize, device: &Device) -> Self {
        let silent = LinearConfig::new(length, length).with_initializer(Initializer::Zeros);
        Jump { first: LinearConfig::new(2 * WAVES, length).init(device), second: silent.init(device) }
    }
}

impl Embedding {
    pub(super) fn new(length: usize, classes: usize, shortcut: bool, device: &Device) -> Self {
        Embedding {
            first: LinearConfig::new(2 * WAVES, length).init(device),
            second: LinearConfig::new(length, length).init(device),
            jump: shortcut.then(|| Jump::new(length, device)),
            classes: burn::nn::EmbeddingConfig::new(classes + 1, length).init(device),
        }
    }

    /// One time, and one end of the jump, for each of the `conditions` [batch], or one for all; the result is
    /// [batch, length].
    pub(super) fn forward(&self, times: &[Time], ends: &[Time], conditions: Tensor<1, Int>) -> Tensor<2> {
        relu(self.time(times, ends, &conditions.device()) + self.class(conditions))
    }

    /// Every time with all of the conditions: [times · batch, length], the conditions of the first time first.
    pub(super) fn along(&self, times: &[Time], ends: &[Time], conditions: Tensor<1, Int>) -> Tensor<2> {
        let time = self.time(times, ends, &conditions.device()).unsqueeze_dim::<3>(1);
        relu(time + self.class(conditions).unsqueeze_dim::<3>(0)).flatten(0, 1)
    }

    fn time(&self, times: &[Time], ends: &[Time], device: &Device) -> Tensor<2> {
        let time = waves(times.iter().map(|time| time.get()), device);
        let time = linear(&self.second, relu(linear(&self.first, time)));
        let Some(jump) = &self.jump else { return time };
        let lengths = waves(times.iter().zip(ends).map(|(from, to)| to.get() - from.get()), device);
        time + linear(&jump.second, relu(linear(&jump.first, lengths)))
    }

    fn class(&self, conditions: Tensor<1, Int>) -> Tensor<2> {
        self.classes.forward(conditions.unsqueeze_dim::<2>(1)).squeeze_dim::<2>(1)
    }

    pub(super) fn knows_jumps(&self) -> bool {
        self.jump.is_some()
    }

    pub(super) fn classes(&self) -> usize {
        self.classes.weight.dims()[0] - 1
    }
}

/// Sine and cosine of each number, a time or the length of a jump, at frequencies from 1 to [`FASTEST`], evenly spaced in their logarithm: [n, 64].
///
/// Computed here and not on the device: the sine of a large angle is where graphics processors differ most.
fn waves(numbers: impl ExactSizeIterator<Item = f64>, device: &Device) -> Tensor<2> {
    let frequency = |i: usize| FASTEST.powf(i as f64 / (WAVES - 1) as f64);
    let count = numbers.len();
    let row = |number: f64| {
        let angles: [f64; WAVES] = std::array::from_fn(|i| number * frequency(i));
        angles.map(f64::sin).into_iter().chain(angles.map(f64::cos))
    };
    let features: Vec<f32> = numbers.flat_map(row).map(|x| x as f32).collect();
    Tensor::from_data(TensorData::new(features, [count, 2 * WAVES]), device)
}
