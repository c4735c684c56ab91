//! The ways to turn an image of one class into one of another.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// A way to translate with a model. Menus, the command line, links and tables read [`Method::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// [`flow::translate`](crate::flow::translate): encode under the first class, decode under the second.
    #[default]
    Ddib,
    /// [`FlowEdit`](crate::flow::FlowEdit).
    #[serde(rename = "flowedit")]
    FlowEdit,
    /// [`flow::renoise`](crate::flow::renoise): noise mixed in, then decoded under the second class.
    #[serde(rename = "sdedit")]
    SdEdit,
    /// [`VelocityDifference`](crate::flow::VelocityDifference).
    #[serde(alias = "subtract")]
    VelocityDifference,
    /// A [direct](crate::card::Direct) model, decoded from the image itself.
    Direct,
}

named! {
    Method is a "method":
    Ddib = "ddib", FlowEdit = "flowedit", SdEdit = "sdedit", VelocityDifference = "velocity-difference", Direct = "direct",
}

impl Method {
    /// Those that need a class-conditional model only.
    pub const CONDITIONAL: [Method; 4] = [Method::Ddib, Method::FlowEdit, Method::SdEdit, Method::VelocityDifference];

    /// How far SDEdit goes back, unless somebody says otherwise: 1 changes nothing, 0 forgets the image.
    pub const TIME: f64 = 0.5;

    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Method::Ddib => "through the noise",
            Method::FlowEdit => "FlowEdit: without encoding",
            Method::SdEdit => "SDEdit: drawn from part noise",
            Method::VelocityDifference => "velocity difference (wrong)",
            Method::Direct => "direct",
        }
    }

    /// What it does, for `--help`.
    pub fn about(self) -> &'static str {
        match self {
            Method::Ddib => "through the noise: encode under the first class, decode under the second (DDIB)",
            Method::FlowEdit => "without encoding: the mean difference of both fields around several noises (FlowEdit)",
            Method::SdEdit => "with fresh noise: mixed in up to a time, then decoded under the second class (SDEdit)",
            Method::VelocityDifference => "the difference of both fields on one path: wrong, and here to be measured",
            Method::Direct => "with a model that was trained to lead from the one class to the other",
        }
    }

    /// Noises to average over, unless somebody says otherwise. FlowEdit's single steps are noisy; what SDEdit leads to differs so
    /// much from noise to noise that a mean of several is no image.
    pub const fn repeats(self) -> u32 {
        match self {
            Method::SdEdit | Method::Ddib | Method::VelocityDifference => 1,
            Method::FlowEdit | Method::Direct => 4,
        }
    }

    /// Whether its result depends on a noise that it draws, with a class-conditional model.
    pub fn adds_noise(self) -> bool {
        matches!(self, Method::FlowEdit | Method::SdEdit)
    }

    /// Whether there is a noise of the image, from which the image returns.
    pub fn encodes(self) -> bool {
        self == Method::Ddib
    }
}
