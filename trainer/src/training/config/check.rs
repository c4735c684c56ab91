use anyhow::{Result, ensure};
use shared::model::{Activation, Prediction};
use shared::objective::TimeDensity;

use super::{Coupling, Objective, Output, Training, TrainingConfig};
use crate::data::Dataset;
use crate::data::augmentation::Augmentation;

impl TrainingConfig {
    /// Finds what cannot be, and what would have no effect, before any work is done.
    ///
    /// # Errors
    /// The first key whose value is impossible or ignored, with the reason and what is possible.
    pub fn check(&self) -> Result<()> {
        self.data.check()?;
        self.objective.check()?;
        self.training.check()?;
        self.output.check()?;
        self.check_effects()
    }

    /// The same, and whether there is such a network for the images.
    ///
    /// # Errors
    /// Likewise.
    pub fn check_for(&self, data: &Dataset) -> Result<()> {
        self.check()?;
        Ok(self.network.check(data.shape, data.classes.len())?)
    }

    /// Refuses keys that this combination would ignore.
    fn check_effects(&self) -> Result<()> {
        let fixed = match self.objective.coupling {
            Coupling::Direct { .. } => Some("a direct flow learns pairs of images, and would move one of them only"),
            Coupling::Reflow { .. } => Some("reflow learns the images that a model drew from its noises"),
            Coupling::Independent | Coupling::OptimalTransport => None,
        };
        if let Some(reason) = fixed {
            let Augmentation { flip, shift, warp } = self.training.augmentation();
            for (key, set) in [("flip", flip), ("shift", shift > 0), ("warp", warp > 0.0)] {
                ensure!(!set, "training.{key} has no effect under this objective.coupling: {reason}; remove it");
            }
        }
        let bridge = matches!(self.objective.coupling, Coupling::Direct { bridge, .. } if bridge > 0.0);
        ensure!(
            !bridge || self.network.prediction == Prediction::Image,
            "objective.coupling.direct.bridge needs network.prediction = \"image\": other answers have no bound at the end"
        );
        ensure!(
            self.training.dropout == 0.0 || self.network.activation == Activation::Relu,
            "training.dropout drops what is rectified; it needs network.activation = \"relu\""
        );
        let share = self.objective.shortcut_share;
        let jumps = if self.network.shortcut { self.objective.jumping(self.training.batch) } else { 0 };
        ensure!(
            self.objective.contrast == 0.0 || self.training.batch - jumps > 1,
            "objective.contrast needs another pair in each batch; raise training.batch"
        );
        if self.network.shortcut {
            ensure!(jumps > 0, "objective.shortcut_share is {share}, less than one image of a batch; raise it");
        } else {
            let default = Objective::default();
            for (key, set) in
                [("shortcut_share", share != default.shortcut_share), ("jumps", self.objective.jumps != default.jumps)]
            {
                ensure!(!set, "objective.{key} has no effect without network.shortcut = true; remove it");
            }
        }
        Ok(())
    }
}

impl Objective {
    /// How many of a batch of pairs learn jumps, in a shortcut model.
    pub fn jumping(&self, batch: usize) -> usize {
        (batch as f64 * self.shortcut_share) as usize
    }

    fn check(&self) -> Result<()> {
        if let TimeDensity::LogitNormal { mean, deviation } = self.times {
            ensure!(
                mean.is_finite() && positive(deviation),
                "objective.times.logit-normal has mean {mean} and deviation {deviation}; use finite numbers, the \
                 deviation positive"
            );
        }
        if let Coupling::Direct { noise, bridge, .. } = self.coupling {
            for (key, value) in [("noise", noise), ("bridge", bridge)] {
                ensure!(
                    value >= 0.0 && value.is_finite(),
                    "objective.coupling.direct.{key} is {value}; it must not be negative"
                );
            }
        }
        let contrast = self.contrast;
        ensure!(
            (0.0..1.0).contains(&contrast),
            "objective.contrast is {contrast}; it must lie within 0 and 1, 1 excluded"
        );
        let share = self.shortcut_share;
        ensure!(
            share > 0.0 && share < 1.0,
            "objective.shortcut_share is {share}; it must lie within 0 and 1, both excluded"
        );
        Ok(())
    }
}

impl Training {
    fn check(&self) -> Result<()> {
        let Training { images, batch, warp, .. } = *self;
        ensure!(images > 0, "training.images is 0; it counts the images to see and must be positive");
        ensure!((1..=4096).contains(&batch), "training.batch is {batch}; it must lie within 1..=4096");
        if let Some(warm_up) = self.warm_up_images {
            ensure!(
                warm_up <= images,
                "training.warm_up_images is {warm_up}, but the run sees {images} images; lower it, or remove it for a fifth"
            );
        }
        for (key, value) in
            [("learning_rate", self.learning_rate), ("gradient_norm", self.gradient_norm), ("ema_ramp", self.ema_ramp)]
        {
            ensure!(positive(value), "training.{key} is {value}; it must be positive");
        }
        for (key, value) in [
            ("beta_1", self.beta_1),
            ("beta_2", self.beta_2),
            ("label_dropout", self.label_dropout),
            ("dropout", self.dropout),
        ] {
            ensure!((0.0..1.0).contains(&value), "training.{key} is {value}; it must lie within 0 and 1, 1 excluded");
        }
        ensure!((0.0..=1.0).contains(&warp), "training.warp is {warp}; it must lie within 0 and 1");
        Ok(())
    }
}

impl Output {
    fn check(&self) -> Result<()> {
        for (key, value) in
            [("save_every_images", self.save_every_images), ("sheet_every_images", self.sheet_every_images)]
        {
            ensure!(value > 0, "output.{key} is 0; it must be positive");
        }
        Ok(())
    }
}

fn positive(x: f64) -> bool {
    x > 0.0 && x.is_finite()
}
