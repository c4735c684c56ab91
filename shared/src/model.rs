//! The velocity net: a class-conditional U-Net on 2 × 2 patches.
//!
//! Convolutions at half and quarter resolution only, ReLU unless somebody wants SiLU: wide channels at low resolution are what
//! CPUs do best, and few large kernels are what browsers do best.

mod activation;
#[cfg(feature = "train")]
mod attention;
mod check;
mod convolution;
mod cost;
mod embedding;
mod group_norm;
mod initial;
mod linear;
mod prediction;
mod residual_block;

use std::ops::Range;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::image::ImageShape;
use crate::kernels::{self, Modulation, patches};
use crate::time::Time;
pub use activation::Activation;
#[cfg(feature = "train")]
use attention::Attention;
pub use check::ConfigError;
pub use convolution::Convolution;
use embedding::Embedding;
use group_norm::GroupNorm;
pub use prediction::Prediction;
use residual_block::ResidualBlock;

/// The shape of a velocity net. The default is the released models' network.
///
/// Programs that cannot train, the page among them, know neither SiLU nor attention: what these need of the tensor library would make
/// what a visitor downloads larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VelocityNetConfig {
    /// Channels at half resolution; twice as many at quarter resolution.
    pub width: usize,
    /// Residual blocks at half resolution, once on the way down and once on the way up.
    pub outer_blocks: usize,
    /// Residual blocks at quarter resolution.
    pub inner_blocks: usize,
    /// Length of the embedding of time and class.
    pub embedding: usize,
    /// What stands between two layers of a block, and before the last one of all.
    #[serde(skip_serializing_if = "is_default")]
    pub activation: Activation,
    /// Whether places at quarter resolution attend to each other, after the blocks there.
    #[serde(skip_serializing_if = "is_default")]
    pub attention: bool,
    /// What the last layer means.
    pub prediction: Prediction,
    /// Whether the network is told how far its answer should carry, and so can learn to cross many intervals in one
    /// (shortcut models; Frans et al., 2025).
    pub shortcut: bool,
}

impl Default for VelocityNetConfig {
    fn default() -> Self {
        VelocityNetConfig {
            width: 64,
            outer_blocks: 2,
            inner_blocks: 3,
            embedding: 256,
            activation: Activation::Relu,
            attention: false,
            prediction: Prediction::Velocity,
            shortcut: false,
        }
    }
}

/// Files of networks without a choice say nothing of it.
fn is_default<T: Default + PartialEq>(choice: &T) -> bool {
    *choice == T::default()
}

/// How the names of those weights begin that only a shortcut model has.
pub const JUMPS: &str = "embedding.jump.";

/// v_θ(x, t, c): the network that is a velocity field.
#[derive(Module, Debug)]
pub struct VelocityNet {
    embedding: Embedding,
    entry: Convolution,
    down: Vec<ResidualBlock>,
    halve: Convolution,
    inner: Vec<ResidualBlock>,
    #[cfg(feature = "train")]
    attention: Option<Attention>,
    double: Convolution,
    merge: Convolution,
    up: Vec<ResidualBlock>,
    norm: GroupNorm,
    exit: Convolution,
    #[module(skip)]
    prediction: Prediction,
    #[module(skip)]
    activation: Activation,
    #[module(skip)]
    dropout: f64,
}

/// What every residual block is told of time and class, in the order of the blocks.
#[derive(Clone, Debug)]
pub struct Modulations(Vec<Modulation>);

impl Modulations {
    /// Those of some images of the batch.
    fn rows(&self, rows: Range<usize>) -> Self {
        let of = |numbers: &Tensor<2>| numbers.clone().slice([rows.clone()]);
        let modulations =
            self.0.iter().map(|Modulation { scale, shift }| Modulation { scale: of(scale), shift: of(shift) });
        Modulations(modulations.collect())
    }
}

