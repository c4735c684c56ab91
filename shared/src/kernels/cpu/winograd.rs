//! 3 × 3 convolutions by minimal filtering, F(4 × 4, 3 × 3) (Winograd, 1980; Lavin and Gray, 2016).
//!
//! The 4 × 4 outputs Y of a tile come from 6 × 6 inputs d and the filter g with 36 products where the definition has 144:
//!
//! Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//!
//! with Bᵀ, G and Aᵀ as in the functions below, and ⊙ for each of the 36 places ξ a product of matrices: the tiles'
//! transformed inputs [tiles, from] by the transformed weights [from, to]. The transforms are sums, and cheap beside it.
//! Gradients of inputs are such a convolution with the filter turned by half a turn; those of the weights are
//! Gᵀ [Σ (Bᵀ d B) ⊙ (A ∂Y Aᵀ)] G.
//!
//! In one dimension inputs, filter and outputs are polynomials, which are multiplied at the points 0, ±a, ±b and ∞ (Toom,
//! 1963; Cook, 1966). With a = 3/4 and b = 3/2 rounding does little more than in plain sums, less than with the usual 1 and
//! 2; both have few binary digits, so that Bᵀ and Aᵀ are exact.

#[cfg(feature = "train")]
pub(super) mod gradients;

mod filters;
mod interpolation;

use pulp::Simd;

use super::panels::PANEL;
use super::tile::{Gather, Place, Runs};
use super::vectors;
pub(super) use filters::transformed_weights;
use interpolation::{Inputs, Products, REACH, both};
pub(super) use interpolation::{PLACES, SIDE};

/// Tiles that are multiplied together at least, where there are as many: they share the weights on their way through the
/// caches.
const TOGETHER: usize = 16;

/// The most images that are: more would leave threads without work.
const MOST: usize = 8;

/// How tiles of outputs cover an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tiling {
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Tiling {
    fn down(&self) -> usize {
        self.height.div_ceil(SIDE)
    }

    fn across(&self) -> usize {
        self.width.div_ceil(SIDE)
    }

    /// Tiles of an image.
    pub(super) fn count(&self) -> usize {
        self.down() * self.across()
    }

    /// Images whose tiles are multiplied together.
    pub(super) fn images(&self) -> usize {
        (TOGETHER / self.count()).clamp(1, MOST)
    }

    /// Numbers in a row of an image of so many `channels` with its border of zeros, which makes the last tile whole.
    pub(super) fn row(&self, channels: usize) -> usize {
        (SIDE * self.across() + 2) * channels
    }

    /// Numbers of such an image.
    pub(super) fn padded(&self, channels: usize) -> usize {
        (SIDE * self.down() + 2) * self.row(channels)
    }

    /// The first row and column of each tile.
    #[inline(always)]
    fn tiles(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let Tiling { height, width } = *self;
        (0..height).step_by(SIDE).flat_map(move |y| (0..width).step_by(SIDE).map(move |x| (y, x)))
    }
}
/// Bᵀ d B of the tiles of an image with its border: [36, all, channels], where they come after the `first` of all tiles.
#[inline(always)]
pub(super) fn transform_inputs<S: Simd>(
    simd: S,
    tiling: Tiling,
    channels: usize,
    padded: &[f32],
    [first, all]: [usize; 2],
    transformed: &mut [f32],
) {
    let row = tiling.row(channels);
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        let corner = &padded[y * row + x * channels..];
        let transformed = &mut transformed[(first + tile) * channels..];
        for at in vectors::vectors::<S>(channels) {
            let mut square = [[simd.splat_f32s(0.0); REACH]; REACH];
            for (i, vectors) in square.iter_mut().enumerate() {
                for (j, vector) in vectors.iter_mut().enumerate() {
                    *vector = vectors::load(simd, &corner[i * row + j * channels..][at.clone()]);
                }
            }
            let square = both::<Inputs, S, REACH, REACH>(simd, square);
            for (number, vector) in square.as_flattened().iter().enumerate() {
                vectors::store(simd, &mut transformed[number * all * channels..][at.clone()], *vector);
            }
        }
    }
}

