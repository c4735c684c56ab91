//! Convolutions of many images [height, width, channels] and their gradients: what is done to each image, and which thread
//! does it. The arithmetic is in [`super::winograd`] where that is possible, else in [`super::direct`].

use std::borrow::Cow;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::direct::{self, Neighbourhoods};
use super::fill::{Border, fill};
use super::norm::{Affine, Statistics};
use super::panels::{PANEL, Panels, cut};
use super::threads;
use super::winograd::{self, PLACES, Tiling};

/// The extents of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::kernels) struct Extents {
    /// Of the neighbourhood: 1 or 3.
    pub(in crate::kernels) size: usize,
    pub(in crate::kernels) height: usize,
    pub(in crate::kernels) width: usize,
    pub(in crate::kernels) from: usize,
    pub(in crate::kernels) to: usize,
}

/// The normalisation before a convolution: `scale` and `shift` are [images, channels], or [channels] for all images.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct Norm<'a> {
    pub(in crate::kernels) scale: &'a [f32],
    pub(in crate::kernels) shift: &'a [f32],
}

/// Weights as an algorithm reads them.
#[derive(Clone, Debug)]
pub(in crate::kernels) enum Weights<'a> {
    /// In panels.
    Direct(Panels<'a>),
    /// Transformed.
    Winograd(Cow<'a, [f32]>),
}

impl Extents {
    fn points(&self) -> usize {
        self.height * self.width
    }

    /// Rows of weights: numbers in a neighbourhood.
    fn rows(&self) -> usize {
        self.size * self.size * self.from
    }

    /// The convolution that leads back from the gradients of the outputs to those of the inputs.
    fn backwards(&self) -> Extents {
        Extents { from: self.to, to: self.from, ..*self }
    }

    /// The tiles of Winograd's algorithm, where it is worth its transforms: 3 × 3 between whole panels.
    fn tiling(&self) -> Option<Tiling> {
        let possible = self.size == 3 && self.from.is_multiple_of(PANEL) && self.to.is_multiple_of(PANEL);
        possible.then_some(Tiling { height: self.height, width: self.width })
    }

    /// Whether weights are transformed first, which is worth remembering.
    pub(in crate::kernels) fn transforms_weights(&self) -> bool {
        self.tiling().is_some()
    }

    fn border(&self) -> Border {
        let row = self.tiling().map(|tiling| tiling.row(self.from));
        Border { points: self.size / 2, row: row.unwrap_or((self.width + self.size - 1) * self.from) }
    }

    /// Numbers of an image with its border.
    fn padded(&self) -> usize {
        let rows = (self.height + self.size - 1) * self.border().row;
        self.tiling().map_or(rows, |tiling| tiling.padded(self.from))
    }

    fn neighbourhoods(&self) -> Neighbourhoods {
        Neighbourhoods::new(self.size, [self.height, self.width], self.from)
    }
}

impl<'a> Norm<'a> {
    fn affine(&self, image: usize, channels: usize) -> Affine<'a> {
        let row = |all: &'a [f32]| if all.len() == channels { all } else { &all[image * channels..][..channels] };
        Affine { scale: row(self.scale), shift: row(self.shift) }
    }
}

impl<'a> Weights<'a> {
    /// Of weights [to / columns, size, size, from, columns].
    pub(in crate::kernels) fn of(extents: Extents, weights: &'a [f32], columns: usize) -> Self {
        match extents.tiling() {
            Some(_) => Weights::Winograd(Weights::transformed(extents, weights).into()),
            None => Weights::Direct(Panels::of(weights, extents.rows(), columns)),
        }
    }

    /// What [`Weights::Winograd`] holds.
    pub(in crate::kernels) fn transformed(extents: Extents, weights: &[f32]) -> Vec<f32> {
        winograd::transformed_weights(weights, extents.from)
    }
}

/// outputs = convolution(max(0, normalised inputs)) + bias + residual; without `norm`, of the inputs as they are.
pub(in crate::kernels) fn forward(
    extents: Extents,
    inputs: &[f32],
    norm: Option<Norm<'_>>,
    weights: &Weights<'_>,
    bias: &[f32],
    residual: Option<&[f32]>,
) -> Vec<f32> {
    let (size, images) = (extents.points() * extents.from, inputs.len() / (extents.points() * extents.from));
    let mut outputs = vec![0.0; images * extents.points() * extents.to];
    let arch = Arch::new();

    // A unit is an image or, where there are fewer images than threads, some rows of one.
    let rows = extents.height.div_ceil(threads::count().div_ceil(images)).next_multiple_of(2);
    let parts = outputs.chunks_mut(extents.points() * extents.to).enumerate();
    let units: Vec<_> = parts
        .flat_map(|(image, outputs)| {
            let parts = outputs.chunks_mut(rows * extents.width * extents.to).enumerate();
            parts.map(move |(number, outputs)| (image, number * rows, outputs))
        })
        .collect();
    let places = extents.neighbourhoods();
    threads::for_each(
        units,
        || Scratch::new(extents),
        |scratch, (image, row, outputs)| {
            let input = &inputs[image * size..][..size];
            let norm = norm.map(|norm| norm.affine(image, extents.from));
            let before = image * extents.points() * extents.to + row * extents.width * extents.to;
            let residual = residual.map(|residual| &residual[before..][..outputs.len()]);
            arch.dispatch(Begin { bias, residual, outputs });
            let rows = row..row + outputs.len() / (extents.width * extents.to);
            arch.dispatch(Image { extents, input, norm, rows, weights, places: &places, scratch, outputs });
        },
    );
    outputs
}

