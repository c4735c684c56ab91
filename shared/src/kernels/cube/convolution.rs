//! convolution(x) + bias, and + residual.
//!
//! A unit computes one vector of outputs for some neighbouring pixels of a row. For each row of the filter and each vector of
//! inputs it reads the pixels once, borders included, and every weight serves all of its pixels.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{VECTOR, cubes, empty};

/// The most pixels of a unit: more do not fit into its registers.
const PIXELS: usize = 8;

/// What the kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Extents {
    size: usize,
    height: usize,
    width: usize,
    from: usize,
    to: usize,
    /// Outputs whose weights lie side by side.
    columns: usize,
    /// Pixels of a unit.
    pixels: usize,
    /// Channels that are read and written together.
    vector: usize,
}

pub(super) fn launch(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, residual: Option<CubeTensor>) -> CubeTensor {
    let [batch, height, width, from] = x.shape().dims();
    let [panels, size, _, _, columns] = weight.shape().dims();
    let pixels = (1..=PIXELS).rev().find(|pixels| width.is_multiple_of(*pixels)).unwrap_or(1);
    // Images of one channel or three have no whole vectors.
    let vector = if from.is_multiple_of(VECTOR) && columns.is_multiple_of(VECTOR) { VECTOR } else { 1 };
    let extents = Extents { size, height, width, from, to: panels * columns, columns, pixels, vector };
    let output = empty(&x, [batch, height, width, extents.to]);
    let count = batch * height * (width / pixels) * (extents.to / vector);
    let (cubes, units) = cubes(&x, count);
    convolve::launch(
        &x.client.clone(),
        cubes,
        units,
        vector,
        x.into_tensor_arg(),
        weight.into_tensor_arg(),
        bias.into_tensor_arg(),
        residual.map(CubeTensor::into_tensor_arg).into(),
        output.clone().into_tensor_arg(),
        count,
        extents,
    );
    output
}

/// Images are [batch, height, width, channels], weights [panels, size, size, from, columns], all in vectors.
#[cube(launch)]
fn convolve<V: Size>(
    x: &Tensor<Vector<f32, V>>,
    weight: &Tensor<Vector<f32, V>>,
    bias: &Tensor<Vector<f32, V>>,
    residual: ComptimeOption<&Tensor<Vector<f32, V>>>,
    output: &mut Tensor<Vector<f32, V>>,
    units: usize,
    #[comptime] extents: Extents,
) {
    if ABSOLUTE_POS >= units {
        terminate!();
    }
    let Extents { size, height, width, from, to, columns, pixels, vector } = comptime![extents];
    let border = comptime![size / 2];
    let (inputs, outputs, side) = comptime![(from / vector, to / vector, columns / vector)];

    let out = ABSOLUTE_POS % outputs;
    let tile = ABSOLUTE_POS / outputs;
    let column = tile % comptime![width / pixels] * pixels;
    let line = tile / comptime![width / pixels];
    let (row, image) = (line % height, line / height);
    let weights = out / side * comptime![size * size * from * side] + out % side;

    let mut sums = Array::<Vector<f32, V>>::new(pixels);
    #[unroll]
    for pixel in 0..pixels {
        sums[pixel] = bias[out];
    }
    #[unroll]
    for down in 0..size {
        if row + down >= border && row + down < height + border {
            let start = ((image * height + row + down - border) * width + column) * inputs;
            for input in 0..inputs {
                let mut values = Array::<Vector<f32, V>>::new(comptime![pixels + 2 * border]);
                #[unroll]
                for step in 0..comptime![pixels + 2 * border] {
                    values[step] = Vector::new(0.0);
                    if column + step >= border && column + step < width + border {
                        values[step] = x[start + step * inputs - border * inputs + input];
                    }
                }
                #[unroll]
                for across in 0..size {
                    #[unroll]
                    for lane in 0..vector {
                        let tap = comptime![down * size + across];
                        let weight = weight[weights + (tap * from + input * vector + lane) * side];
                        #[unroll]
                        for pixel in 0..pixels {
                            let value = Vector::new(values[pixel + across].extract(lane));
                            sums[pixel] = fma(value, weight, sums[pixel]);
                        }
                    }
                }
            }
        }
    }
    let first = ((image * height + row) * width + column) * outputs + out;
    #[unroll]
    for pixel in 0..pixels {
        let at = first + pixel * outputs;
        let sum = sums[pixel];
        let whole: ComptimeOption<Vector<f32, V>> = residual.map(|residual| sum + residual[at]);
        output[at] = whole.unwrap_or(sum);
    }
}
