//! Convolutions of any size as products of matrices that are never written down.
//!
//! In an image with a border every neighbourhood is a few runs of consecutive numbers, so that the loops of
//! [`super::tile`] read it in place: no patches are laid out.

use pulp::Simd;

use super::panels::{PANEL, Panels};
use super::tile::{Gather, Outer, Place, Row, Runs};

/// How neighbourhoods lie in an image with its border.
#[derive(Clone, Debug)]
pub(super) struct Neighbourhoods {
    /// Where that of each point begins.
    starts: Vec<usize>,
    runs: Runs,
    width: usize,
    from: usize,
}

impl Neighbourhoods {
    /// Of `size` × `size` points of `from` channels, around each point of a `height` × `width` image.
    pub(super) fn new(size: usize, [height, width]: [usize; 2], from: usize) -> Self {
        let row = (width + size - 1) * from;
        let starts = (0..height).flat_map(|y| (0..width).map(move |x| y * row + x * from)).collect();
        Neighbourhoods { starts, runs: Runs { stride: row, length: size * from }, width, from }
    }
}

/// Adds the products to `outputs` [points, to]: for each panel, all points, so that the panel stays in the second cache.
#[inline(always)]
pub(super) fn add_outputs<S: Simd, const M: usize, const N: usize>(
    simd: S,
    places: &Neighbourhoods,
    to: usize,
    padded: &[f32],
    weights: &Panels<'_>,
    outputs: &mut [f32],
) {
    let starts = &places.starts[..outputs.len() / to];
    for column in (0..to).step_by(N * S::F32_LANES) {
        let width = (N * S::F32_LANES).min(to - column);
        let panel = weights.from_column(column);
        for (starts, outputs) in starts.chunks(M).zip(outputs.chunks_mut(M * to)) {
            // The last points may be fewer; one is then computed more than once and written once.
            let mut here = [0; M];
            for (m, start) in here.iter_mut().enumerate() {
                *start = starts[m.min(starts.len() - 1)];
            }
            let place = Place::<false> { numbers: &mut outputs[column..], stride: to, width };
            let (input, runs, column) = (padded, places.runs, column % PANEL);
            simd.vectorize(Gather::<M, N, false> { input, starts: here, runs, panel, column, place });
        }
    }
}

/// Rows of a tile of gradients.
#[cfg(feature = "train")]
pub(super) const ROWS: usize = 6;

/// Adds the gradients of some rows of the weights that an image causes: the rows of run `run` from `first` on, of each
/// matrix of `columns` outputs. `panels` are the gradients of the outputs, [panels, points, 16].
#[cfg(feature = "train")]
#[inline(always)]
pub(super) fn add_weights<S: Simd, const N: usize>(
    simd: S,
    places: &Neighbourhoods,
    [run, first, columns]: [usize; 3],
    padded: &[f32],
    panels: &[f32],
    matrices: &mut [&mut [f32]],
) {
    let (Neighbourhoods { starts, runs, width, from }, panels) = (places, panels.as_chunks().0);
    let padded = &padded[run * runs.stride..];
    for (number, matrix) in matrices.iter_mut().enumerate() {
        for inner in (0..columns).step_by(N * S::F32_LANES) {
            let (output, width_of_tile) = (number * columns + inner, (N * S::F32_LANES).min(columns - inner));
            let panel = &panels[output / PANEL * starts.len()..][..starts.len()];
            let rows: Vec<Row<'_>> = padded.chunks(runs.stride).zip(panel.chunks(*width)).collect();
            for (tile, gradients) in matrix.chunks_mut(ROWS * columns).enumerate() {
                // The last rows may be fewer; the tile then begins earlier, with rows that are there already.
                let row = first + tile * ROWS;
                let first = row.min(runs.length - ROWS);
                let place = Place { numbers: &mut gradients[inner..], stride: columns, width: width_of_tile };
                let (rows, skip, column) = (&rows[..], row - first, output % PANEL);
                simd.vectorize(Outer::<ROWS, N> { rows, stride: *from, first, column, skip, place });
            }
        }
    }
}
