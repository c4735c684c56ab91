use serde::{Deserialize, Serialize};

/// What the page asks of the program that draws particles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The experiment, as a link says it.
    pub link: String,
    /// The number of the moment.
    pub moment: usize,
    /// Whether the page is dark.
    pub dark: bool,
}

/// What that program answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// It listens: now it can be given a canvas.
    Awake,
    /// It has the canvas and a device: now it can be asked.
    Ready,
    /// A moment can be seen.
    Drawn {
        /// How many particles.
        count: usize,
    },
    /// It can show none.
    Failed {
        /// Why.
        reason: String,
    },
}
