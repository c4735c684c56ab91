use pulp::Simd;

use super::{Affine, Statistics, share};
use crate::kernels::GROUPS;
use crate::kernels::cpu::vectors::{load, select, store, vectors};

impl Statistics {
    /// From the gradients ∂y of the outputs of [`apply`](Self::apply), which those of the points replace, and to those of
    /// scale and shift.
    ///
    /// Where y > 0: ∂shift = Σ ∂y, ∂scale = Σ ∂y · n, and ∂x = inverse · (scale · ∂y − a − n · b), where a and b are the
    /// means of scale · ∂y and scale · ∂y · n over the group.
    #[inline(always)]
    pub(in crate::kernels::cpu) fn backward<S: Simd>(
        &self,
        simd: S,
        affine: Affine<'_>,
        points: &[f32],
        gradients: &mut [f32],
        [scale_gradient, shift_gradient]: [&mut [f32]; 2],
    ) {
        let channels = self.mean.len();
        let zero = simd.splat_f32s(0.0);
        for at in vectors::<S>(channels) {
            let [mean, inverse, scale, shift] = self.coefficients(simd, affine, at.clone());
            let (mut by_scale, mut by_shift) = (zero, zero);
            for (point, gradient) in points.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels)) {
                let normal = simd.mul_f32s(simd.sub_f32s(load(simd, &point[at.clone()]), mean), inverse);
                let positive = simd.less_than_f32s(zero, simd.mul_add_e_f32s(normal, scale, shift));
                let passed = select(simd, positive, load(simd, &gradient[at.clone()]), zero);
                by_scale = simd.mul_add_e_f32s(passed, normal, by_scale);
                by_shift = simd.add_f32s(passed, by_shift);
                store(simd, &mut gradient[at.clone()], passed);
            }
            store(simd, &mut scale_gradient[at.clone()], by_scale);
            store(simd, &mut shift_gradient[at], by_shift);
        }
        let size = (points.len() / GROUPS) as f32;
        let means = |sums: &[f32]| {
            let mut means: Vec<f32> = sums.iter().zip(affine.scale).map(|(sum, scale)| sum * scale).collect();
            share(&mut means, |sum| sum / size);
            means
        };
        let (a, b) = (means(shift_gradient), means(scale_gradient));
        for at in vectors::<S>(channels) {
            let [mean, inverse, scale, _] = self.coefficients(simd, affine, at.clone());
            let a = simd.mul_f32s(load(simd, &a[at.clone()]), inverse);
            let b = simd.mul_f32s(load(simd, &b[at.clone()]), simd.mul_f32s(inverse, inverse));
            let scale = simd.mul_f32s(scale, inverse);
            for (point, gradient) in points.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels)) {
                let centred = simd.sub_f32s(load(simd, &point[at.clone()]), mean);
                let common = simd.mul_add_e_f32s(centred, b, a);
                let through = simd.mul_f32s(load(simd, &gradient[at.clone()]), scale);
                store(simd, &mut gradient[at.clone()], simd.sub_f32s(through, common));
            }
        }
    }
}