/// The gradients of everything that [`forward`] reads, but for those of the residual, which are the outputs'.
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
    let (arch, places) = (Arch::new(), back.neighbourhoods());
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
            arch.dispatch(Ready { extents, input, output, affine, padded, ready, panels });
            arch.dispatch(Sum { points: output, sums: bias });
            let (rows, outputs, places) = (0..back.height, &mut *gradient, &places);
            let weights = &flipped;
            arch.dispatch(Image { extents: back, input: output, norm: None, rows, weights, places, scratch, outputs });
            if let Some(affine) = affine {
                arch.dispatch(NormBackward { input, affine, gradients: gradient, sums: sums.into() });
            }
        });
        sums.add(&ready[..count * sizes[0]], &panels[..count * sizes[1]]);
    }
    gradients.weights = sums.into_gradients();
    gradients
}

/// Images that are made ready together: as many as find room in the caches.
const SLAB: usize = 24;

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
        let part = extents.rows().div_ceil(3 * threads::count()).next_multiple_of(direct::ROWS).min(length);
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
            Some(_) => winograd::weights_gradients(&self.sums, self.extents.from),
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

/// A thread's room for one image: with its border, transformed, and the products of a panel.
struct Scratch {
    padded: Vec<f32>,
    transformed: Vec<f32>,
    products: Vec<f32>,
}

impl Scratch {
    fn new(extents: Extents) -> Self {
        let tiles = extents.tiling().map_or(0, |tiling| tiling.count());
        Scratch {
            padded: vec![0.0; extents.padded()],
            transformed: vec![0.0; PLACES * tiles * extents.from],
            products: vec![0.0; PLACES * tiles * PANEL],
        }
    }
}

/// What the products are added to.
struct Begin<'a> {
    bias: &'a [f32],
    residual: Option<&'a [f32]>,
    outputs: &'a mut [f32],
}

impl WithSimd for Begin<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Begin { bias, residual, outputs } = self;
        let points = outputs.chunks_exact_mut(bias.len());
        let Some(residual) = residual else {
            points.for_each(|point| point.copy_from_slice(bias));
            return;
        };
        for (point, residual) in points.zip(residual.chunks_exact(bias.len())) {
            for ((output, residual), bias) in point.iter_mut().zip(residual).zip(bias) {
                *output = residual + bias;
            }
        }
    }
}

/// Adds the products to some rows of an image's outputs.
struct Image<'a> {
    extents: Extents,
    input: &'a [f32],
    norm: Option<Affine<'a>>,
    rows: Range<usize>,
    weights: &'a Weights<'a>,
    places: &'a Neighbourhoods,
    scratch: &'a mut Scratch,
    outputs: &'a mut [f32],
}

impl WithSimd for Image<'_> {
    type Output = ();

    /// Sums fill the registers of the CPU, but for those that a step of the loop needs.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match (S::F32_LANES, S::REGISTER_COUNT) {
            (16, _) => self.run::<S, 12, 1>(simd),
            (4, 32) => self.run::<S, 6, 4>(simd),
            _ => self.run::<S, 6, 2>(simd),
        }
    }
}

impl Image<'_> {
    #[inline(always)]
    fn run<S: Simd, const M: usize, const N: usize>(self, simd: S) {
        let Image { extents, input, norm, rows, weights, places, scratch, outputs } = self;
        let Extents { width, from, to, .. } = extents;
        let Scratch { padded, transformed, products } = scratch;
        fill(simd, [width, from], extents.border(), input, norm, padded);
        let padded = &padded[rows.start * extents.border().row..];
        match weights {
            Weights::Direct(weights) => direct::add_outputs::<S, M, N>(simd, places, to, padded, weights, outputs),
            Weights::Winograd(weights) => {
                let tiling = Tiling { height: rows.len(), width };
                winograd::transform_inputs(simd, tiling, from, padded, transformed);
                winograd::add_outputs::<S, M, N>(simd, tiling, [from, to], transformed, weights, products, outputs);
            }
        }
    }
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
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Ready { extents, input, output, affine, padded, ready, panels } = self;
        let Extents { width, from, to, .. } = extents;
        match extents.tiling() {
            Some(tiling) => {
                fill(simd, [width, from], extents.border(), input, affine, padded);
                winograd::transform_inputs(simd, tiling, from, padded, ready);
                winograd::transform_gradients(simd, tiling, to, output, panels);
            }
            None => {
                fill(simd, [width, from], extents.border(), input, affine, ready);
                cut(output, to, panels);
            }
        }
    }
}

struct NormBackward<'a> {
    input: &'a [f32],
    affine: Affine<'a>,
    gradients: &'a mut [f32],
    sums: [&'a mut [f32]; 2],
}

impl WithSimd for NormBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let NormBackward { input, affine, gradients, sums } = self;
        Statistics::of(simd, input, affine.scale.len()).backward(simd, affine, input, gradients, sums);
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
        for (padded, panels) in padded.chunks_exact(extents.padded()).zip(panels) {
            match S::F32_LANES {
                16 => direct::add_weights::<S, 1>(simd, places, rows, padded, panels, &mut matrices),
                _ => direct::add_weights::<S, 2>(simd, places, rows, padded, panels, &mut matrices),
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
            16 => winograd::add_sums::<S, 1>(simd, tiling, channels, place, [inputs, outputs], sums),
            _ => winograd::add_sums::<S, 2>(simd, tiling, channels, place, [inputs, outputs], sums),
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
