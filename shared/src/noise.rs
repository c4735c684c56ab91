//! Seeded randomness that is the same on every machine.

use chacha20::ChaCha8Rng;
use rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

/// The one number from which all randomness of an image, or of a training run, is drawn.
///
/// Every consumer draws from its own named stream, so adding a consumer changes no other one. The generator is
/// ChaCha8 and the normal sampler a ziggurat without system maths functions: a page in a browser and a trainer on
/// a server draw the same bits.
///
/// Noise is a vector of as many values as the image has, each from N(0, 1).
///
/// ```
/// use shared::noise::Seed;
///
/// let image = 3;
/// let noise = Seed(7).noise(image, 784);
/// assert_eq!(noise.len(), 784);
/// assert_eq!(noise[..2], [-0.609059, -0.15976895], "the same bits on every machine");
/// assert_eq!(Seed(7).noise(image, 2), noise[..2], "a smaller image has the first values of a larger one");
/// assert_ne!(Seed(7).noise(image + 1, 2), noise[..2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// The generator number `index` of the stream called `name`.
    ///
    /// # Panics
    /// If `name` is longer than 24 bytes: it is part of the generator's key.
    pub fn stream(self, name: &str, index: u64) -> ChaCha8Rng {
        assert!(name.len() <= 24, "a stream's name has at most 24 bytes, not {name:?}");
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.0.to_le_bytes());
        key[8..8 + name.len()].copy_from_slice(name.as_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(index);
        generator
    }

    /// So many seeds, this one first.
    pub fn following(self, count: u64) -> impl Iterator<Item = Seed> {
        (0..count).map(move |number| Seed(self.0.wrapping_add(number)))
    }

    /// Noise for image number `index`: `values` independent draws from N(0, 1).
    pub fn noise(self, index: u64, values: usize) -> Vec<f32> {
        normal(&mut self.stream("noise", index), values)
    }

    /// Noise number `repeat` for image number `image`, where several are drawn for one image: `values` independent draws
    /// from N(0, 1), whatever other images there are.
    pub fn repeated_noise(self, image: u64, repeat: u32, values: usize) -> Vec<f32> {
        normal(&mut self.stream("repeated noise", numbered(image, repeat)), values)
    }

    /// What draws the noise along way number `repeat` of image number `image`, step after step ([`normal`]).
    pub fn along_a_way(self, image: u64, repeat: u32) -> ChaCha8Rng {
        self.stream("noise along a way", numbered(image, repeat))
    }

    /// `values` independent signs, 1 or −1: vector number `repeat` for image number `image`.
    pub fn signs(self, image: u64, repeat: u32, values: usize) -> Vec<f32> {
        let mut generator = self.stream("signs", numbered(image, repeat));
        (0..values).map(|_| if StandardUniform.sample(&mut generator) { 1.0 } else { -1.0 }).collect()
    }

    /// Vector number `index` of `values` independent draws, uniform over 0..1.
    pub fn uniform(self, index: u64, values: usize) -> Vec<f32> {
        let mut generator = self.stream("uniform", index);
        (0..values).map(|_| StandardUniform.sample(&mut generator)).collect()
    }
}

/// One number for the two.
fn numbered(image: u64, repeat: u32) -> u64 {
    (u64::from(repeat) << 32) + image
}

/// `values` independent draws from N(0, 1).
pub fn normal(generator: &mut ChaCha8Rng, values: usize) -> Vec<f32> {
    (0..values).map(|_| StandardNormal.sample(generator)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_depends_on_seed_and_index_alone() {
        assert_eq!(Seed(7).noise(3, 8), Seed(7).noise(3, 8));
        assert_eq!(Seed(7).noise(3, 8)[..4], Seed(7).noise(3, 4)[..]);
        assert_ne!(Seed(7).noise(3, 8), Seed(7).noise(4, 8));
        assert_ne!(Seed(7).noise(3, 8), Seed(8).noise(3, 8));
        assert_eq!(Seed(7).repeated_noise(3, 1, 8), Seed(7).repeated_noise(3, 1, 8));
        assert_ne!(Seed(7).repeated_noise(3, 1, 8), Seed(7).repeated_noise(1, 3, 8));
    }

    #[test]
    fn noise_is_standard_normal() {
        // 100,000 draws: the mean has a standard error of 0.003, the variance one of 0.0045; four of each are allowed.
        let draws = Seed(1).noise(0, 100_000);
        let mean = draws.iter().sum::<f32>() / 1e5;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.013, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.018, "variance {variance}");
    }
}
