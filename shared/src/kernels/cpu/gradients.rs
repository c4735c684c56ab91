//! The gradients of convolutions of many images.

use pulp::{Arch, Simd, WithSimd};

use super::convolution::{Extents, Image, Norm, Scratch, Weights};
use super::direct::{self, Neighbourhoods};
use super::fill::fill;
use super::norm::{Affine, Statistics};
use super::panels::{PANEL, cut};
use super::threads;
use super::tile::outer::ROWS;
use super::winograd::{self, PLACES, Tiling};

impl Extents {
    /// The convolution that leads back from the gradients of the outputs to those of the inputs.
    fn backwards(&self) -> Extents {
        Extents { from: self.to, to: self.from, ..*self }
    }
}

/// The gradients of everything that [`super::convolution::forward`] reads, but for those of the residual, which are the outputs'.
#[derive(Clone, Debug)]
pub(in crate::kernels) struct Gradients {
    pub(in crate::kernels) inputs: Vec<f32>,
    /// Like the weights.
    pub(in crate::kernels) weights: Vec<f32>,
    /// [images, to], for each image its own.
    pub(in crate::kernels) bias: Vec<f32>,
    /// [images, from], likewise; 0 without normalisation.
    pub(in crate::kernels) scale: Vec<f32>,
    /// Likewise.
    pub(in crate::kernels) shift: Vec<f32>,
}

/// The gradients, from those of the outputs; weights are [to / columns, size, size, from, columns].
pub(in crate::kernels) fn backward(
    extents: Extents,
    inputs: &[f32],
    norm: Option<Norm<'_>>,
    (weights, columns): (&[f32], usize),
    outputs: &[f32],
) -> Gradients {
    let Extents { from, to, .. } = extents;
    let (size, back) = (extents.points() * from, extents.backwards());
    let images = inputs.len() / size;
    let flipped = flipped(extents, weights, columns);
    let flipped = Weights::of(back, &flipped, PANEL);
    let mut gradients = Gradients {
        inputs: vec![0.0; inputs.len()],
        weights: Vec::new(),
        bias: vec![0.0; images * to],
        scale: vec![0.0; images * from],
        shift: vec![0.0; images * from],
    };
    let arch = Arch::new();
    let sizes = match extents.tiling() {
        Some(tiling) => [PLACES * tiling.count() * from, PLACES * tiling.count() * to],
        None => [extents.padded(), extents.points() * to.next_multiple_of(PANEL)],
    };
    let [mut ready, mut panels] = sizes.map(|size| vec![0.0; SLAB.min(images) * size]);
    let mut sums = WeightSums::new(extents, columns);
    for first in (0..images).step_by(SLAB) {
        // Image by image: all gradients but those of the weights, for which inputs and outputs are made ready.
        let units: Vec<_> = outputs
            .chunks(extents.points() * to)
            .zip(gradients.inputs.chunks_mut(size))
            .zip(gradients.bias.chunks_mut(to))
            .zip(gradients.scale.chunks_mut(from).zip(gradients.shift.chunks_mut(from)))
            .enumerate()
            .skip(first)
            .zip(ready.chunks_mut(sizes[0]).zip(panels.chunks_mut(sizes[1])))
            .collect();
        let count = units.len();
        let scratch = || (vec![0.0; extents.padded()], Scratch::new(back));
        threads::for_each(units, scratch, |(padded, scratch), ((image, unit), (ready, panels))| {
            let (((output, gradient), bias), sums) = unit;
            let input = &inputs[image * size..][..size];
            let affine = norm.map(|norm| norm.affine(image, from));
            let statistics = arch.dispatch(Ready { extents, input, output, affine, padded, ready, panels });
            arch.dispatch(Sum { points: output, sums: bias });
            let (rows, weights, outputs) = (0..back.height, &flipped, &mut *gradient);
            arch.dispatch(Image { extents: back, input: output, norm: None, rows, weights, scratch, outputs });
            if let Some((statistics, affine)) = statistics.zip(affine) {
                arch.dispatch(NormBackward { statistics, affine, input, gradients: gradient, sums: sums.into() });
            }
        });
        sums.add(&ready[..count * sizes[0]], &panels[..count * sizes[1]]);
    }
    gradients.weights = sums.into_gradients();
    gradients
}

/// Images that are made ready together: as many as find room in the caches.
const SLAB: usize = 8;

/// The growing gradients of weights. Each is summed up over all images in their order, by one thread: so that results are
/// the same at any number of threads.
struct WeightSums {
    extents: Extents,
    columns: usize,
    /// Like the weights, or like the transformed weights.
    sums: Vec<f32>,
}

