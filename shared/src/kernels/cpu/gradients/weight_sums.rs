use pulp::{Arch, Simd, WithSimd};

use crate::kernels::cpu::convolution::Extents;
use crate::kernels::cpu::direct::{self, Neighbourhoods};
use crate::kernels::cpu::panels::PANEL;
use crate::kernels::cpu::threads;
use crate::kernels::cpu::winograd::{self, PLACES};

/// Rows of weights that a thread takes are a multiple of it: whole tiles.
const ROWS: usize = 12;

/// The growing gradients of weights. Each is summed up over all images in their order, by one thread: so that results are
/// the same at any number of threads.
pub(super) struct WeightSums {
    extents: Extents,
    columns: usize,
    /// Like the weights, or like the transformed weights.
    sums: Vec<f32>,
}

impl WeightSums {
    pub(super) fn new(extents: Extents, columns: usize) -> Self {
        let rows = if extents.tiling().is_some() { PLACES * extents.from } else { extents.rows() };
        WeightSums { extents, columns, sums: vec![0.0; rows * extents.to] }
    }

    /// Adds what some images cause.
    pub(super) fn add(&mut self, inputs: &[f32], outputs: &[f32]) {
        match self.extents.tiling() {
            Some(tiling) => self.add_places(tiling.count() * tiling.images(), inputs, outputs),
            None => self.add_rows(inputs, outputs),
        }
    }

    fn add_places(&mut self, tiles: usize, inputs: &[f32], outputs: &[f32]) {
        let (channels, arch) = ([self.extents.from, self.extents.to], Arch::new());
        let places: Vec<_> = self.sums.chunks_mut(channels[0] * channels[1]).enumerate().collect();
        threads::for_each(
            places,
            || (),
            |(), (place, sums)| {
                arch.dispatch(Place { tiles, channels, place, inputs, outputs, sums });
            },
        );
    }

    fn add_rows(&mut self, padded: &[f32], panels: &[f32]) {
        let WeightSums { extents, columns, ref mut sums } = *self;
        let length = extents.size * extents.from;
        let part = extents.rows().div_ceil(3 * threads::count()).next_multiple_of(ROWS).min(length);
        let parts = length.div_ceil(part);
        let mut units: Vec<_> =
            (0..extents.size * parts).map(|unit| (unit / parts, unit % parts * part, Vec::new())).collect();
        for matrix in sums.chunks_mut(extents.rows() * columns) {
            let runs = matrix.chunks_mut(length * columns).flat_map(|run| run.chunks_mut(part * columns));
            units.iter_mut().zip(runs).for_each(|((_, _, matrices), rows)| matrices.push(rows));
        }
        let (arch, places) = (Arch::new(), extents.neighbourhoods());
        threads::for_each(
            units,
            || (),
            |(), (run, row, matrices)| {
                let rows = [run, row, columns];
                arch.dispatch(Rows { extents, places: &places, rows, padded, panels, matrices });
            },
        );
    }

    pub(super) fn into_gradients(self) -> Vec<f32> {
        match self.extents.tiling() {
            Some(_) => winograd::gradients::weights_gradients(&self.sums, self.extents.from),
            None => self.sums,
        }
    }
}

/// The gradients of some rows of the weights, from all images.
struct Rows<'a> {
    extents: Extents,
    places: &'a Neighbourhoods,
    /// Run, first row and columns of a matrix.
    rows: [usize; 3],
    padded: &'a [f32],
    panels: &'a [f32],
    matrices: Vec<&'a mut [f32]>,
}

impl WithSimd for Rows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Rows { extents, places, rows, padded, panels, mut matrices } = self;
        let panels = panels.chunks_exact(extents.points() * extents.to.next_multiple_of(PANEL));
        let shape = [extents.width, extents.from];
        for (padded, panels) in padded.chunks_exact(extents.padded()).zip(panels) {
            match S::F32_LANES {
                16 => {
                    direct::gradients::add_weights::<S, 12, 1>(simd, places, shape, rows, padded, panels, &mut matrices)
                }
                _ => {
                    direct::gradients::add_weights::<S, 6, 2>(simd, places, shape, rows, padded, panels, &mut matrices)
                }
            }
        }
    }
}

/// The sums at one place of the transformed weights, from all images.
struct Place<'a> {
    /// Tiles of a unit of images.
    tiles: usize,
    channels: [usize; 2],
    place: usize,
    inputs: &'a [f32],
    outputs: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Place<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Place { tiles, channels, place, inputs, outputs, sums } = self;
        match S::F32_LANES {
            16 => winograd::gradients::add_sums::<S, 8, 1, 2>(simd, tiles, channels, place, [inputs, outputs], sums),
            _ => winograd::gradients::add_sums::<S, 6, 2, 1>(simd, tiles, channels, place, [inputs, outputs], sums),
        }
    }
}
