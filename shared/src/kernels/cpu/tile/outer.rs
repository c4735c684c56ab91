use pulp::{Simd, WithSimd};

use super::{Place, vectors};
use crate::kernels::cpu::panels::PANEL;

/// Rows of a tile that every matrix has.
const FEW: usize = 6;

/// Points in a row: their inputs, which begin at equal distances, and the gradients of their outputs.
pub(in crate::kernels::cpu) type Row<'a> = (&'a [f32], &'a [[f32; PANEL]]);

/// Some columns of a matrix of weights, for which gradients are summed up.
pub(in crate::kernels::cpu) struct Columns<'a> {
    /// Rows of the matrix, from its row number `first` on.
    pub(in crate::kernels::cpu) matrix: &'a mut [f32],
    pub(in crate::kernels::cpu) first: usize,
    /// Numbers of a row.
    pub(in crate::kernels::cpu) stride: usize,
    /// The first column, and how many there are, at most N vectors.
    pub(in crate::kernels::cpu) column: usize,
    pub(in crate::kernels::cpu) width: usize,
}

/// Adds what all points of some rows cause, in tiles of M rows, or fewer where there are not so many. A point has `length` inputs, which begin `stride` numbers after
/// those of the point before; its gradients begin at `column` of their panel.
#[inline(always)]
pub(in crate::kernels::cpu) fn add<S: Simd, const M: usize, const N: usize>(
    simd: S,
    rows: &[Row<'_>],
    extents: [usize; 3],
    columns: Columns<'_>,
) {
    if extents[0] < M {
        add_tiles::<S, FEW, N>(simd, rows, extents, columns);
    } else {
        add_tiles::<S, M, N>(simd, rows, extents, columns);
    }
}

#[inline(always)]
fn add_tiles<S: Simd, const M: usize, const N: usize>(
    simd: S,
    rows: &[Row<'_>],
    [length, stride, column]: [usize; 3],
    columns: Columns<'_>,
) {
    for (tile, matrix) in columns.matrix.chunks_mut(M * columns.stride).enumerate() {
        // The last rows may be fewer; the tile then begins earlier, with rows that are there already.
        let row = columns.first + tile * M;
        let first = row.min(length - M);
        let place = Place { numbers: &mut matrix[columns.column..], stride: columns.stride, width: columns.width };
        simd.vectorize(Outer::<M, N> { rows, stride, first, column, skip: row - first, place });
    }
}

/// Σₚ input(p, first + m) · gradient(p)[n], over all points of some rows: the gradients of M rows by N vectors of weights.
struct Outer<'a, const M: usize, const N: usize> {
    rows: &'a [Row<'a>],
    /// From point to point of a row.
    stride: usize,
    first: usize,
    column: usize,
    /// Rows of weights that the place does not have; it has the M − skip after them.
    skip: usize,
    place: Place<'a, false>,
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
