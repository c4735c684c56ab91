//! Convolutions of many images [height, width, channels] and their gradients: what is done to each image, and which thread
//! does it. The arithmetic is in [`super::winograd`] where that is possible, else in [`super::direct`].

use std::borrow::Cow;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::direct::{self, Neighbourhoods};
use super::fill::{Border, fill};
use super::fresh;
use super::norm::Affine;
use super::panels::{PANEL, Panels};
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
    /// In panels, with where each point's inputs lie.
    Direct(Panels<'a>, Neighbourhoods),
    /// Transformed.
    Winograd(Cow<'a, [f32]>),
}

impl Extents {
    pub(super) fn points(&self) -> usize {
        self.height * self.width
    }

    /// Numbers in a row of an image of outputs.
    fn row(&self) -> usize {
        self.width * self.to
    }

    /// Images that are computed together.
    pub(super) fn together(&self) -> usize {
        self.tiling().map_or(1, |tiling| tiling.images())
    }

    /// Rows of weights: numbers in a neighbourhood.
    pub(super) fn rows(&self) -> usize {
        self.size * self.size * self.from
    }

    /// The tiles of Winograd's algorithm, where it is worth its transforms: 3 × 3 between whole panels.
    pub(super) fn tiling(&self) -> Option<Tiling> {
        let possible = self.size == 3 && self.from.is_multiple_of(PANEL) && self.to.is_multiple_of(PANEL);
        possible.then_some(Tiling { height: self.height, width: self.width })
    }

    /// Whether weights are transformed first, which is worth remembering.
    pub(in crate::kernels) fn transforms_weights(&self) -> bool {
        self.tiling().is_some()
    }

    pub(super) fn border(&self) -> Border {
        let row = self.tiling().map(|tiling| tiling.row(self.from));
        Border { points: self.size / 2, row: row.unwrap_or((self.width + self.size - 1) * self.from) }
    }

    /// Numbers of an image with its border.
    pub(super) fn padded(&self) -> usize {
        let rows = (self.height + self.size - 1) * self.border().row;
        self.tiling().map_or(rows, |tiling| tiling.padded(self.from))
    }

    pub(super) fn neighbourhoods(&self) -> Neighbourhoods {
        Neighbourhoods::new(self.size, [self.height, self.width], self.from)
    }
}

impl<'a> Norm<'a> {
    pub(super) fn affine(&self, image: usize, channels: usize) -> Affine<'a> {
        let row = |all: &'a [f32]| if all.len() == channels { all } else { &all[image * channels..][..channels] };
        Affine { scale: row(self.scale), shift: row(self.shift) }
    }
}

impl<'a> Weights<'a> {
    /// Of weights [to / columns, size, size, from, columns].
    pub(in crate::kernels) fn of(extents: Extents, weights: &'a [f32], columns: usize) -> Self {
        match extents.tiling() {
            Some(_) => Weights::Winograd(Weights::transformed(extents, weights).into()),
            None => Weights::Direct(Panels::of(weights, extents.rows(), columns), extents.neighbourhoods()),
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
    let arch = Arch::new();

    // A unit is some images or, where there are fewer images than threads, some rows of one.
    let output = extents.points() * extents.to;
    let together = extents.together().min(images.div_ceil(threads::count()));
    let rows = match threads::count().div_ceil(images) {
        1 => together * extents.height,
        parts => extents.height.div_ceil(parts).next_multiple_of(winograd::SIDE),
    };
    fresh::numbers(images * output, |blank| {
        let units = blank.chunks(together * output).zip(inputs.chunks(together * size)).enumerate();
        let units = units.flat_map(|(unit, (blank, inputs))| {
            let parts = blank.chunks(rows * extents.row()).enumerate();
            parts.map(move |(part, blank)| (unit * together, part * rows, inputs, blank))
        });
        threads::for_each(
            units.collect(),
            || Scratch::new(extents),
            |scratch, (first, row, inputs, blank)| {
                let outputs = blank.zeros();
                let before = first * output + row * extents.row();
                let residual = residual.map(|residual| &residual[before..][..outputs.len()]);
                arch.dispatch(Begin { bias, residual, outputs });
                let rows = row..extents.height.min(row + outputs.len() / extents.row());
                arch.dispatch(Images { extents, first, inputs, norm, rows, weights, scratch, outputs });
            },
        );
    })
}

/// The most panels that are computed together.
const PANELS: usize = 2;

/// A thread's room for one image with its border, and for some images transformed with the products of some panels.
pub(super) struct Scratch {
    padded: Vec<f32>,
    transformed: Vec<f32>,
    products: Vec<f32>,
}

impl Scratch {
    pub(super) fn new(extents: Extents) -> Self {
        let tiles = extents.tiling().map_or(0, |tiling| tiling.images() * tiling.count());
        Scratch {
            padded: vec![0.0; extents.padded()],
            transformed: vec![0.0; PLACES * tiles * extents.from],
            products: vec![0.0; PANELS * PLACES * tiles * PANEL],
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

/// Adds the products to some rows of the outputs of some images.
pub(super) struct Images<'a> {
    pub(super) extents: Extents,
    /// The first one's number.
    pub(super) first: usize,
    pub(super) inputs: &'a [f32],
    pub(super) norm: Option<Norm<'a>>,
    pub(super) rows: Range<usize>,
    pub(super) weights: &'a Weights<'a>,
    pub(super) scratch: &'a mut Scratch,
    pub(super) outputs: &'a mut [f32],
}

impl WithSimd for Images<'_> {
    type Output = ();

    /// Sums fill the registers of the CPU, but for those that a step of the loop needs.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match (S::F32_LANES, S::REGISTER_COUNT) {
            (16, _) => self.run::<S, 8, 1, PANELS>(simd),
            (4, 32) => self.run::<S, 6, 4, 1>(simd),
            _ => self.run::<S, 6, 2, 1>(simd),
        }
    }
}

impl Images<'_> {
    #[inline(always)]
    fn run<S: Simd, const M: usize, const N: usize, const P: usize>(self, simd: S) {
        let Images { extents, first, inputs, norm, rows, weights, scratch, outputs } = self;
        let Extents { width, from, to, .. } = extents;
        let Scratch { padded, transformed, products } = scratch;
        let tiling = Tiling { height: rows.len(), width };
        let all = tiling.count() * (inputs.len() / (extents.points() * from));
        for (number, input) in inputs.chunks_exact(extents.points() * from).enumerate() {
            let affine = norm.map(|norm| norm.affine(first + number, from));
            fill(simd, [width, from], extents.border(), input, affine, padded);
            let padded = &padded[rows.start * extents.border().row..];
            match weights {
                Weights::Direct(weights, places) => {
                    let outputs = &mut outputs[number * rows.len() * extents.row()..][..rows.len() * extents.row()];
                    direct::add_outputs::<S, M, N, P>(simd, places, to, padded, weights, outputs);
                }
                Weights::Winograd(_) => {
                    let tiles = [number * tiling.count(), all];
                    winograd::transform_inputs(simd, tiling, from, padded, tiles, transformed);
                }
            }
        }
        if let Weights::Winograd(weights) = weights {
            winograd::add_outputs::<S, M, N, P>(simd, tiling, [from, to], transformed, weights, products, outputs);
        }
    }
}
