use pulp::{Simd, WithSimd};

use super::{Place, vectors};
use crate::kernels::cpu::panels::PANEL;

/// Points in a row: their inputs, which begin at equal distances, and the gradients of their outputs.
pub(in crate::kernels::cpu) type Row<'a> = (&'a [f32], &'a [[f32; PANEL]]);

/// Σₚ input(p, first + m) · gradient(p)[n], over all points of some rows: the gradients of M rows by N vectors of weights.
pub(in crate::kernels::cpu) struct Outer<'a, const M: usize, const N: usize> {
    pub(in crate::kernels::cpu) rows: &'a [Row<'a>],
    /// From point to point of a row.
    pub(in crate::kernels::cpu) stride: usize,
    pub(in crate::kernels::cpu) first: usize,
    pub(in crate::kernels::cpu) column: usize,
    /// Rows of weights that the place does not have; it has the M − skip after them.
    pub(in crate::kernels::cpu) skip: usize,
    pub(in crate::kernels::cpu) place: Place<'a, false>,
}

impl<const M: usize, const N: usize> WithSimd for Outer<'_, M, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Outer { rows, stride, first, column, skip, place } = self;
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for (input, panel) in rows {
            let points = (first..).step_by(stride);
            for (at, gradients) in points.zip(*panel) {
                let gradients = vectors::<S, N>(gradients, column);
                let point = &input[at..][..M];
                for m in 0..M {
                    let value = simd.splat_f32s(point[m]);
                    for n in 0..N {
                        sums[m][n] = simd.mul_add_e_f32s(value, gradients[n], sums[m][n]);
                    }
                }
            }
        }
        // There is no room for those that come to the end.
        sums.rotate_left(skip);
        place.take(simd, sums);
    }
}
