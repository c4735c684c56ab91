//! max(0, scale · (x − mean) / √(variance + ε) + shift), with mean and variance of each group of channels.
//!
//! A cube takes one group of one image. Its units stride over the vectors of the group, first for the mean, then for the
//! variance about it, then to write. Each adds up what all units have found, in their order, so that the sum is the same
//! whoever comes first.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{UNITS, VECTOR, empty};
use crate::kernels::{EPSILON, GROUPS};

pub(super) fn launch(x: CubeTensor, scale: CubeTensor, shift: CubeTensor) -> CubeTensor {
    let [batch, height, width, channels] = x.shape().dims();
    let output = empty(&x, [batch, height, width, channels]);
    let vector = if (channels / GROUPS).is_multiple_of(VECTOR) { VECTOR } else { 1 };
    let rows = scale.shape()[0];
    // A line of cubes for each image: none is left over, so that all can wait for one another.
    let (cubes, units) = (CubeCount::Static(GROUPS as u32, batch as u32, 1), CubeDim::new_1d(UNITS as u32));
    normalise::launch(
        &x.client.clone(),
        cubes,
        units,
        vector,
        x.into_tensor_arg(),
        scale.into_tensor_arg(),
        shift.into_tensor_arg(),
        output.clone().into_tensor_arg(),
        height * width,
        channels,
        rows == 1,
    );
    output
}

/// `x` and `output` are [batch, pixels, channels] in vectors, `scale` and `shift` [batch, channels], or [1, channels].
#[cube(launch)]
fn normalise<V: Size>(
    x: &Tensor<Vector<f32, V>>,
    scale: &Tensor<f32>,
    shift: &Tensor<f32>,
    output: &mut Tensor<Vector<f32, V>>,
    #[comptime] pixels: usize,
    #[comptime] channels: usize,
    #[comptime] shared: bool,
) {
    let vector = x.vector_size();
    let size = comptime![channels / GROUPS];
    let across = comptime![size / vector];
    let (image, group) = (CUBE_POS / GROUPS, CUBE_POS % GROUPS);
    let first = (image * pixels * channels + group * size) / vector;
    let count = comptime![pixels * across];
    let numbers = comptime![(pixels * size) as f32];

    let mut sum = Vector::<f32, V>::new(0.0);
    for i in range_stepped(UNIT_POS as usize, count, UNITS) {
        sum += x[first + i / across * (channels / vector) + i % across];
    }
    let mean = Vector::<f32, V>::new(together(sum) / numbers);

    let mut squares = Vector::<f32, V>::new(0.0);
    for i in range_stepped(UNIT_POS as usize, count, UNITS) {
        let centred = x[first + i / across * (channels / vector) + i % across] - mean;
        squares += centred * centred;
    }
    let variance = together(squares) / numbers;
    let inverse = 1.0 / (variance + comptime![EPSILON as f32]).sqrt();

    let row = image * comptime![usize::from(!shared)];
    for i in range_stepped(UNIT_POS as usize, count, UNITS) {
        let at = first + i / across * (channels / vector) + i % across;
        let mut normal = (x[at] - mean) * Vector::new(inverse);
        let channel = group * size + i % across * vector;
        #[unroll]
        for lane in 0..vector {
            let deviation = scale[row * scale.stride(0) + (channel + lane) * scale.stride(1)];
            let middle = shift[row * shift.stride(0) + (channel + lane) * shift.stride(1)];
            normal.insert(lane, max(normal.extract(lane) * deviation + middle, 0.0));
        }
        output[at] = normal;
    }
}

/// The sum of what all units of the cube have found.
#[cube]
fn together<V: Size>(found: Vector<f32, V>) -> f32 {
    let mut all = Shared::<[f32]>::new_slice(UNITS);
    let mut own = 0.0f32;
    #[unroll]
    for lane in 0..found.vector_size() {
        own += found.extract(lane);
    }
    all[UNIT_POS as usize] = own;
    sync_cube();
    let mut sum = 0.0f32;
    for unit in 0..UNITS {
        sum += all[unit];
    }
    sum
}
