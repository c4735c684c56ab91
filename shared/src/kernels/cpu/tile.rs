//! Register tiles: the inner loops of every convolution.
//!
//! Each is a call of its own ([`Simd::vectorize`]), so that the compiler gives all registers of the CPU to its sums; inlined
//! into what surrounds it, it would keep some of them in memory.

#[cfg(feature = "train")]
pub(super) mod outer;

use pulp::{Simd, WithSimd};

use super::panels::PANEL;
use super::vectors::{load, store};

/// Where a point of the output finds its inputs: runs of `length` numbers each, which begin `stride` numbers apart.
///
/// In an image [height + 2, width + 2, channels] with a border the 3 × 3 neighbourhood of a point is 3 runs of
/// 3 · channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs {
    pub(super) stride: usize,
    pub(super) length: usize,
}

/// Rows of some of a matrix's columns, to which a tile adds its sums or, in `FRESH` ones, writes them.
#[derive(Debug)]
pub(super) struct Place<'a, const FRESH: bool> {
    /// Beginning with the first number of the first row.
    pub(super) numbers: &'a mut [f32],
    /// Numbers from row to row.
    pub(super) stride: usize,
    /// Columns; at most as many as the tile has.
    pub(super) width: usize,
}

impl<const FRESH: bool> Place<'_, FRESH> {
    #[inline(always)]
    fn take<S: Simd, const M: usize, const N: usize>(self, simd: S, sums: [[S::f32s; N]; M]) {
        for (sums, row) in sums.into_iter().zip(self.numbers.chunks_mut(self.stride)) {
            for (sum, place) in sums.into_iter().zip(row[..self.width].chunks_mut(S::F32_LANES)) {
                let sum = if FRESH { sum } else { simd.add_f32s(load(simd, place), sum) };
                store(simd, place, sum);
            }
        }
    }
}

/// Σₖ input(m, k) · panel[k][n]: M points by N vectors of outputs, which begin at `column` of the panel.
///
/// Each of the M · N sums stays in a register for the whole loop over k; a step loads N vectors of weights and M numbers
/// of the input. The place has at most M rows.
pub(super) struct Gather<'a, const M: usize, const N: usize, const FRESH: bool> {
    pub(super) input: &'a [f32],
    pub(super) starts: [usize; M],
    pub(super) runs: Runs,
    pub(super) panel: &'a [[f32; PANEL]],
    pub(super) column: usize,
    pub(super) place: Place<'a, FRESH>,
}

impl<const M: usize, const N: usize, const FRESH: bool> WithSimd for Gather<'_, M, N, FRESH> {
    type Output = ();

    #[expect(unsafe_code, reason = "to check M bounds in each step would take as long as the step")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Gather { input, starts, runs, panel, column, place } = self;
        let mut sums = [[simd.splat_f32s(0.0); N]; M];
        for (run, panel) in panel.chunks_exact(runs.length).enumerate() {
            let mut points: [&[f32]; M] = [&[]; M];
            for (point, start) in points.iter_mut().zip(starts) {
                *point = &input[start + run * runs.stride..][..panel.len()];
            }
            for (k, row) in panel.iter().enumerate() {
                let row = vectors::<S, N>(row, column);
                for m in 0..M {
                    // SAFETY: k is less than the length of the panel, which is that of every point's run.
                    let value = simd.splat_f32s(unsafe { *points[m].get_unchecked(k) });
                    for n in 0..N {
                        sums[m][n] = simd.mul_add_e_f32s(value, row[n], sums[m][n]);
                    }
                }
            }
        }
        place.take(simd, sums);
    }
}

/// N vectors of a row of a panel.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(row: &[f32; PANEL], column: usize) -> [S::f32s; N] {
    let (vectors, _) = S::as_simd_f32s(&row[column..][..N * S::F32_LANES]);
    let mut loaded = [vectors[0]; N];
    for (loaded, vector) in loaded.iter_mut().zip(vectors) {
        *loaded = *vector;
    }
    loaded
}
