//! A moment of a job, on its way from the engine to the page.

use serde::{Deserialize, Serialize};

use crate::view::Look;

/// A job at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The page's number for the job.
    pub id: u32,
    /// The part of the trajectory.
    pub leg: Leg,
    /// The moment: 0 noise, 1 image.
    pub time: f64,
    /// The number of the frame within its leg.
    pub index: usize,
    /// Network evaluations so far, in the whole job.
    pub nfe: u32,
    /// What can be shown of it.
    pub looks: Looks,
}

/// A moment, seen in three ways: the pixels of all images of the job, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looks {
    /// The states x_t.
    #[serde(with = "serde_bytes")]
    pub state: Vec<u8>,
    /// The images that they head for, x_t + (1 − t)·v with the velocity until the next moment.
    #[serde(with = "serde_bytes")]
    pub image: Vec<u8>,
    /// The noises that they come from, x_t − t·v.
    #[serde(with = "serde_bytes")]
    pub noise: Vec<u8>,
}

impl Looks {
    /// One of the three.
    pub fn of(&self, look: Look) -> &[u8] {
        match look {
            Look::State => &self.state,
            Look::Image => &self.image,
            Look::Noise => &self.noise,
        }
    }

    /// Adds the images of another part of the job.
    pub fn extend(&mut self, part: Looks) {
        self.state.extend(part.state);
        self.image.extend(part.image);
        self.noise.extend(part.noise);
    }
}

/// A part of a trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Leg {
    /// Image to noise.
    Encode,
    /// Noise to image.
    Decode,
    /// Noise back to the first image, under its own class.
    Return,
    /// Into every other class.
    Every,
    /// The image to its noise once more, as [`shared::flow::CONVERGED`] says.
    Converge,
}

impl Leg {
    /// What happens on it.
    pub fn name(self) -> &'static str {
        match self {
            Leg::Encode | Leg::Converge => "encoding",
            Leg::Decode | Leg::Every => "decoding",
            Leg::Return => "returning",
        }
    }
}