impl VelocityNetConfig {
    /// A network with fresh weights that predicts zero velocity everywhere.
    ///
    /// # Errors
    /// [`ConfigError`] if no network can have this shape.
    pub fn init(&self, shape: ImageShape, classes: usize, device: &Device) -> Result<VelocityNet, ConfigError> {
        self.check(shape, classes)?;
        let (patch, width, deep) = (4 * shape.channels, self.width, 2 * self.width);
        let blocks = |count, channels| {
            (0..count)
                .map(|_| ResidualBlock::new(channels, self.embedding, self.activation, device))
                .collect::<Vec<_>>()
        };
        Ok(VelocityNet {
            embedding: Embedding::new(self.embedding, classes, self.shortcut, device),
            entry: Convolution::new(3, patch, width, device),
            down: blocks(self.outer_blocks, width),
            halve: Convolution::new(1, 4 * width, deep, device),
            inner: blocks(self.inner_blocks, deep),
            #[cfg(feature = "train")]
            attention: self.attention.then(|| Attention::new(deep, device)),
            double: Convolution::new(1, deep, 4 * width, device),
            merge: Convolution::new(1, 2 * width, width, device),
            up: blocks(self.outer_blocks, width),
            norm: GroupNorm::new(width, device),
            exit: Convolution::silent(3, width, patch, device),
            prediction: self.prediction,
            activation: self.activation,
            dropout: 0.0,
        })
    }
}

impl VelocityNet {
    /// The velocity at `states` `[batch, channels, height, width]` under `conditions` `[batch]` (rows of the class table,
    /// see [`crate::condition::indices`]). `times` holds one moment for each state, or one for all of them.
    pub fn forward(&self, states: Tensor<4>, times: &[Time], conditions: Tensor<1, Int>) -> Tensor<4> {
        self.forward_mean(states, times, times, conditions)
    }

    /// The mean velocity on the way from `times` to `ends`, in either direction. A network that is no shortcut model
    /// answers with the velocity at `times`.
    pub fn forward_mean(
        &self,
        states: Tensor<4>,
        times: &[Time],
        ends: &[Time],
        conditions: Tensor<1, Int>,
    ) -> Tensor<4> {
        let embedding = self.embedding.forward(times, ends, conditions);
        self.forward_modulated(states, times, &self.modulations(&embedding))
    }

    /// What the blocks are told on the way from each of `times` to the one of `ends`, under all `conditions` `[batch]`: for
    /// [`Self::forward_modulated`], in one computation for a whole trajectory.
    pub fn foresee(&self, times: &[Time], ends: &[Time], conditions: Tensor<1, Int>) -> Vec<Modulations> {
        let [batch] = conditions.dims();
        let all = self.modulations(&self.embedding.along(times, ends, conditions));
        (0..times.len()).map(|number| all.rows(number * batch..(number + 1) * batch)).collect()
    }

    /// Likewise [`Self::forward_mean`], by what the blocks are told.
    pub fn forward_modulated(&self, states: Tensor<4>, times: &[Time], modulations: &Modulations) -> Tensor<4> {
        self.prediction.velocity(states, times, |input| self.body(input, modulations))
    }

    fn modulations(&self, embedding: &Tensor<2>) -> Modulations {
        let blocks = self.down.iter().chain(&self.inner).chain(&self.up);
        Modulations(blocks.map(|block| block.modulation(embedding, self.dropout)).collect())
    }

    /// States are [b, c, h, w] outside, [b, h, w, c] inside.
    fn body(&self, states: Tensor<4>, modulations: &Modulations) -> Tensor<4> {
        let mut told = modulations.0.iter().cloned();
        let mut through = |x, blocks: &[ResidualBlock]| {
            blocks.iter().zip(told.by_ref()).fold(x, |x, (block, modulation)| block.forward(x, modulation))
        };

        let outer = through(self.entry.forward(patches::enter(states)), &self.down);
        let inner = through(self.halve.forward(kernels::close(outer.clone())), &self.inner);
        #[cfg(feature = "train")]
        let inner = match &self.attention {
            Some(attention) => attention.forward(inner),
            None => inner,
        };
        let joined = kernels::join(self.double.forward(inner), outer);
        let outer = through(self.merge.forward(joined), &self.up);
        patches::leave(self.exit.forward_normalised(outer, self.norm.modulation(), self.activation, None))
    }

    /// The same network, but with a share of each block's modulated channels dropped while gradients are taken.
    #[must_use]
    pub fn with_dropout(self, dropout: f64) -> Self {
        VelocityNet { dropout, ..self }
    }

    /// Whether it has learned mean velocities.
    pub fn is_shortcut(&self) -> bool {
        self.embedding.knows_jumps()
    }

    /// The number of classes it knows; the row after the last one stands for none.
    pub fn classes(&self) -> usize {
        self.embedding.classes()
    }
}
