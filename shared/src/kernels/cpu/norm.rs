//! Group normalisation of one image [points, channels], channels innermost, and its gradients.
//!
//! A vector of channels goes through all points with its coefficients and sums in registers; what the channels of a group
//! have in common is found from their sums.

#[cfg(feature = "train")]
mod gradients;

use pulp::Simd;

use super::vectors::{load, select, store, vectors};
use crate::kernels::{EPSILON, GROUPS};

/// What the points of an image have in common, for each channel: the mean of its group, and 1 over its deviation.
#[derive(Clone, Debug)]
pub(super) struct Statistics {
    mean: Vec<f32>,
    inverse: Vec<f32>,
}

/// What becomes of the deviation and the mean of each channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine<'a> {
    pub(super) scale: &'a [f32],
    pub(super) shift: &'a [f32],
}

impl Statistics {
    /// Takes the mean away before it squares: E[x²] − E[x]² loses all digits where the mean is large.
    #[inline(always)]
    pub(super) fn of<S: Simd>(simd: S, image: &[f32], channels: usize) -> Self {
        let size = (image.len() / GROUPS) as f32;
        let mut mean = vec![0.0; channels];
        for at in vectors::<S>(channels) {
            let mut sum = simd.splat_f32s(0.0);
            for point in image.chunks_exact(channels) {
                sum = simd.add_f32s(sum, load(simd, &point[at.clone()]));
            }
            store(simd, &mut mean[at], sum);
        }
        share(&mut mean, |sum| sum / size);
        let mut inverse = vec![0.0; channels];
        for at in vectors::<S>(channels) {
            let mean = load(simd, &mean[at.clone()]);
            let mut sum = simd.splat_f32s(0.0);
            for point in image.chunks_exact(channels) {
                let centred = simd.sub_f32s(load(simd, &point[at.clone()]), mean);
                sum = simd.mul_add_e_f32s(centred, centred, sum);
            }
            store(simd, &mut inverse[at], sum);
        }
        share(&mut inverse, |sum| (sum / size + EPSILON as f32).sqrt().recip());
        Statistics { mean, inverse }
    }

    /// outputs = max(0, scale · n + shift) with n = (x − mean) · inverse, at some points.
    #[inline(always)]
    pub(super) fn apply<S: Simd>(&self, simd: S, affine: Affine<'_>, points: &[f32], outputs: &mut [f32]) {
        let channels = self.mean.len();
        for at in vectors::<S>(channels) {
            let [mean, inverse, scale, shift] = self.coefficients(simd, affine, at.clone());
            let scale = simd.mul_f32s(scale, inverse);
            for (point, output) in points.chunks_exact(channels).zip(outputs.chunks_exact_mut(channels)) {
                let centred = simd.sub_f32s(load(simd, &point[at.clone()]), mean);
                let modulated = simd.mul_add_e_f32s(centred, scale, shift);
                // What is not a number remains none.
                let zero = simd.splat_f32s(0.0);
                let negative = simd.less_than_f32s(modulated, zero);
                store(simd, &mut output[at.clone()], select(simd, negative, zero, modulated));
            }
        }
    }

    /// Mean, inverse, scale and shift of a vector of channels.
    #[inline(always)]
    fn coefficients<S: Simd>(&self, simd: S, affine: Affine<'_>, at: std::ops::Range<usize>) -> [S::f32s; 4] {
        [
            load(simd, &self.mean[at.clone()]),
            load(simd, &self.inverse[at.clone()]),
            load(simd, &affine.scale[at.clone()]),
            load(simd, &affine.shift[at]),
        ]
    }
}

/// Gives all channels of a group what becomes of their sum.
#[inline(always)]
fn share(sums: &mut [f32], of: impl Fn(f32) -> f32) {
    for group in sums.chunks_exact_mut(sums.len() / GROUPS) {
        let total = of(group.iter().sum());
        group.fill(total);
    }
}
