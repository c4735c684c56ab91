//! 3 × 3 convolutions by minimal filtering, F(2 × 2, 3 × 3) (Winograd, 1980; Lavin and Gray, 2016).
//!
//! The 2 × 2 outputs Y of a tile come from 4 × 4 inputs d and the filter g with 16 products where the definition has 36:
//!
//! Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//!
//! with Bᵀ, G and Aᵀ as in the functions below, and ⊙ for each of the 16 places ξ a product of matrices: the tiles'
//! transformed inputs [tiles, from] by the transformed weights [from, to]. The transforms are sums, and cheap beside it.
//! Gradients of inputs are such a convolution with the filter turned by half a turn; those of the weights are
//! Gᵀ [Σ (Bᵀ d B) ⊙ (A ∂Y Aᵀ)] G.

#[cfg(feature = "train")]
pub(super) mod gradients;

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::panels::PANEL;
use super::tile::{Gather, Place, Runs};
use super::vectors;

/// Places of a transformed tile.
pub(super) const PLACES: usize = 16;

/// How tiles of 2 × 2 outputs cover images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tiling {
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Tiling {
    fn down(&self) -> usize {
        self.height.div_ceil(2)
    }

    fn across(&self) -> usize {
        self.width.div_ceil(2)
    }

    /// Tiles of an image.
    pub(super) fn count(&self) -> usize {
        self.down() * self.across()
    }

    /// Numbers in a row of an image of so many `channels` with its border of zeros, which makes the last tile whole.
    pub(super) fn row(&self, channels: usize) -> usize {
        (2 * self.across() + 2) * channels
    }

    /// Numbers of such an image.
    pub(super) fn padded(&self, channels: usize) -> usize {
        (2 * self.down() + 2) * self.row(channels)
    }

    /// The first row and column of each tile.
    #[inline(always)]
    fn tiles(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let Tiling { height, width } = *self;
        (0..height).step_by(2).flat_map(move |y| (0..width).step_by(2).map(move |x| (y, x)))
    }
}

/// A square of vectors.
type Square<V, const N: usize> = [[V; N]; N];

/// A matrix that maps columns of M vectors to columns of N. Types, not closures: what is called in the loops must be
/// compiled for the CPU's own vectors, which closures are not sure to be.
trait Matrix<const M: usize, const N: usize> {
    fn times<S: Simd>(simd: S, column: [S::f32s; M]) -> [S::f32s; N];
}

/// L · m · Lᵀ.
#[inline(always)]
fn both<L: Matrix<M, N>, S: Simd, const M: usize, const N: usize>(
    simd: S,
    m: Square<S::f32s, M>,
) -> Square<S::f32s, N> {
    let zero = simd.splat_f32s(0.0);
    let mut left = [[zero; M]; N];
    for j in 0..M {
        let mut column = [zero; M];
        for i in 0..M {
            column[i] = m[i][j];
        }
        let column = L::times(simd, column);
        for i in 0..N {
            left[i][j] = column[i];
        }
    }
    let mut result = [[zero; N]; N];
    for i in 0..N {
        result[i] = L::times(simd, left[i]);
    }
    result
}

/// Bᵀ, of inputs.
struct Inputs;

impl Matrix<4, 4> for Inputs {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 4] {
        [simd.sub_f32s(a, c), simd.add_f32s(b, c), simd.sub_f32s(c, b), simd.sub_f32s(b, d)]
    }
}

/// Aᵀ, of products.
struct Products;

impl Matrix<4, 2> for Products {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 2] {
        [simd.add_f32s(a, simd.add_f32s(b, c)), simd.sub_f32s(simd.sub_f32s(b, c), d)]
    }
}

/// G, of weights.
struct Filters;

impl Matrix<3, 4> for Filters {
    #[inline(always)]
    fn times<S: Simd>(simd: S, [a, b, c]: [S::f32s; 3]) -> [S::f32s; 4] {
        let half = simd.splat_f32s(0.5);
        let outer = simd.mul_f32s(half, simd.add_f32s(a, c));
        let inner = simd.mul_f32s(half, b);
        [a, simd.add_f32s(outer, inner), simd.sub_f32s(outer, inner), c]
    }
}

/// G g Gᵀ of weights [panels, 3, 3, from, 16]: [16, panels, from, 16].
pub(super) fn transformed_weights(weights: &[f32], from: usize) -> Vec<f32> {
    let tap = from * PANEL;
    transform_filters::<Filters, 3, 4>(weights, tap, [9 * tap, tap], [tap, weights.len() / 9])
}

/// L · g · Lᵀ of filters, of which `tap` lie side by side. A matrix's distances are from panel to panel, and from one number
/// of a filter to the next.
fn transform_filters<L: Matrix<M, N>, const M: usize, const N: usize>(
    filters: &[f32],
    tap: usize,
    distances: [usize; 2],
    new_distances: [usize; 2],
) -> Vec<f32> {
    let mut transformed = vec![0.0; filters.len() / (M * M) * N * N];
    let (filters, new) = ((filters, distances), (&mut transformed[..], new_distances));
    Arch::new().dispatch(TransformFilters::<L, M, N> { filters, tap, new, matrix: PhantomData });
    transformed
}

