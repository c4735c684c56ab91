use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::initial::Initial;
use super::linear::Linear;
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
    classes: Table,
}

/// A row for each class, and one for none.
#[derive(Module, Debug)]
struct Table {
    weight: Param<Tensor<2>>,
}

/// How a shortcut model is told how far it should jump. It begins by not listening.
#[derive(Module, Debug)]
struct Jump {
    first: Linear,
    second: Linear,
}

impl Jump {
    fn new(length: usize, device: &Device) -> Self {
        Jump { first: Linear::new(2 * WAVES, length, device), second: Linear::silent(length, length, device) }
    }
}

impl Embedding {
    pub(super) fn new(length: usize, classes: usize, shortcut: bool, device: &Device) -> Self {
        Embedding {
            first: Linear::new(2 * WAVES, length, device),
            second: Linear::new(length, length, device),
            jump: shortcut.then(|| Jump::new(length, device)),
            classes: Table { weight: Initial::Normal.parameter([classes + 1, length], device) },
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
        let time = self.second.forward(relu(self.first.forward(time)));
        let Some(jump) = &self.jump else { return time };
        let lengths = waves(times.iter().zip(ends).map(|(from, to)| to.get() - from.get()), device);
        time + jump.second.forward(relu(jump.first.forward(lengths)))
    }

    fn class(&self, conditions: Tensor<1, Int>) -> Tensor<2> {
        self.classes.weight.val().select(0, conditions)
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