/// Adds to `outputs` [images, height, width, to] what comes of transformed inputs and weights, P panels of outputs at a time.
///
/// `products` is room for their products: [P, 36, tiles of all images, 16].
#[inline(always)]
pub(super) fn add_outputs<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    tiling: Tiling,
    [from, to]: [usize; 2],
    inputs: &[f32],
    weights: &[f32],
    products: &mut [f32],
    outputs: &mut [f32],
) {
    let panels = to / PANEL;
    let whole = panels - panels % P;
    for panel in (0..whole).step_by(P) {
        add_panels::<S, M, N, P>(simd, tiling, [panel, from, to], inputs, weights, products, outputs);
    }
    for panel in whole..panels {
        add_panels::<S, M, N, 1>(simd, tiling, [panel, from, to], inputs, weights, products, outputs);
    }
}

/// Those of P panels, from number `panel` on.
#[inline(always)]
fn add_panels<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    tiling: Tiling,
    [panel, from, to]: [usize; 3],
    inputs: &[f32],
    weights: &[f32],
    products: &mut [f32],
    outputs: &mut [f32],
) {
    let image = tiling.height * tiling.width * to;
    let all = tiling.count() * (outputs.len() / image);
    let matrix = from * PANEL;
    for place in 0..PLACES {
        let inputs = &inputs[place * all * from..][..all * from];
        let panels =
            std::array::from_fn(|p| weights[((panel + p) * PLACES + place) * matrix..][..matrix].as_chunks().0);
        let products = &mut products[place * all * PANEL..];
        // The last tiles may be fewer; they are taken four at a time, so that few are computed more than once.
        let many = all - all % M;
        multiply::<S, M, N, P>(simd, [0, many, all], inputs, panels, products);
        multiply::<S, 4, N, P>(simd, [many, all, all], inputs, panels, products);
    }
    for (number, outputs) in outputs.chunks_exact_mut(image).enumerate() {
        for (p, products) in products.chunks(PLACES * all * PANEL).enumerate().take(P) {
            let tiles = [number * tiling.count(), all];
            transform_products(simd, tiling, to, panel + p, tiles, products, outputs);
        }
    }
}

/// [tiles, from] · [from, 16] = [tiles, 16] for each panel, from one tile to another of `all`.
#[inline(always)]
fn multiply<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    [begin, end, all]: [usize; 3],
    input: &[f32],
    panels: [&[[f32; PANEL]]; P],
    products: &mut [f32],
) {
    let runs = Runs { stride: 0, length: panels[0].len() };
    for tile in (begin..end).step_by(M) {
        let starts = std::array::from_fn(|m| (tile + m).min(end - 1) * runs.length);
        for column in (0..PANEL).step_by(N * S::F32_LANES) {
            let place = Place::<true> {
                numbers: &mut products[tile * PANEL + column..],
                rows: 0..M.min(end - tile),
                columns: N * S::F32_LANES,
                strides: [PANEL, PLACES * all * PANEL],
            };
            simd.vectorize(Gather::<M, N, P, true> { input, starts, runs, panels, column, place });
        }
    }
}

/// Aᵀ M A of a panel, added to the outputs of an image whose tiles come after the `first` of all tiles.
#[inline(always)]
fn transform_products<S: Simd>(
    simd: S,
    tiling: Tiling,
    to: usize,
    panel: usize,
    [first, all]: [usize; 2],
    products: &[f32],
    outputs: &mut [f32],
) {
    let Tiling { height, width } = tiling;
    let products = products.as_chunks::<PANEL>().0;
    for (tile, (y, x)) in tiling.tiles().enumerate() {
        for column in (0..PANEL).step_by(S::F32_LANES) {
            let mut square = [[simd.splat_f32s(0.0); REACH]; REACH];
            for (place, vector) in square.as_flattened_mut().iter_mut().enumerate() {
                *vector = vectors::load(simd, &products[place * all + first + tile][column..][..S::F32_LANES]);
            }
            let square = both::<Products, S, REACH, SIDE>(simd, square);
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
