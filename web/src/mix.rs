//! Noises of several images or seeds, mixed at a place between them.

use std::num::NonZeroU32;

/// The fewest corners, and the most.
pub const CORNERS: std::ops::RangeInclusive<usize> = 2..=4;

/// Where a noise comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// The first noise of this seed.
    Seed(u64),
    /// The noise of the held-out image of this number.
    Example(u32),
}

/// A pad with corners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// The noises: above left, above right, below left, below right. The third of three lies below, in the middle.
    pub corners: Vec<Corner>,
    /// The place on the pad, from 0 (left, above) to 255.
    pub at: [u8; 2],
    /// Whether the handle walks by itself.
    pub walks: bool,
    /// The class to draw under; none means that of the first held-out image, or else the first.
    pub class: Option<String>,
    /// The corner that the next choice replaces.
    pub chosen: usize,
}

/// The middle of the pad.
pub const MIDDLE: [u8; 2] = [128, 128];

impl Default for Mix {
    fn default() -> Self {
        let corners = vec![Corner::Example(0), Corner::Seed(7), Corner::Seed(8), Corner::Seed(9)];
        Mix { corners, at: MIDDLE, walks: false, class: None, chosen: 0 }
    }
}

impl Mix {
    /// How much of each corner's noise there is at a place. They add up to 1.
    pub fn shares(&self, [x, y]: [u8; 2]) -> Vec<f64> {
        let [right, down] = [x, y].map(|byte| f64::from(byte) / 255.0);
        let (left, up) = (1.0 - right, 1.0 - down);
        match self.corners.len() {
            2 => vec![left, right],
            3 => vec![left * up, right * up, down],
            _ => vec![left * up, right * up, left * down, right * down],
        }
    }

    /// Takes so many corners: new ones are seeds that are not there yet.
    pub fn take(&mut self, count: usize) {
        self.corners.truncate(count);
        while self.corners.len() < count {
            let fresh = (7..).map(Corner::Seed).find(|corner| !self.corners.contains(corner));
            self.corners.extend(fresh);
        }
        self.chosen = self.chosen.min(self.corners.len() - 1);
    }

    /// The place after so many steps of a walk: once around the pad in [`Mix::LAP`] steps, beginning on the right.
    pub fn walk(step: u32) -> [u8; 2] {
        let angle = std::f64::consts::TAU * f64::from(step % Self::LAP) / f64::from(Self::LAP.get());
        [angle.cos(), angle.sin()].map(|share| (127.5 + 108.0 * share).round() as u8)
    }

    /// The steps of a walk.
    pub const LAP: NonZeroU32 = NonZeroU32::new(72).expect("72 is not 0");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_corner_is_itself_and_shares_are_whole() {
        for count in CORNERS {
            let mut mix = Mix::default();
            mix.take(count);
            let places = match count {
                2 => vec![[0, 128], [255, 128]],
                3 => vec![[0, 0], [255, 0], [128, 255]],
                _ => vec![[0, 0], [255, 0], [0, 255], [255, 255]],
            };
            for (corner, place) in places.into_iter().enumerate() {
                let shares = mix.shares(place);
                assert!((shares[corner] - 1.0).abs() < 1e-12, "corner {corner} of {count}: {shares:?}");
            }
            for place in [[3, 200], MIDDLE] {
                assert!((mix.shares(place).iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
        assert_eq!(Mix::walk(0), Mix::walk(Mix::LAP.get()), "a walk comes back");
        let mut mix = Mix { chosen: 3, ..Mix::default() };
        mix.take(2);
        assert_eq!((mix.chosen, mix.corners.len()), (1, 2));
        mix.take(4);
        assert_eq!(mix.corners[2..], [Corner::Seed(8), Corner::Seed(9)]);
    }
}
