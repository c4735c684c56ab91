use super::{Activation, Prediction, VelocityNetConfig};
use crate::image::ImageShape;
use crate::kernels;

/// Why no network has this configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Two halvings must come out even.
    #[error("images of {width} × {height} do not halve twice; use multiples of 4, such as 28 × 28 or 32 × 32")]
    Size {
        /// The image's width.
        width: usize,
        /// The image's height.
        height: usize,
    },
    /// An image is grey or coloured.
    #[error("{0} channels in an image; use 1 (grey) or 3 (colour)")]
    Channels(usize),
    /// Group normalisation needs whole groups.
    #[error("a width of {0} channels is not a positive multiple of 8, the number of normalisation groups")]
    Width(usize),
    /// Sine and cosine come in pairs.
    #[error("an embedding of length {0} is not a positive multiple of 8")]
    Embedding(usize),
    /// Left out where nothing is trained.
    #[error("this program knows networks with ReLU and without attention only; use the trainer's commands")]
    Unknown,
    /// Mean velocities have no noise that they imply.
    #[error("a shortcut model must predict the velocity; use network.prediction = \"velocity\"")]
    Shortcut,
    /// Nobody needs so much, and a file that asks for it is damaged.
    #[error("{what} is {value}; at most {most} are allowed")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much of it.
        value: usize,
        /// What is allowed.
        most: usize,
    },
    /// Something to tell apart.
    #[error("a model needs at least one class")]
    Classes,
}

impl VelocityNetConfig {
    /// Whether it has ReLU and no attention, as every program knows it.
    pub fn is_plain(&self) -> bool {
        self.activation == Activation::Relu && !self.attention
    }

    /// Whether there is such a network.
    ///
    /// # Errors
    /// [`ConfigError`] if not.
    pub fn check(&self, shape: ImageShape, classes: usize) -> Result<(), ConfigError> {
        let ImageShape { channels, height, width } = shape;
        let multiple = |n: usize, of: usize| n > 0 && n.is_multiple_of(of);
        if !multiple(width, 4) || !multiple(height, 4) {
            return Err(ConfigError::Size { width, height });
        }
        let sizes = [
            ("the larger side of an image", width.max(height), ImageShape::MOST),
            ("network.width", self.width, 1024),
            ("network.embedding", self.embedding, 4096),
            ("network.outer_blocks", self.outer_blocks, 64),
            ("network.inner_blocks", self.inner_blocks, 64),
        ];
        if let Some((what, value, most)) = sizes.into_iter().find(|(_, value, most)| value > most) {
            return Err(ConfigError::TooLarge { what, value, most });
        }
        if channels != 1 && channels != 3 {
            return Err(ConfigError::Channels(channels));
        }
        if !multiple(self.width, kernels::GROUPS) {
            return Err(ConfigError::Width(self.width));
        }
        if !multiple(self.embedding, 8) {
            return Err(ConfigError::Embedding(self.embedding));
        }
        if self.shortcut && self.prediction != Prediction::Velocity {
            return Err(ConfigError::Shortcut);
        }
        if !self.is_plain() && !cfg!(feature = "train") {
            return Err(ConfigError::Unknown);
        }
        if classes == 0 { Err(ConfigError::Classes) } else { Ok(()) }
    }
}
