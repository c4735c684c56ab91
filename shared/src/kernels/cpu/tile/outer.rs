use pulp::{Simd, WithSimd};

use super::{Place, vectors};
use crate::kernels::cpu::panels::PANEL;

/// Rows of a smaller tile.
const FEW: usize = 6;

/// Points in a row: their inputs, which begin at equal distances, and the gradients of their outputs in P panels.
pub(in crate::kernels::cpu) type Row<'a, const P: usize> = (&'a [f32], [&'a [[f32; PANEL]]; P]);

/// Some columns of matrices of weights, for which gradients are summed up.
pub(in crate::kernels::cpu) struct Columns<'a> {
    /// Rows of the first matrix, from row number `first` on, and whatever leads to those of the others.
    pub(in crate::kernels::cpu) numbers: &'a mut [f32],
    pub(in crate::kernels::cpu) first: usize,
    pub(in crate::kernels::cpu) rows: usize,
    /// Numbers from row to row, and from matrix to matrix.
    pub(in crate::kernels::cpu) strides: [usize; 2],
    /// The first column, and how many there are, at most N vectors.
    pub(in crate::kernels::cpu) column: usize,
    pub(in crate::kernels::cpu) width: usize,
}

/// Adds what all points of some rows cause, in tiles of M rows, or fewer where there are not so many. A point has `length`
/// inputs, which begin `stride` numbers after those of the point before; its gradients begin at `column` of their panels.
#[inline(always)]
pub(in crate::kernels::cpu) fn add<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    rows: &[Row<'_, P>],
    extents: [usize; 3],
    columns: Columns<'_>,
) {
    match extents[0] {
        0..FEW => add_tiles::<S, 1, N, P>(simd, rows, extents, columns),
        length if length < M => add_tiles::<S, FEW, N, P>(simd, rows, extents, columns),
        _ => add_tiles::<S, M, N, P>(simd, rows, extents, columns),
    }
}

#[inline(always)]
fn add_tiles<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    rows: &[Row<'_, P>],
    [length, stride, column]: [usize; 3],
    columns: Columns<'_>,
) {
    let Columns { numbers, first, rows: all, strides, column: begin, width } = columns;
    for tile in (0..all).step_by(M) {
        // The last rows may be fewer; the tile then begins earlier, with rows that are there already.
        let row = first + tile;
        let first = row.min(length - M);
        let numbers = &mut numbers[tile * strides[0] + begin..];
        let place = Place { numbers, rows: row - first..M.min(row - first + all - tile), columns: width, strides };
        simd.vectorize(Outer::<M, N, P> { rows, stride, first, column, place });
    }
}

/// Σₚ input(p, first + m) · gradient(p)[n], over all points of some rows: the gradients of M rows by N vectors of weights, in
/// each of P panels.
struct Outer<'a, const M: usize, const N: usize, const P: usize> {
    rows: &'a [Row<'a, P>],
    /// From point to point of a row.
    stride: usize,
    first: usize,
    column: usize,
    place: Place<'a, false>,
}

impl<const M: usize, const N: usize, const P: usize> WithSimd for Outer<'_, M, N, P> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Outer { rows, stride, first, column, place } = self;
        let zero = simd.splat_f32s(0.0);
        let mut sums = [[[zero; N]; M]; P];
        for (input, panels) in rows {
            let count = panels[0].len();
            let panels = panels.map(|panel| &panel[..count]);
            for k in 0..count {
                let mut gradients = [[zero; N]; P];
                for p in 0..P {
                    gradients[p] = vectors::<S, N>(&panels[p][k], column);
                }
                let point = &input[first + k * stride..][..M];
                for m in 0..M {
                    let value = simd.splat_f32s(point[m]);
                    for p in 0..P {
                        for n in 0..N {
                            sums[p][m][n] = simd.mul_add_e_f32s(value, gradients[p][n], sums[p][m][n]);
                        }
                    }
                }
            }
        }
        place.take(simd, sums);
    }
}
