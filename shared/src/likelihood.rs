//! The likelihood of an image under a field, by the instantaneous change of variables (Chen et al., 2018).

use crate::image::value_within_level;
use crate::noise::Seed;
use crate::solver::{Frame, Integration, Solver};
use crate::time::{Time, TimeGrid};
use crate::velocity::{State, VelocityField};

/// A field that knows how fast it inflates volumes.
pub trait Divergence<S: State>: VelocityField<S> {
    /// One number for each state: a number for one state, a vector for a batch.
    type Volume: State;

    /// The velocity at `state` and `time`, and its divergence ∇·v there.
    fn velocity_and_divergence(&self, state: &S, time: Time) -> (S, Self::Volume);
}

impl<S: State, F: Divergence<S> + ?Sized> Divergence<S> for &F {
    type Volume = F::Volume;

    fn velocity_and_divergence(&self, state: &S, time: Time) -> (S, F::Volume) {
        (**self).velocity_and_divergence(state, time)
    }
}

/// A field that carries a state and the logarithm of the volume around it.
#[derive(Clone, Debug)]
pub struct WithLogDensity<F>(F);

impl<S: State, F: Divergence<S>> VelocityField<(S, F::Volume)> for WithLogDensity<F> {
    fn velocity(&self, state: &(S, F::Volume), time: Time) -> (S, F::Volume) {
        self.0.velocity_and_divergence(&state.0, time)
    }

    fn nfe_per_call(&self) -> u32 {
        self.0.nfe_per_call()
    }
}

/// The trajectory from an image to its noise along with the logarithm of its volume, which begins at `zero` and ends at
/// −∫₀¹ ∇·v dt.
///
/// log p(image) = log N(noise; 0, I) + that logarithm, in natural logarithms, for images with values in −1..=1.
///
/// An image is a state, and its logarithm is one number; a batch of images has one number for each. Here is one image of
/// two values, under the exact field of a Gaussian.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::likelihood::{encode_with_log_density, log_likelihood};
/// use shared::mixture::{Component, Mixture};
/// use shared::solver::Solver;
/// use shared::time::{Time, TimeGrid};
///
/// let gaussian = Component { weight: 1.0, mean: vec![0.3, -0.2], axes: None, deviations: vec![0.5, 0.8] };
/// let field = Mixture::new(vec![gaussian]).expect("a Gaussian");
/// let grid = TimeGrid::uniform(NonZeroU32::new(40).expect("not 0"));
/// let image = vec![0.5, -0.5];
/// let end = encode_with_log_density(&field, Solver::Rk4, &grid, image.clone(), 0.0).finish();
/// assert!((log_likelihood(&end) - field.log_density(&image, Time::IMAGE)).abs() < 1e-6);
/// ```
pub fn encode_with_log_density<S: State, F: Divergence<S>>(
    field: F,
    solver: Solver,
    grid: &TimeGrid,
    image: S,
    zero: F::Volume,
) -> Integration<(S, F::Volume), WithLogDensity<F>> {
    solver.integrate(WithLogDensity(field), grid.reversed(), (image, zero))
}

/// log N(noise; 0, I) for `dimensions` numbers whose squares add up to `square_sum`.
pub fn log_standard_normal(square_sum: f64, dimensions: usize) -> f64 {
    -0.5 * square_sum - 0.5 * dimensions as f64 * (2.0 * std::f64::consts::PI).ln()
}

/// The log-likelihood at the end of [`encode_with_log_density`] for one state of numbers.
pub fn log_likelihood(end: &Frame<(Vec<f64>, f64)>) -> f64 {
    let (noise, log_volume) = &end.state;
    log_standard_normal(noise.iter().map(|x| x * x).sum(), noise.len()) + log_volume
}

/// An image with the values of its pixels drawn uniformly from their levels: image number `index` of `seed`. A density has
/// no meaning on the levels themselves.
pub fn dequantised(image: &[f32], seed: Seed, index: u64) -> Vec<f32> {
    image.iter().zip(seed.uniform(index, image.len())).map(|(&x, share)| value_within_level(x, share)).collect()
}

/// Bits for one value of an image whose 256 levels are spread over −1..=1, 2/255 apart, from the natural log-likelihood
/// of the [`dequantised`] image: on average an upper bound of those that the levels themselves need (Theis et al., 2016).
///
/// The uniform density on the 256 levels' total length of 512/255 has exactly 8 bits.
pub fn bits_per_dimension(log_likelihood: f64, dimensions: usize) -> f64 {
    -log_likelihood / dimensions as f64 / std::f64::consts::LN_2 + (255.0_f64 / 2.0).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::value_from_pixel;

    #[test]
    fn dequantised_pixels_fill_their_levels() {
        let image = [value_from_pixel(100); 10_000];
        let shares: Vec<f32> = dequantised(&image, Seed(3), 0).iter().map(|x| (x - image[0]) * 127.5).collect();
        let (least, most) = shares.iter().fold((1.0_f32, -1.0_f32), |(a, b), x| (a.min(*x), b.max(*x)));
        assert!((-0.5001..-0.499).contains(&least) && (0.499..0.5001).contains(&most), "{least} to {most}");
        // Uniform: variance 1/12, of which 10,000 draws know 1 %.
        let variance = shares.iter().map(|x| x * x).sum::<f32>() / 1e4;
        assert!((variance * 12.0 - 1.0).abs() < 0.04, "{variance}");
    }

    #[test]
    fn a_uniform_density_has_eight_bits() {
        let log_density = -(512.0_f64 / 255.0).ln();
        assert!((bits_per_dimension(3.0 * log_density, 3) - 8.0).abs() < 1e-12);
    }
}
