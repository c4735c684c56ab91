//! What a model file holds.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::card::{Direct, ModelCard};
use shared::image::ImageShape;
use shared::model::{Activation, VelocityNetConfig};

/// The answer of `inspect`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inspected {
    /// The file.
    pub model: PathBuf,
    /// Its size.
    pub bytes: usize,
    /// The format that this program writes.
    pub format_version: u32,
    /// The size of the images.
    pub shape: ImageShape,
    /// The shape of the network.
    pub network: VelocityNetConfig,
    /// Numbers in the network.
    pub parameters: usize,
    /// Held-out images in the file.
    pub examples: usize,
    /// What the model is, and what was measured of it.
    pub card: ModelCard,
}

impl fmt::Display for Inspected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inspected { bytes, shape, network, parameters, examples, card, .. } = self;
        writeln!(f, "{} · {bytes} bytes · {parameters} weights", card.name)?;
        writeln!(
            f,
            "images      {} × {}, {}",
            shape.width,
            shape.height,
            if shape.channels == 1 { "grey" } else { "colour" }
        )?;
        let VelocityNetConfig { width, outer_blocks, inner_blocks, activation, attention, shortcut, .. } = network;
        let millions = network.multiply_adds(*shape) as f64 / 1e6;
        let silu = if *activation == Activation::Silu { ", SiLU" } else { "" };
        let attention = if *attention { ", attention" } else { "" };
        let few = if card.few_steps(*shortcut) { ", draws in few steps (euler, uniform intervals)" } else { "" };
        write!(
            f,
            "network     width {width}, {outer_blocks} outer and {inner_blocks} inner blocks{silu}{attention}, "
        )?;
        writeln!(f, "{millions:.1} million multiplications in one evaluation{few}")?;
        writeln!(f, "classes     {}", card.classes.join(", "))?;
        if let Some(Direct { from, to, .. }) = &card.direct {
            writeln!(f, "leads       directly from {from} to {to}: translate --method direct")?;
        }
        writeln!(f, "trained on  {} ({} images, {})", card.data, card.training_images, card.licence)?;
        writeln!(f, "training    {}", card.training())?;
        write!(f, "examples    {examples} held-out images")?;
        card.measures.iter().try_for_each(|measure| write!(f, "\nmeasured    {} {measure}", measure.name))
    }
}
