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
    /// [`VelocityDifference`](crate::flow::VelocityDifference).
    #[serde(alias = "subtract")]
    VelocityDifference,
    /// A [direct](crate::card::Direct) model, decoded from the image itself.
    Direct,
}

named! {
    Method is a "method":
    Ddib = "ddib", FlowEdit = "flowedit", VelocityDifference = "velocity-difference", Direct = "direct",
}

impl Method {
    /// Those that need a class-conditional model only.
    pub const CONDITIONAL: [Method; 3] = [Method::Ddib, Method::FlowEdit, Method::VelocityDifference];

    /// Noises that FlowEdit and noisy direct models average over, unless somebody says otherwise.
    pub const REPEATS: u32 = 4;

    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Method::Ddib => "through the noise",
            Method::FlowEdit => "FlowEdit: without encoding",
            Method::VelocityDifference => "velocity difference (wrong)",
            Method::Direct => "direct",
        }
    }

    /// What it does, for `--help`.
    pub fn about(self) -> &'static str {
        match self {
            Method::Ddib => "through the noise: encode under the first class, decode under the second (DDIB)",
            Method::FlowEdit => "without encoding: the mean difference of both fields around several noises (FlowEdit)",
            Method::VelocityDifference => "the difference of both fields on one path: wrong, and here to be measured",
            Method::Direct => "with a model that was trained to lead from the one class to the other",
        }
    }

    /// Whether its result depends on a noise that it draws, with a class-conditional model.
    pub fn adds_noise(self) -> bool {
        self == Method::FlowEdit
    }

    /// Whether there is a noise of the image, from which the image returns.
    pub fn encodes(self) -> bool {
        self == Method::Ddib
    }
}
