//! What studies compare: changes of one configuration, one at a time.

use shared::kernels::GROUPS;
use shared::model::{Activation, Prediction};
use shared::objective::{LossWeight, TimeDensity};
use shared::schedule::Schedule;

use crate::training::config::{Coupling, Descent, Training, TrainingConfig};

/// A change of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// What the command line and folders call it.
    pub key: &'static str,
    /// What tables call it.
    pub name: &'static str,
    change: fn(&mut TrainingConfig),
}

/// Karras et al.'s (2022) noise levels.
const EDM: TimeDensity = TimeDensity::LogitNormal { mean: 1.2, deviation: 1.2 };

impl Variant {
    /// The configuration with the change.
    pub fn of(&self, mut config: TrainingConfig) -> TrainingConfig {
        (self.change)(&mut config);
        config
    }

    /// What can be minimised. The first is what the others are compared with.
    pub fn objectives() -> Vec<Variant> {
        let new = |key, name, change| Variant { key, name, change };
        vec![
            new("plain", "rectified flow, weight 1 (eq. 18)", |_| ()),
            new("weight-t", "path-constrained, weight t (eq. 19)", |c| c.objective.weight = LossWeight::Time),
            new("times-sqrt", "the same, drawn: t = √u", |c| c.objective.times = TimeDensity::SquareRoot),
            new("weight-t2", "weight t²", |c| c.objective.weight = LossWeight::TimeSquared),
            new("weight-remaining2", "weight (1 − t)²", |c| c.objective.weight = LossWeight::RemainingSquared),
            new("logit-normal", "logit t ~ N(0, 1)", |c| {
                c.objective.times = TimeDensity::LogitNormal { mean: 0.0, deviation: 1.0 };
            }),
            new("logit-normal-edm", "logit t ~ N(1.2, 1.2²)", |c| c.objective.times = EDM),
            new("edm", "EDM: preconditioned, its weight and times", |c| {
                c.network.prediction = Prediction::Preconditioned;
                (c.objective.weight, c.objective.times) = (LossWeight::Edm, EDM);
            }),
            new("ve", "VE score matching", |c| {
                c.network.prediction = Prediction::Noise;
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VarianceExploding);
            }),
            new("ve-preconditioned", "VE times and weight, preconditioned", |c| {
                c.network.prediction = Prediction::Preconditioned;
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VarianceExploding);
            }),
            new("cosine", "cosine path (variance-preserving)", |c| {
                c.objective.weight = LossWeight::Cosine;
                c.objective.times = TimeDensity::Schedule(Schedule::Cosine);
            }),
            new("vp", "variance-preserving times, weight t² (DDPM's loss)", |c| {
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VariancePreserving);
            }),
            new("optimal-transport", "optimal transport within classes", |c| {
                c.objective.coupling = Coupling::OptimalTransport
            }),
        ]
    }

    /// What can be changed about network and training. The first is what the others are compared with.
    pub fn recipes() -> Vec<Variant> {
        let new = |key, name, change| Variant { key, name, change };
        vec![
            new("default", "the default", |_| ()),
            new("half-rate", "half the learning rate", |c| c.training.learning_rate /= 2.0),
            new("twice-rate", "twice the learning rate", |c| c.training.learning_rate *= 2.0),
            new("adam-0.001", "Adam at 0.001", |c| c.training = adam(c, 1e-3)),
            new("adam-0.003", "Adam at 0.003", |c| c.training = adam(c, 3e-3)),
            new("adam-0.01", "Adam at 0.01", |c| c.training = adam(c, 1e-2)),
            new("constant-rate", "constant rate and averaging", |c| c.training.decay = false),
            new("constant-rate-short", "constant rate, averaged a quarter as long", |c| {
                c.training.decay = false;
                averaged(c, 0.25);
            }),
            new("constant-rate-long", "constant rate, averaged four times as long", |c| {
                c.training.decay = false;
                averaged(c, 4.0);
            }),
            new("batch-32", "batches of 32", |c| c.training.batch = 32),
            new("batch-128", "batches of 128", |c| c.training.batch = 128),
            new("long-average", "averaged four times as long", |c| averaged(c, 4.0)),
            new("dropout", "dropout of 0.1", |c| c.training.dropout = 0.1),
            new("outer-blocks-3", "three outer blocks", |c| c.network.outer_blocks = 3),
            new("inner-blocks-5", "five inner blocks", |c| c.network.inner_blocks = 5),
            new("wider", "a quarter wider, and shallower", |c| {
                c.network.width += quarter(c.network.width);
                (c.network.outer_blocks, c.network.inner_blocks) = (1, 2);
            }),
            new("deeper", "a quarter narrower, and deeper", |c| {
                c.network.width -= quarter(c.network.width);
                (c.network.outer_blocks, c.network.inner_blocks) = (3, 6);
            }),
            new("silu", "SiLU", |c| c.network.activation = Activation::Silu),
            new("attention", "attention at quarter resolution", |c| c.network.attention = true),
            new("logit-normal", "logit t ~ N(0, 1)", |c| {
                c.objective.times = TimeDensity::LogitNormal { mean: 0.0, deviation: 1.0 };
            }),
            new("near-image", "times near the image end, logit t ~ N(0.6, 2²)", |c| {
                c.objective.times = TimeDensity::LogitNormal { mean: 0.6, deviation: 2.0 };
            }),
            new("optimal-transport", "optimal transport within classes", |c| {
                c.objective.coupling = Coupling::OptimalTransport
            }),
            new("optimal-transport-128", "optimal transport, batches of 128", |c| {
                c.objective.coupling = Coupling::OptimalTransport;
                c.training.batch = 128;
            }),
            new("contrastive", "contrastive flow matching", |c| c.objective.contrast = 0.05),
            new("image-velocity-loss", "image predicted, loss of the velocity", |c| {
                c.network.prediction = Prediction::Image
            }),
            new("image-image-loss", "image predicted, loss of the image", |c| {
                c.network.prediction = Prediction::Image;
                c.objective.weight = LossWeight::RemainingSquared;
            }),
        ]
    }
}

/// The weights averaged so many times as long. The half-life is a share of the images seen so far (the ramp), so that the average
/// weighs a step by a power of its number: it is the average that Karras et al. (2024) put together after training from two
/// others, and to train with several lengths is to choose one afterwards.
fn averaged(config: &mut TrainingConfig, times: f64) {
    let Training { ema_half_life_images, ema_ramp, .. } = &mut config.training;
    *ema_half_life_images = (*ema_half_life_images as f64 * times) as u64;
    *ema_ramp *= times;
}

/// A quarter of so many channels, in whole groups.
fn quarter(channels: usize) -> usize {
    channels / (4 * GROUPS) * GROUPS
}

/// The same training by Adam.
fn adam(config: &TrainingConfig, learning_rate: f64) -> Training {
    Training { optimiser: Descent::Adam, learning_rate, ..config.training }
}
