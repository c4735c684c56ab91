//! The gradients of convolutions of many images.

mod room;
mod weight_sums;

use pulp::{Arch, Simd, WithSimd};

use super::convolution::{Extents, Images, Norm, Scratch, Weights};
use super::fill::fill;
use super::fresh;
use super::norm::{Affine, Statistics};
use super::panels::{PANEL, cut};
use super::threads;
use super::winograd::{self, PLACES};
use room::Room;
use weight_sums::WeightSums;

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
        inputs: Vec::new(),
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
    let (together, output) = (extents.together(), extents.points() * to);
    let slab = SLAB * together;
    let mut room = Room::take(sizes.map(|size| slab.min(images) * size), extents.tiling().is_none());
    let mut sums = WeightSums::new(extents, columns);
    gradients.inputs = fresh::numbers(inputs.len(), |blank| {
        let mut blanks = blank.chunks(together * size);
        for first in (0..images).step_by(slab) {
            let [ready, panels] = room.numbers();
            // All gradients but those of the weights, for which inputs and outputs are made ready.
            let units = outputs[first * output..]
                .chunks(together * output)
                .zip(gradients.bias[first * to..].chunks_mut(together * to))
                .zip(gradients.scale[first * from..].chunks_mut(together * from))
                .zip(gradients.shift[first * from..].chunks_mut(together * from))
                .zip(ready.chunks_mut(together * sizes[0]).zip(panels.chunks_mut(together * sizes[1])))
                .zip(blanks.by_ref())
                .enumerate();
            let scratch = || (vec![0.0; extents.padded()], Scratch::new(back));
            threads::for_each(units.collect(), scratch, |(padded, scratch), (unit, parts)| {
                let (((((outputs, bias), scale), shift), (ready, panels)), blank) = parts;
                let (first, gradients) = (first + unit * together, blank.zeros());
                let inputs = &inputs[first * size..][..gradients.len()];
                let statistics = arch.dispatch(Ready { extents, first, inputs, outputs, norm, padded, ready, panels });
                arch.dispatch(Images {
                    extents: back,
                    first,
                    inputs: outputs,
                    norm: None,
                    rows: 0..back.height,
                    weights: &flipped,
                    scratch,
                    outputs: gradients,
                });
                for (points, sums) in outputs.chunks_exact(output).zip(bias.chunks_exact_mut(to)) {
                    arch.dispatch(Sum { points, sums });
                }
                let Some(norm) = norm else { return };
                let sums = scale.chunks_exact_mut(from).zip(shift.chunks_exact_mut(from));
                let images = inputs.chunks_exact(size).zip(gradients.chunks_exact_mut(size)).zip(sums).enumerate();
                for ((number, ((input, gradients), (scale, shift))), statistics) in images.zip(&statistics) {
                    let (affine, sums) = (norm.affine(first + number, from), [scale, shift]);
                    arch.dispatch(NormBackward { statistics, affine, input, gradients, sums });
                }
            });
            let count = slab.min(images - first);
            sums.add(&ready[..count * sizes[0]], &panels[..count * sizes[1]]);
        }
    });
    room.keep();
    gradients.weights = sums.into_gradients();
    gradients
}

/// Units of images that are made ready together: as many as find room in the caches.
const SLAB: usize = 8;

/// The weights of the way back: turned by half a turn, inputs and outputs exchanged; [from / 16, size, size, to, 16].
fn flipped(extents: Extents, weights: &[f32], columns: usize) -> Vec<f32> {
    let Extents { from, to, .. } = extents;
    let (taps, back) = (extents.size * extents.size, extents.backwards());
    fresh::numbers(back.rows() * from.next_multiple_of(PANEL), |blank| {
        let panels = blank.chunks(back.rows() * PANEL).enumerate().collect();
        threads::for_each(
            panels,
            || (),
            |(), (number, blank)| {
                let inputs = number * PANEL..from.min((number + 1) * PANEL);
                for (row, numbers) in blank.zeros().chunks_exact_mut(PANEL).enumerate() {
                    let (tap, output) = (taps - 1 - row / to, row % to);
                    let matrix = &weights[output / columns * extents.rows() * columns + output % columns..];
                    for (number, input) in numbers.iter_mut().zip(inputs.clone()) {
                        *number = matrix[(tap * from + input) * columns];
                    }
                }
            },
        );
    })
}

/// Makes some images and the gradients of their outputs ready for the gradients of the weights.
struct Ready<'a> {
    extents: Extents,
    /// The first one's number.
    first: usize,
    inputs: &'a [f32],
    outputs: &'a [f32],
    norm: Option<Norm<'a>>,
    padded: &'a mut [f32],
    ready: &'a mut [f32],
    panels: &'a mut [f32],
}

impl WithSimd for Ready<'_> {
    /// What the normalisation has found out of each image.
    type Output = Vec<Statistics>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<Statistics> {
        let Ready { extents, first, inputs, outputs, norm, padded, ready, panels } = self;
        let Extents { width, from, to, .. } = extents;
        let images = inputs.chunks_exact(extents.points() * from).zip(outputs.chunks_exact(extents.points() * to));
        let mut found = Vec::new();
        for (number, (input, output)) in images.enumerate() {
            let affine = norm.map(|norm| norm.affine(first + number, from));
            found.extend(match extents.tiling() {
                Some(tiling) => {
                    let tiles = [number * tiling.count(), tiling.count() * (outputs.len() / output.len())];
                    let statistics = fill(simd, [width, from], extents.border(), input, affine, padded);
                    winograd::transform_inputs(simd, tiling, from, padded, tiles, ready);
                    winograd::gradients::transform_gradients(simd, tiling, to, output, tiles, panels);
                    statistics
                }
                None => {
                    cut(output, to, panels);
                    fill(simd, [width, from], extents.border(), input, affine, ready)
                }
            });
        }
        found
    }
}

struct NormBackward<'a> {
    statistics: &'a Statistics,
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
