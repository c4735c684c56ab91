//! What moves numbers without adding them up: a unit for each.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{cubes, empty};

pub(super) fn launch_plus_scaled(x: CubeTensor, direction: CubeTensor, factor: f32) -> CubeTensor {
    let shape = x.shape();
    let count = shape.num_elements();
    let output = empty(&x, [count]);
    let (cubes, units) = cubes(&x, count);
    let client = x.client.clone();
    plus_scaled::launch(
        &client,
        cubes,
        units,
        x.into_buffer_arg(),
        direction.into_buffer_arg(),
        output.clone().into_buffer_arg(),
        factor,
        count,
    );
    CubeTensor::new_contiguous(client, output.device, shape, output.handle, output.dtype)
}

/// x + factor · direction.
#[cube(launch)]
fn plus_scaled(x: &[f32], direction: &[f32], output: &mut [f32], factor: f32, count: usize) {
    if ABSOLUTE_POS < count {
        output[ABSOLUTE_POS] = fma(direction[ABSOLUTE_POS], factor, x[ABSOLUTE_POS]);
    }
}

pub(super) fn launch_join(patches: CubeTensor, beside: CubeTensor) -> CubeTensor {
    let ([batch, height, width, more], [_, _, _, values]) = (beside.shape().dims(), patches.shape().dims());
    let (channels, all) = (values / 4, values / 4 + more);
    let output = empty(&beside, [batch, height, width, all]);
    let count = batch * height * width * all;
    let (cubes, units) = cubes(&beside, count);
    join::launch(
        &beside.client.clone(),
        cubes,
        units,
        patches.into_buffer_arg(),
        beside.into_buffer_arg(),
        output.clone().into_buffer_arg(),
        count,
        height,
        width,
        channels,
        more,
    );
    output
}

/// Channels of an image that lies in patches of 2 × 2, then those of the image beside it.
#[cube(launch)]
fn join(
    patches: &[f32],
    beside: &[f32],
    output: &mut [f32],
    count: usize,
    #[comptime] height: usize,
    #[comptime] width: usize,
    #[comptime] channels: usize,
    #[comptime] more: usize,
) {
    if ABSOLUTE_POS >= count {
        terminate!();
    }
    let channel = ABSOLUTE_POS % comptime![channels + more];
    let pixel = ABSOLUTE_POS / comptime![channels + more];
    if channel < channels {
        let (column, line) = (pixel % width, pixel / width);
        let (row, image) = (line % height, line / height);
        let patch = (image * comptime![height / 2] + row / 2) * comptime![width / 2] + column / 2;
        output[ABSOLUTE_POS] = patches[(patch * channels + channel) * 4 + row % 2 * 2 + column % 2];
    } else {
        output[ABSOLUTE_POS] = beside[pixel * more + channel - channels];
    }
}
