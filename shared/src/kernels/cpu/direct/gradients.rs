//! The gradients of the weights, from images with their borders.

use pulp::Simd;

use super::Neighbourhoods;
use crate::kernels::cpu::panels::PANEL;
use crate::kernels::cpu::tile::outer::{self, Columns, Row};

/// Adds the gradients of some rows of the weights that an image causes: the rows of run `run` from `first` on, of each
/// matrix of `columns` outputs. `panels` are the gradients of the outputs, [panels, points, 16].
#[inline(always)]
pub(in crate::kernels::cpu) fn add_weights<S: Simd, const M: usize, const N: usize>(
    simd: S,
    places: &Neighbourhoods,
    [width, from]: [usize; 2],
    [run, first, columns]: [usize; 3],
    padded: &[f32],
    panels: &[f32],
    matrices: &mut [&mut [f32]],
) {
    let (Neighbourhoods { starts, runs }, panels) = (places, panels.as_chunks().0);
    let padded = &padded[run * runs.stride..];
    for (number, matrix) in matrices.iter_mut().enumerate() {
        for inner in (0..columns).step_by(N * S::F32_LANES) {
            let (output, width_of_tile) = (number * columns + inner, (N * S::F32_LANES).min(columns - inner));
            let panel = &panels[output / PANEL * starts.len()..][..starts.len()];
            let rows: Vec<Row<'_, 1>> =
                padded.chunks(runs.stride).zip(panel.chunks(width).map(|panel| [panel])).collect();
            let (rows_here, strides) = (matrix.len() / columns, [columns, 0]);
            let here =
                Columns { numbers: matrix, first, rows: rows_here, strides, column: inner, width: width_of_tile };
            outer::add::<S, M, N, 1>(simd, &rows, [runs.length, from, output % PANEL], here);
        }
    }
}
