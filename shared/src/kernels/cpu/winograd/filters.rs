//! Transforms of filters.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::interpolation::{Filters, Matrix, REACH, both};
use crate::kernels::cpu::panels::PANEL;
use crate::kernels::cpu::{fresh, threads, vectors};

/// G g Gᵀ of weights [panels, 3, 3, from, 16]: [panels, 36, from, 16].
pub(in crate::kernels::cpu) fn transformed_weights(weights: &[f32], from: usize) -> Vec<f32> {
    let tap = from * PANEL;
    transform_filters::<Filters, 3, REACH>(weights, tap, [9 * tap, tap])
}

/// L · g · Lᵀ of filters [panels, M, M, tap], or whose distances from panel to panel and from number to number are others:
/// [panels, N, N, tap].
pub(super) fn transform_filters<L: Matrix<M, N>, const M: usize, const N: usize>(
    filters: &[f32],
    tap: usize,
    [panel, next]: [usize; 2],
) -> Vec<f32> {
    fresh::numbers(filters.len() / (M * M) * N * N, |blank| {
        let panels = blank.chunks(N * N * tap).enumerate().collect();
        threads::for_each(
            panels,
            || (),
            |(), (number, blank)| {
                let (filters, new) = (&filters[number * panel..], blank.zeros());
                Arch::new().dispatch(TransformFilters::<L, M, N> { filters, tap, next, new, matrix: PhantomData });
            },
        );
    })
}

/// Those of a panel.
struct TransformFilters<'a, L, const M: usize, const N: usize> {
    filters: &'a [f32],
    tap: usize,
    /// From number to number.
    next: usize,
    new: &'a mut [f32],
    matrix: PhantomData<L>,
}

impl<L: Matrix<M, N>, const M: usize, const N: usize> WithSimd for TransformFilters<'_, L, M, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let TransformFilters { filters, tap, next, new, .. } = self;
        for at in vectors::vectors::<S>(tap) {
            let mut filter = [[simd.splat_f32s(0.0); M]; M];
            for (place, vector) in filter.as_flattened_mut().iter_mut().enumerate() {
                *vector = vectors::load(simd, &filters[place * next..][at.clone()]);
            }
            let filter = both::<L, S, M, N>(simd, filter);
            for (place, vector) in filter.as_flattened().iter().enumerate() {
                vectors::store(simd, &mut new[place * tap..][at.clone()], *vector);
            }
        }
    }
}
