//! The gradients: Gᵀ [Σ (Bᵀ d B) ⊙ (A ∂Y Aᵀ)] G for the weights, by the sums Σ over all tiles at each place.

use pulp::Simd;

use super::filters::transform_filters;
use super::interpolation::{A, A2, AT_0, AT_A, AT_B, B, B2, Matrix, REACH, SIDE, both, fold, mixed, plus};
use super::{PLACES, Tiling};
use crate::kernels::cpu::panels::PANEL;
use crate::kernels::cpu::tile::outer::{self, Columns, Row};
use crate::kernels::cpu::vectors;

/// A, of gradients of outputs.
struct OutputGradients;

impl Matrix<SIDE, REACH> for OutputGradients {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [w, x, y, z]: [S::f32s; SIDE]) -> [S::f32s; REACH] {
        let (even_a, odd_a) = (plus(simd, w, A2, y), mixed(simd, [A, A * A2], [x, z]));
        let (even_b, odd_b) = (plus(simd, w, B2, y), mixed(simd, [B, B * B2], [x, z]));
        let ([a, minus_a], [b, minus_b]) = (fold(simd, even_a, odd_a), fold(simd, even_b, odd_b));
        [w, a, minus_a, b, minus_b, z]
    }
}

/// Gᵀ, of the gradients of transformed weights.
struct FilterGradients;

impl Matrix<REACH, 3> for FilterGradients {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [zero, a, minus_a, b, minus_b, end]: [S::f32s; REACH]) -> [S::f32s; 3] {
        let ([even_a, odd_a], [even_b, odd_b]) = (fold(simd, a, minus_a), fold(simd, b, minus_b));
        [
            plus(simd, mixed(simd, [1.0 / AT_A, 1.0 / AT_B], [even_a, even_b]), 1.0 / AT_0, zero),
            mixed(simd, [A / AT_A, B / AT_B], [odd_a, odd_b]),
            simd.add_f32s(mixed(simd, [A2 / AT_A, B2 / AT_B], [even_a, even_b]), end),
        ]
    }
}

/// Gᵀ … G of [36, panels, from, 16], back to the gradients of weights: [panels, 3, 3, from, 16].
pub(in crate::kernels::cpu) fn weights_gradients(sums: &[f32], from: usize) -> Vec<f32> {
    let tap = from * PANEL;
    transform_filters::<FilterGradients, REACH, 3>(sums, tap, [tap, sums.len() / PLACES])
}

/// A ∂Y Aᵀ of the tiles of the gradients [height, width, channels]: [36, panels, all, 16], where they come after the
/// `first` of all tiles.
#[inline(always)]
pub(in crate::kernels::cpu) fn transform_gradients<S: Simd>(
    simd: S,
    tiling: Tiling,
    channels: usize,
    gradients: &[f32],
    [first, all]: [usize; 2],
    transformed: &mut [f32],
) {
    let Tiling { height, width } = tiling;
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        for at in vectors::vectors::<S>(channels) {
            let mut square = [[simd.splat_f32s(0.0); SIDE]; SIDE];
            for (i, row) in square.iter_mut().enumerate().take(height - y) {
                for (j, vector) in row.iter_mut().enumerate().take(width - x) {
                    *vector = vectors::load(simd, &gradients[((y + i) * width + x + j) * channels..][at.clone()]);
                }
            }
            let square = both::<OutputGradients, S, SIDE, REACH>(simd, square);
            let (panel, column) = (at.start / PANEL, at.start % PANEL);
            for (number, vector) in square.as_flattened().iter().enumerate() {
                let row = &mut transformed[number * all * channels + (panel * all + first + tile) * PANEL..];
                vectors::store(simd, &mut row[column..column + at.len()], *vector);
            }
        }
    }
}

/// Tiles whose products are summed up in registers.
const BLOCK: usize = 48;

/// Adds Σ (Bᵀ d B)ᵀ (A ∂Y Aᵀ) at one place, over all images: [panels, from, 16].
///
/// `inputs` are [36, tiles, from] for each group of images that have so many `tiles` together, or fewer in the last one;
/// `gradients` likewise [36, panels, tiles, 16].
#[inline(always)]
pub(in crate::kernels::cpu) fn add_sums<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    tiles: usize,
    [from, to]: [usize; 2],
    place: usize,
    [inputs, gradients]: [&[f32]; 2],
    sums: &mut [f32],
) {
    let panels = to / PANEL;
    let whole = panels - panels % P;
    let block = BLOCK.div_ceil(tiles) * PLACES * tiles;
    let together = inputs.chunks(block * from).zip(gradients.chunks(block * to));
    for (inputs, gradients) in together {
        let groups = inputs.chunks(PLACES * tiles * from).zip(gradients.chunks(PLACES * tiles * to));
        let groups = groups.map(|(inputs, gradients)| {
            let tiles = inputs.len() / (PLACES * from);
            (&inputs[place * tiles * from..], &gradients[place * tiles * to..][..tiles * to])
        });
        for panel in (0..whole).step_by(P) {
            add_panels::<S, M, N, P>(simd, [panel, panels, from], groups.clone(), sums);
        }
        for panel in whole..panels {
            add_panels::<S, M, N, 1>(simd, [panel, panels, from], groups.clone(), sums);
        }
    }
}

/// Those of P panels, from number `panel` of `panels` on.
#[inline(always)]
fn add_panels<'a, S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    [panel, panels, from]: [usize; 3],
    groups: impl Iterator<Item = (&'a [f32], &'a [f32])>,
    sums: &mut [f32],
) {
    let rows: Vec<Row<'_, P>> = groups
        .map(|(inputs, gradients)| {
            let tiles = gradients.len() / panels / PANEL;
            let points = gradients.as_chunks().0;
            (inputs, std::array::from_fn(|p| &points[(panel + p) * tiles..][..tiles]))
        })
        .collect();
    for column in (0..PANEL).step_by(N * S::F32_LANES) {
        let (numbers, strides) = (&mut sums[panel * from * PANEL..], [PANEL, from * PANEL]);
        let columns = Columns { numbers, first: 0, rows: from, strides, column, width: N * S::F32_LANES };
        outer::add::<S, M, N, P>(simd, &rows, [from, from, column], columns);
    }
}
