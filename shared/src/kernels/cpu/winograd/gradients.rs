//! The gradients: Gᵀ [Σ (Bᵀ d B) ⊙ (A ∂Y Aᵀ)] G for the weights, by the sums Σ over all tiles at each place.

use pulp::Simd;

use super::{Matrix, PLACES, Tiling, both, transform_filters};
use crate::kernels::cpu::panels::PANEL;
use crate::kernels::cpu::tile::outer::{self, Columns, Row};
use crate::kernels::cpu::vectors;

/// A, of gradients of outputs.
struct OutputGradients;

impl Matrix<2, 4> for OutputGradients {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b]: [S::f32s; 2]) -> [S::f32s; 4] {
        [a, simd.add_f32s(a, b), simd.sub_f32s(a, b), simd.sub_f32s(simd.splat_f32s(0.0), b)]
    }
}

/// Gᵀ, of the gradients of transformed weights.
struct FilterGradients;

impl Matrix<4, 3> for FilterGradients {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 3] {
        let half = simd.splat_f32s(0.5);
        let sum = simd.mul_f32s(half, simd.add_f32s(b, c));
        let difference = simd.mul_f32s(half, simd.sub_f32s(b, c));
        [simd.add_f32s(a, sum), difference, simd.add_f32s(sum, d)]
    }
}

/// Gᵀ … G, back to the gradients of weights.
pub(in crate::kernels::cpu) fn weights_gradients(sums: &[f32], from: usize) -> Vec<f32> {
    let tap = from * PANEL;
    transform_filters::<FilterGradients, 4, 3>(sums, tap, [tap, sums.len() / PLACES], [9 * tap, tap])
}

/// A ∂Y Aᵀ of the tiles of the gradients [height, width, channels]: [16, panels, tiles, 16].
#[inline(always)]
pub(in crate::kernels::cpu) fn transform_gradients<S: Simd>(
    simd: S,
    tiling: Tiling,
    channels: usize,
    gradients: &[f32],
    transformed: &mut [f32],
) {
    let Tiling { height, width } = tiling;
    let place = tiling.count() * channels;
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        for at in vectors::vectors::<S>(channels) {
            let mut square = [[simd.splat_f32s(0.0); 2]; 2];
            for (i, row) in square.iter_mut().enumerate().take(height - y) {
                for (j, vector) in row.iter_mut().enumerate().take(width - x) {
                    *vector = vectors::load(simd, &gradients[((y + i) * width + x + j) * channels..][at.clone()]);
                }
            }
            let square = both::<OutputGradients, S, 2, 4>(simd, square);
            let (panel, column) = (at.start / PANEL, at.start % PANEL);
            for (number, vector) in square.as_flattened().iter().enumerate() {
                let row = &mut transformed[number * place + (panel * tiling.count() + tile) * PANEL..];
                vectors::store(simd, &mut row[column..column + at.len()], *vector);
            }
        }
    }
}

/// Tiles whose products are summed up in registers.
const BLOCK: usize = 48;

/// Adds Σ (Bᵀ d B)ᵀ (A ∂Y Aᵀ) at one place, over all images: [panels, from, 16].
///
/// `inputs` are the images' [16, tiles, from], `gradients` their [16, panels, tiles, 16].
#[inline(always)]
pub(in crate::kernels::cpu) fn add_sums<S: Simd, const N: usize>(
    simd: S,
    tiling: Tiling,
    [from, to]: [usize; 2],
    place: usize,
    [inputs, gradients]: [&[f32]; 2],
    sums: &mut [f32],
) {
    let (count, panels) = (tiling.count(), to / PANEL);
    let together = BLOCK.div_ceil(count);
    let images = inputs.chunks(together * PLACES * count * from).zip(gradients.chunks(together * PLACES * count * to));
    for (inputs, gradients) in images {
        let inputs = inputs.chunks(PLACES * count * from).map(|image| &image[place * count * from..]);
        for (panel, sums) in sums.chunks_exact_mut(from * PANEL).enumerate() {
            let gradients = gradients.chunks(PLACES * count * to);
            let gradients = gradients.map(|image| &image.as_chunks().0[(place * panels + panel) * count..][..count]);
            let rows: Vec<Row<'_>> = inputs.clone().zip(gradients).collect();
            for column in (0..PANEL).step_by(N * S::F32_LANES) {
                let (matrix, width) = (&mut *sums, N * S::F32_LANES);
                let columns = Columns { matrix, first: 0, stride: PANEL, column, width };
                outer::add::<S, N>(simd, &rows, [from, from, column], columns);
            }
        }
    }
}
