//! What studies compare: changes of one configuration, one at a time.

use shared::model::Prediction;
use shared::objective::{LossWeight, TimeDensity};
use shared::schedule::Schedule;

use crate::training::config::{Coupling, Descent, Training, TrainingConfig};

/// A change of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
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
        let new = |name, change| Variant { name, change };
        vec![
            new("rectified flow, weight 1 (eq. 18)", |_| ()),
            new("path-constrained, weight t (eq. 19)", |c| c.objective.weight = LossWeight::Time),
            new("the same, drawn: t = √u", |c| c.objective.times = TimeDensity::SquareRoot),
            new("weight t²", |c| c.objective.weight = LossWeight::TimeSquared),
            new("weight (1 − t)²", |c| c.objective.weight = LossWeight::RemainingSquared),
            new("logit t ~ N(0, 1)", |c| {
                c.objective.times = TimeDensity::LogitNormal { mean: 0.0, deviation: 1.0 };
            }),
            new("logit t ~ N(1.2, 1.2²)", |c| c.objective.times = EDM),
            new("EDM: preconditioned, its weight and times", |c| {
                c.network.prediction = Prediction::Preconditioned;
                (c.objective.weight, c.objective.times) = (LossWeight::Edm, EDM);
            }),
            new("VE score matching", |c| {
                c.network.prediction = Prediction::Noise;
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VarianceExploding);
            }),
            new("VE times and weight, preconditioned", |c| {
                c.network.prediction = Prediction::Preconditioned;
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VarianceExploding);
            }),
            new("cosine path (variance-preserving)", |c| {
                c.objective.weight = LossWeight::Cosine;
                c.objective.times = TimeDensity::Schedule(Schedule::Cosine);
            }),
            new("variance-preserving times, weight t² (DDPM's loss)", |c| {
                c.objective.weight = LossWeight::TimeSquared;
                c.objective.times = TimeDensity::Schedule(Schedule::VariancePreserving);
            }),
            new("optimal transport within classes", |c| c.objective.coupling = Coupling::OptimalTransport),
        ]
    }

    /// What can be changed about network and training. The first is what the others are compared with.
    pub fn recipes() -> Vec<Variant> {
        let new = |name, change| Variant { name, change };
        vec![
            new("the default", |_| ()),
            new("half the learning rate", |c| c.training.learning_rate /= 2.0),
            new("twice the learning rate", |c| c.training.learning_rate *= 2.0),
            new("Adam at 0.001", |c| c.training = adam(c, 1e-3)),
            new("Adam at 0.003", |c| c.training = adam(c, 3e-3)),
            new("Adam at 0.01", |c| c.training = adam(c, 1e-2)),
            new("constant rate and averaging", |c| c.training.decay = false),
            new("batches of 32", |c| c.training.batch = 32),
            new("batches of 128", |c| c.training.batch = 128),
            new("averaged four times as long", |c| {
                c.training.ema_half_life_images *= 4;
                c.training.ema_ramp *= 4.0;
            }),
            new("dropout of 0.1", |c| c.training.dropout = 0.1),
            new("three outer blocks", |c| c.network.outer_blocks = 3),
            new("five inner blocks", |c| c.network.inner_blocks = 5),
            new("logit t ~ N(0, 1)", |c| {
                c.objective.times = TimeDensity::LogitNormal { mean: 0.0, deviation: 1.0 };
            }),
            new("optimal transport within classes", |c| c.objective.coupling = Coupling::OptimalTransport),
            new("optimal transport, batches of 128", |c| {
                c.objective.coupling = Coupling::OptimalTransport;
                c.training.batch = 128;
            }),
            new("contrastive flow matching", |c| c.objective.contrast = 0.05),
            new("image predicted, loss of the velocity", |c| c.network.prediction = Prediction::Image),
            new("image predicted, loss of the image", |c| {
                c.network.prediction = Prediction::Image;
                c.objective.weight = LossWeight::RemainingSquared;
            }),
        ]
    }
}

/// The same training by Adam.
fn adam(config: &TrainingConfig, learning_rate: f64) -> Training {
    Training { optimiser: Descent::Adam, learning_rate, ..config.training }
}
