//! Register tiles: the inner loops of every convolution.
//!
//! Each is a call of its own ([`Simd::vectorize`]), so that the compiler gives all registers of the CPU to its sums; inlined
//! into what surrounds it, it would keep some of them in memory.

#[cfg(feature = "train")]
pub(super) mod outer;

use std::ops::Range;

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

/// Where a tile adds its sums or, if `FRESH`, writes them.
#[derive(Debug)]
pub(super) struct Place<'a, const FRESH: bool> {
    /// Beginning with the first number of the first row.
    pub(super) numbers: &'a mut [f32],
    /// The rows of the tile that have a place here.
    pub(super) rows: Range<usize>,
    /// Columns; at most as many as the tile has in one panel.
    pub(super) columns: usize,
    /// Numbers from row to row, and from panel to panel.
    pub(super) strides: [usize; 2],
}

impl<const FRESH: bool> Place<'_, FRESH> {
    #[expect(clippy::needless_range_loop, reason = "sums and places go by the same number")]
    #[inline(always)]
    fn take<S: Simd, const M: usize, const N: usize, const P: usize>(self, simd: S, sums: [[[S::f32s; N]; M]; P]) {
        let Place { numbers, rows, columns, strides: [row, panel] } = self;
        // Loops of fixed length: sums that are looked up by a number would lie in memory from the beginning.
        for p in 0..P {
            for m in 0..M {
                if !rows.contains(&m) {
                    continue;
                }
                let row = &mut numbers[p * panel + (m - rows.start) * row..][..columns];
                for n in 0..N {
                    let begin = n * S::F32_LANES;
                    if begin < columns {
                        let place = &mut row[begin..columns.min(begin + S::F32_LANES)];
                        let sum = sums[p][m][n];
                        store(simd, place, if FRESH { sum } else { simd.add_f32s(load(simd, place), sum) });
                    }
                }
            }
        }
    }
}

/// Σₖ input(m, k) · panel[k][n]: M points by N vectors of outputs in each of P panels, which begin at `column`.
///
/// Each of the M · N · P sums stays in a register for the whole loop over k; a step loads N · P vectors of weights and M
/// numbers of the input.
pub(super) struct Gather<'a, const M: usize, const N: usize, const P: usize, const FRESH: bool> {
    pub(super) input: &'a [f32],
    pub(super) starts: [usize; M],
    pub(super) runs: Runs,
    pub(super) panels: [&'a [[f32; PANEL]]; P],
    pub(super) column: usize,
    pub(super) place: Place<'a, FRESH>,
}

impl<const M: usize, const N: usize, const P: usize, const FRESH: bool> WithSimd for Gather<'_, M, N, P, FRESH> {
    type Output = ();

    #[expect(clippy::needless_range_loop, reason = "panels and points go by the same number")]
    #[expect(unsafe_code, reason = "to check M bounds in each step would take as long as the step")]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Gather { input, starts, runs, panels, column, place } = self;
        let zero = simd.splat_f32s(0.0);
        let mut sums = [[[zero; N]; M]; P];
        for run in 0..panels[0].len() / runs.length {
            let panels = panels.map(|panel| &panel[run * runs.length..][..runs.length]);
            let mut points: [&[f32]; M] = [&[]; M];
            for (point, start) in points.iter_mut().zip(starts) {
                *point = &input[start + run * runs.stride..][..runs.length];
            }
            for k in 0..runs.length {
                let mut weights = [[zero; N]; P];
                for p in 0..P {
                    weights[p] = vectors::<S, N>(&panels[p][k], column);
                }
                for m in 0..M {
                    // SAFETY: k is less than the length of each point's run.
                    let value = simd.splat_f32s(unsafe { *points[m].get_unchecked(k) });
                    for p in 0..P {
                        for n in 0..N {
                            sums[p][m][n] = simd.mul_add_e_f32s(value, weights[p][n], sums[p][m][n]);
                        }
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
