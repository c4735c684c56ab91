//! The training configuration: a TOML file, every key optional, unknown keys refused.

mod check;
mod published;
mod resumed;
mod text;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::card::Direct;
use shared::jump::JumpTarget;
use shared::model::VelocityNetConfig;
use shared::objective::{LossWeight, TimeDensity};

use crate::data::Source;
use crate::data::augmentation::Augmentation;

/// Everything that decides what a run computes, apart from the device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingConfig {
    /// What the model is called.
    pub name: String,
    /// The seed of weights, order, times, noise and label dropout.
    pub seed: u64,
    /// The images to learn from.
    pub data: Source,
    /// A model to begin with, instead of fresh weights. It must have the same network, but a shortcut model may begin with
    /// one that is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<PathBuf>,
    /// The shape of the network.
    pub network: VelocityNetConfig,
    /// What to minimise.
    pub objective: Objective,
    /// How long and how fast to learn.
    pub training: Training,
    /// What to leave behind on the way.
    pub output: Output,
}

/// What to minimise: E[weight(t)·‖v_θ(x_t, t, c) − (x₁ − x₀)‖²] over times and pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Objective {
    /// How much the error counts at each time: uniform, time, time-squared, remaining-squared, edm or cosine.
    pub weight: LossWeight,
    /// How times are drawn: uniform, square-root, { logit-normal = { mean = 1.2, deviation = 1.2 } }, or those of another path:
    /// { schedule = "cosine" }, variance-preserving or variance-exploding.
    pub times: TimeDensity,
    /// How much an error to the velocity of another pair of the batch counts, which the network should keep away from
    /// (contrastive flow matching; Stoica et al., 2025): 0.05 there, 0 without. What it learns then is no more the velocity alone,
    /// but leans away from the mean of all, as under guidance.
    pub contrast: f64,
    /// Who is paired with whom: independent, optimal-transport, { reflow = … } or { direct = … }.
    pub coupling: Coupling,
    /// The share of each batch that learns jumps, in a shortcut model.
    pub shortcut_share: f64,
    /// From what it learns them: halves (shortcut models) or derivative (MeanFlow).
    pub jumps: JumpTarget,
}

impl Default for Objective {
    fn default() -> Self {
        Objective {
            weight: LossWeight::default(),
            times: TimeDensity::default(),
            contrast: 0.0,
            coupling: Coupling::default(),
            shortcut_share: 0.25,
            jumps: JumpTarget::default(),
        }
    }
}

/// Who is paired with whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Coupling {
    /// Every image with fresh noise.
    #[default]
    Independent,
    /// The noises of a batch exchanged among its images of the same class, so that pairs are close.
    OptimalTransport,
    /// Noises with the images that a model made of them.
    Reflow {
        /// A file from the verb `reflow`.
        pairs: PathBuf,
    },
    /// Images of one class with images of another: no noise end, no encoding, a model for this one translation.
    Direct {
        /// The class at time 0.
        from: String,
        /// The class at time 1.
        to: String,
        /// Whether a source is shown with its own target (data with styles only), or with any.
        #[serde(default)]
        paired: bool,
        /// The deviation of noise that is added to the source: without it, a point on the path betrays its target.
        #[serde(default)]
        noise: f64,
        /// The deviation of a Brownian bridge in the place of the straight path: noise that is there on the way only.
        #[serde(default)]
        bridge: f64,
    },
}

impl Coupling {
    /// For the model's card: whether noises come with the images that a model made of them.
    pub fn is_reflow(&self) -> bool {
        matches!(self, Coupling::Reflow { .. })
    }

    /// For the model's card: from where to where, if not from noise.
    pub fn direct(&self) -> Option<Direct> {
        match self {
            Coupling::Direct { from, to, noise, bridge, .. } => {
                Some(Direct { from: from.clone(), to: to.clone(), noise: *noise, bridge: *bridge })
            }
            _ => None,
        }
    }
}

/// How gradients become steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Descent {
    /// Adam (Kingma and Ba, 2015).
    Adam,
    /// Muon (Jordan et al., 2024) for convolutions, Adam for the rest.
    #[default]
    Muon,
}

/// How long and how fast to learn. Lengths are counted in images, so that they keep their meaning at any batch size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Training {
    /// Images to see in all.
    pub images: u64,
    /// Images in one step.
    pub batch: usize,
    /// How gradients become steps: adam, or muon for convolutions and Adam for the rest.
    pub optimiser: Descent,
    /// The highest learning rate, reached after the warm-up.
    pub learning_rate: f64,
    /// Whether the learning rate is then lowered to 0 along a cosine.
    pub decay: bool,
    /// Images over which the learning rate rises from 0. Without it: 10,000, or a fifth of all if that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_up_images: Option<u64>,
    /// Adam's memory of the gradient.
    pub beta_1: f64,
    /// Adam's memory of the squared gradient.
    pub beta_2: f64,
    /// Longest gradient; longer ones are shortened to this norm.
    pub gradient_norm: f64,
    /// The share of images shown without their class, which makes guidance possible.
    pub label_dropout: f64,
    /// The share of activations that is dropped in each block while learning.
    pub dropout: f64,
    /// Whether half of the images are shown mirrored.
    pub flip: bool,
    /// Pixels by which images are moved at random, at most, in each direction.
    pub shift: usize,
    /// How far images are turned (in radians), stretched (in logarithms of the factor) and slanted at random, at most.
    pub warp: f64,
    /// Images after which a weight counts half in the average that is released.
    pub ema_half_life_images: u64,
    /// Early on, the half-life is this share of the images seen so far.
    pub ema_ramp: f64,
}

/// What to leave behind on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Output {
    /// Images between two saved states.
    pub save_every_images: u64,
    /// Images between two sample sheets.
    pub sheet_every_images: u64,
    /// Held-out images of each class that travel in the model file.
    pub examples_per_class: usize,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        TrainingConfig {
            name: "fashion-mnist".to_owned(),
            seed: 0,
            data: Source::default(),
            init: None,
            network: VelocityNetConfig::default(),
            objective: Objective::default(),
            training: Training::default(),
            output: Output::default(),
        }
    }
}

impl Default for Training {
    fn default() -> Self {
        Training {
            images: 40_000,
            batch: 64,
            optimiser: Descent::default(),
            learning_rate: 5e-3,
            decay: true,
            warm_up_images: None,
            beta_1: 0.9,
            beta_2: 0.99,
            gradient_norm: 1.0,
            label_dropout: 0.1,
            dropout: 0.0,
            flip: false,
            shift: 0,
            warp: 0.0,
            ema_half_life_images: 40_000,
            ema_ramp: 0.1,
        }
    }
}

impl Training {
    /// Images over which the learning rate rises.
    pub fn warm_up(&self) -> u64 {
        self.warm_up_images.unwrap_or_else(|| (self.images / 5).min(10_000))
    }

    /// How images change while they are learned from.
    pub fn augmentation(&self) -> Augmentation {
        Augmentation { flip: self.flip, shift: self.shift, warp: self.warp }
    }

    /// Adam at the learning rate that suits it, for classifiers and for comparisons of speed.
    pub fn by_adam() -> Self {
        Training { optimiser: Descent::Adam, learning_rate: 1e-3, ..Training::default() }
    }

    /// A whole training on few images: it warms up and averages over a tenth of them.
    pub fn short(images: u64) -> Self {
        Training { images, warm_up_images: Some(images / 10), ema_half_life_images: images / 10, ..Training::default() }
    }
}

impl Default for Output {
    fn default() -> Self {
        Output { save_every_images: 10_000, sheet_every_images: 10_000, examples_per_class: 12 }
    }
}
