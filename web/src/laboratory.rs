//! The flow in two dimensions, where the velocity is known exactly: what can be seen here holds for images too.

mod pairs;
mod run;
mod travel;

use std::num::NonZeroU32;

use shared::mixture::{Component, Mixture};
use shared::named::named;

pub use pairs::{Line, Pairs};
pub use run::{Run, Scenery};
pub use travel::{start, travel};

/// Points that move.
pub const PARTICLES: usize = 2_000;

/// The same on a graphics processor, unless there are too many moments to keep them all.
pub const MANY: usize = 100_000;

/// Bytes that all moments of these may take.
const ROOM: usize = 200 << 20;

/// How many points a graphics processor moves along this way.
pub fn particles(way: Way, intervals: NonZeroU32) -> usize {
    let legs = if matches!(way, Way::Return | Way::Translate) { 2 } else { 1 };
    let moments = legs * (intervals.get() as usize + 1);
    MANY.min(ROOM / (moments * size_of::<[f32; 2]>()))
}

/// What is shown reaches from −3 to 3 in both directions.
pub const REACH: f64 = 3.0;

/// The most places that a visitor can mark.
pub const MOST_PLACES: usize = 24;

/// A distribution in the plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Three heaps.
    Three,
    /// Eight heaps on a circle.
    Ring,
    /// Two half circles that reach into each other.
    Moons,
    /// A spiral.
    Spiral,
    /// A heap at every place that the visitor has marked.
    Drawn,
}

named! {
    Scene is a "scene":
    Three = "three", Ring = "ring", Moons = "moons", Spiral = "spiral", Drawn = "drawn",
}

impl Scene {
    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Scene::Three => "three heaps",
            Scene::Ring => "a ring",
            Scene::Moons => "two moons",
            Scene::Spiral => "a spiral",
            Scene::Drawn => "where you click",
        }
    }

    /// The mixture of Gaussians that it is. Without marked places [`Scene::Drawn`] is one wide heap.
    pub fn mixture(self, places: &[[f64; 2]]) -> Mixture {
        let arc = |count: usize, of: &dyn Fn(f64) -> [f64; 2]| -> Vec<[f64; 2]> {
            (0..count).map(|i| of(i as f64 / count as f64)).collect()
        };
        let turn = std::f64::consts::TAU;
        let (means, deviation): (Vec<[f64; 2]>, f64) = match self {
            Scene::Three => (vec![[-1.5, -0.9], [1.6, -0.6], [0.1, 1.5]], 0.3),
            Scene::Ring => (arc(8, &|share| [1.8 * (turn * share).cos(), 1.8 * (turn * share).sin()]), 0.16),
            Scene::Moons => {
                let half = |share: f64| 0.5 * turn * (share + 1.0 / 14.0);
                let upper = arc(7, &|share| [1.4 * half(share).cos() - 0.7, 1.4 * half(share).sin() - 0.3]);
                let lower = arc(7, &|share| [1.4 * half(share).cos() + 0.7, 0.3 - 1.4 * half(share).sin()]);
                ([upper, lower].concat(), 0.17)
            }
            Scene::Spiral => {
                let angle = |share: f64| 1.7 * turn * share;
                let radius = |share: f64| 0.3 + 1.9 * share;
                (arc(16, &|share| [radius(share) * angle(share).cos(), radius(share) * angle(share).sin()]), 0.14)
            }
            Scene::Drawn if places.is_empty() => (vec![[0.0, 0.0]], 0.6),
            Scene::Drawn => (places.to_vec(), 0.2),
        };
        let heap =
            |mean: [f64; 2]| Component { weight: 1.0, mean: mean.to_vec(), axes: None, deviations: vec![deviation; 2] };
        Mixture::new(means.into_iter().map(heap).collect()).expect("heaps have extent")
    }
}

/// What the points do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Noise to data.
    Generate,
    /// Noise to data, and back.
    Return,
    /// Data to noise to other data.
    Translate,
    /// Data along the difference of both fields: not a translation, as one sees.
    Difference,
}

named! {
    Way is a "way":
    Generate = "generate", Return = "return", Translate = "translate", Difference = "difference",
}

impl Way {
    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Way::Generate => "from noise to data",
            Way::Return => "from noise to data and back",
            Way::Translate => "translate through the noise",
            Way::Difference => "follow the difference of both fields",
        }
    }

    /// Whether there is a second distribution.
    pub fn has_target(self) -> bool {
        matches!(self, Way::Translate | Way::Difference)
    }
}

/// What a visitor has set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laboratory {
    /// The data.
    pub scene: Scene,
    /// Other data, to translate into.
    pub target: Scene,
    /// What the points do.
    pub way: Way,
    /// Which lines are drawn between the points.
    pub pairs: Pairs,
    /// Marked places, each coordinate from 0 (−[`REACH`], left and below) to 255.
    pub places: Vec<[u8; 2]>,
}

impl Default for Laboratory {
    fn default() -> Self {
        Laboratory {
            scene: Scene::Three,
            target: Scene::Ring,
            way: Way::Generate,
            pairs: Pairs::None,
            places: Vec::new(),
        }
    }
}

impl Laboratory {
    /// A scene, with a heap at every marked place if it is drawn.
    pub fn mixture(&self, scene: Scene) -> Mixture {
        let coordinate = |byte: u8| (f64::from(byte) / 255.0 * 2.0 - 1.0) * REACH;
        let places: Vec<[f64; 2]> = self.places.iter().map(|place| place.map(coordinate)).collect();
        scene.mixture(&places)
    }
}