impl WeightSums {
    fn new(extents: Extents, columns: usize) -> Self {
        let rows = if extents.tiling().is_some() { PLACES * extents.from } else { extents.rows() };
        WeightSums { extents, columns, sums: vec![0.0; rows * extents.to] }
    }

    /// Adds what some images cause.
    fn add(&mut self, inputs: &[f32], outputs: &[f32]) {
        match self.extents.tiling() {
            Some(tiling) => self.add_places(tiling, inputs, outputs),
            None => self.add_rows(inputs, outputs),
        }
    }

    fn add_places(&mut self, tiling: Tiling, inputs: &[f32], outputs: &[f32]) {
        let (channels, arch) = ([self.extents.from, self.extents.to], Arch::new());
        let places: Vec<_> = self.sums.chunks_mut(channels[0] * channels[1]).enumerate().collect();
        threads::for_each(
            places,
            || (),
            |(), (place, sums)| {
                arch.dispatch(Place { tiling, channels, place, inputs, outputs, sums });
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

    fn into_gradients(self) -> Vec<f32> {
        match self.extents.tiling() {
            Some(_) => winograd::gradients::weights_gradients(&self.sums, self.extents.from),
            None => self.sums,
        }
    }
}

/// The weights of the way back: turned by half a turn, inputs and outputs exchanged; [from / 16, size, size, to, 16].
fn flipped(extents: Extents, weights: &[f32], columns: usize) -> Vec<f32> {
    let Extents { from, to, .. } = extents;
    let (taps, back) = (extents.size * extents.size, extents.backwards());
    let mut flipped = vec![0.0; back.rows() * from.next_multiple_of(PANEL)];
    for (number, matrix) in weights.chunks_exact(extents.rows() * columns).enumerate() {
        for (row, outputs) in matrix.chunks_exact(columns).enumerate() {
            let (tap, input) = (taps - 1 - row / from, row % from);
            let panel = &mut flipped[input / PANEL * back.rows() * PANEL..][..back.rows() * PANEL];
            let rows = panel.chunks_exact_mut(PANEL).skip(tap * to + number * columns);
            for (row, weight) in rows.zip(outputs) {
                row[input % PANEL] = *weight;
            }
        }
    }
    flipped
}

/// Makes an image and the gradients of its outputs ready for the gradients of the weights.
struct Ready<'a> {
    extents: Extents,
    input: &'a [f32],
    output: &'a [f32],
    affine: Option<Affine<'a>>,
    padded: &'a mut [f32],
    ready: &'a mut [f32],
    panels: &'a mut [f32],
}

impl WithSimd for Ready<'_> {
    /// What the normalisation has found out of the image.
    type Output = Option<Statistics>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Option<Statistics> {
        let Ready { extents, input, output, affine, padded, ready, panels } = self;
        let Extents { width, from, to, .. } = extents;
        match extents.tiling() {
            Some(tiling) => {
                let statistics = fill(simd, [width, from], extents.border(), input, affine, padded);
                winograd::transform_inputs(simd, tiling, from, padded, ready);
                winograd::gradients::transform_gradients(simd, tiling, to, output, panels);
                statistics
            }
            None => {
                cut(output, to, panels);
                fill(simd, [width, from], extents.border(), input, affine, ready)
            }
        }
    }
}

struct NormBackward<'a> {
    statistics: Statistics,
    affine: Affine<'a>,
    input: &'a [f32],
    gradients: &'a mut [f32],
    sums: [&'a mut [f32]; 2],
}

impl WithSimd for NormBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let NormBackward { statistics, affine, input, gradients, sums } = self;
        statistics.backward(simd, affine, input, gradients, sums);
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
                16 => direct::gradients::add_weights::<S, 1>(simd, places, shape, rows, padded, panels, &mut matrices),
                _ => direct::gradients::add_weights::<S, 2>(simd, places, shape, rows, padded, panels, &mut matrices),
            }
        }
    }
}

/// The sums at one place of the transformed weights, from all images.
struct Place<'a> {
    tiling: Tiling,
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
        let Place { tiling, channels, place, inputs, outputs, sums } = self;
        match S::F32_LANES {
            16 => winograd::gradients::add_sums::<S, 1>(simd, tiling, channels, place, [inputs, outputs], sums),
            _ => winograd::gradients::add_sums::<S, 2>(simd, tiling, channels, place, [inputs, outputs], sums),
        }
    }
}

/// The sum of all points.
struct Sum<'a> {
    points: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for point in self.points.chunks_exact(self.sums.len()) {
            self.sums.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
    }
}
