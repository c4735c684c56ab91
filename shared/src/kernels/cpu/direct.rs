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

/// Adds the products to `outputs` [points, to]: for every P panels, all points, so that the panels stay in the second cache.
#[inline(always)]
pub(super) fn add_outputs<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    places: &Neighbourhoods,
    to: usize,
    padded: &[f32],
    weights: &Panels<'_>,
    outputs: &mut [f32],
) {
    let whole = to - to % (P * PANEL);
    for panel in (0..whole).step_by(P * PANEL) {
        add_panels::<S, M, N, P>(simd, places, [panel, to], padded, weights, outputs);
    }
    for panel in (whole..to).step_by(PANEL) {
        add_panels::<S, M, N, 1>(simd, places, [panel, to], padded, weights, outputs);
    }
}

/// Those of P panels, which begin at column `panel` of `to`; only a single one may be narrower than others.
#[inline(always)]
fn add_panels<S: Simd, const M: usize, const N: usize, const P: usize>(
    simd: S,
    places: &Neighbourhoods,
    [panel, to]: [usize; 2],
    padded: &[f32],
    weights: &Panels<'_>,
    outputs: &mut [f32],
) {
    let starts = &places.starts[..outputs.len() / to];
    let panels = std::array::from_fn(|p| weights.panel(panel + p * PANEL));
    for column in (0..PANEL.min(to - panel)).step_by(N * S::F32_LANES) {
        let width = (N * S::F32_LANES).min(to - panel - column);
        for (starts, outputs) in starts.chunks(M).zip(outputs.chunks_mut(M * to)) {
            // The last points may be fewer; one is then computed more than once and written once.
            let mut here = [0; M];
            for (m, start) in here.iter_mut().enumerate() {
                *start = starts[m.min(starts.len() - 1)];
            }
            let (input, runs, rows) = (padded, places.runs, 0..starts.len());
            let numbers = &mut outputs[panel + column..];
            let place = Place::<false> { numbers, rows, columns: width, strides: [to, PANEL] };
            simd.vectorize(Gather::<M, N, P, false> { input, starts: here, runs, panels, column, place });
        }
    }
}