/// Numbers with their distances, before and after.
struct TransformFilters<'a, L, const M: usize, const N: usize> {
    filters: (&'a [f32], [usize; 2]),
    tap: usize,
    new: (&'a mut [f32], [usize; 2]),
    matrix: PhantomData<L>,
}

impl<L: Matrix<M, N>, const M: usize, const N: usize> WithSimd for TransformFilters<'_, L, M, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let TransformFilters { filters: (filters, [panel, next]), tap, new: (new, [new_panel, new_next]), .. } = self;
        for number in 0..filters.len() / (M * M * tap) {
            let (filters, new) = (&filters[number * panel..], &mut new[number * new_panel..]);
            for at in vectors::vectors::<S>(tap) {
                let mut filter = [[simd.splat_f32s(0.0); M]; M];
                for (place, vector) in filter.as_flattened_mut().iter_mut().enumerate() {
                    *vector = vectors::load(simd, &filters[place * next..][at.clone()]);
                }
                let filter = both::<L, S, M, N>(simd, filter);
                for (place, vector) in filter.as_flattened().iter().enumerate() {
                    vectors::store(simd, &mut new[place * new_next..][at.clone()], *vector);
                }
            }
        }
    }
}

/// Bᵀ d B of the tiles of an image with its border: [16, tiles, channels].
#[inline(always)]
pub(super) fn transform_inputs<S: Simd>(
    simd: S,
    tiling: Tiling,
    channels: usize,
    padded: &[f32],
    transformed: &mut [f32],
) {
    let (row, place) = (tiling.row(channels), tiling.count() * channels);
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        let corner = &padded[y * row + x * channels..];
        let transformed = &mut transformed[tile * channels..];
        for at in vectors::vectors::<S>(channels) {
            let mut square = [[simd.splat_f32s(0.0); 4]; 4];
            for (i, vectors) in square.iter_mut().enumerate() {
                for (j, vector) in vectors.iter_mut().enumerate() {
                    *vector = vectors::load(simd, &corner[i * row + j * channels..][at.clone()]);
                }
            }
            let square = both::<Inputs, S, 4, 4>(simd, square);
            for (number, vector) in square.as_flattened().iter().enumerate() {
                vectors::store(simd, &mut transformed[number * place..][at.clone()], *vector);
            }
        }
    }
}

/// Adds to `outputs` [height, width, to] what comes of transformed inputs and weights, panel by panel of outputs.
///
/// `products` is room for the products of a panel: [16, tiles, 16].
#[inline(always)]
pub(super) fn add_outputs<S: Simd, const M: usize, const N: usize>(
    simd: S,
    tiling: Tiling,
    [from, to]: [usize; 2],
    inputs: &[f32],
    weights: &[f32],
    products: &mut [f32],
    outputs: &mut [f32],
) {
    let (count, runs) = (tiling.count(), Runs { stride: 0, length: from });
    for panel in 0..to / PANEL {
        for place in 0..PLACES {
            let inputs = &inputs[place * count * from..][..count * from];
            let weights = &weights[(place * to / PANEL + panel) * from * PANEL..][..from * PANEL];
            let products = &mut products[place * count * PANEL..][..count * PANEL];
            for (number, products) in products.chunks_mut(M * PANEL).enumerate() {
                let mut starts = [0; M];
                for (m, start) in starts.iter_mut().enumerate() {
                    *start = (number * M + m).min(count - 1) * from;
                }
                for column in (0..PANEL).step_by(N * S::F32_LANES) {
                    let width = N * S::F32_LANES;
                    let place = Place::<true> { numbers: &mut products[column..], stride: PANEL, width };
                    let (input, panel) = (inputs, weights.as_chunks().0);
                    simd.vectorize(Gather::<M, N, true> { input, starts, runs, panel, column, place });
                }
            }
        }
        transform_products(simd, tiling, to, panel, products, outputs);
    }
}

/// Aᵀ M A of a panel, added to the outputs.
#[inline(always)]
fn transform_products<S: Simd>(
    simd: S,
    tiling: Tiling,
    to: usize,
    panel: usize,
    products: &[f32],
    outputs: &mut [f32],
) {
    let Tiling { height, width } = tiling;
    let (products, count) = (products.as_chunks::<PANEL>().0, tiling.count());
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        for column in (0..PANEL).step_by(S::F32_LANES) {
            let mut square = [[simd.splat_f32s(0.0); 4]; 4];
            for (place, vector) in square.as_flattened_mut().iter_mut().enumerate() {
                *vector = vectors::load(simd, &products[place * count + tile][column..][..S::F32_LANES]);
            }
            let square = both::<Products, S, 4, 2>(simd, square);
            for (i, row) in square.iter().enumerate().take(height - y) {
                for (j, vector) in row.iter().enumerate().take(width - x) {
                    let at = ((y + i) * width + x + j) * to + panel * PANEL + column;
                    let output = &mut outputs[at..][..S::F32_LANES];
                    vectors::store(simd, output, simd.add_f32s(vectors::load(simd, output), *vector));
                }
            }
        }
    }
}
