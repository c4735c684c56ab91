//! Convolutions of any size as products of matrices that are never written down.
//!
//! In an image with a border every neighbourhood is a few runs of consecutive numbers, so that the loops of
//! [`super::tile`] read it in place: no patches are laid out.

#[cfg(feature = "train")]
pub(super) mod gradients;

use pulp::Simd;

use super::panels::{PANEL, Panels};
use super::tile::{Gather, Place, Runs};

/// How neighbourhoods lie in an image with its border.
#[derive(Clone, Debug)]
pub(in crate::kernels) struct Neighbourhoods {
    /// Where that of each point begins.
    starts: Vec<usize>,
    runs: Runs,
}

impl Neighbourhoods {
    /// Of `size` × `size` points of `from` channels, around each point of a `height` × `width` image.
    pub(super) fn new(size: usize, [height, width]: [usize; 2], from: usize) -> Self {
        let row = (width + size - 1) * from;
        let starts = (0..height).flat_map(|y| (0..width).map(move |x| y * row + x * from)).collect();
        Neighbourhoods { starts, runs: Runs { stride: row, length: size * from } }
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
        let panel = weights.panel(column);
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
