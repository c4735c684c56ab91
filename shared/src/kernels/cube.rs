//! The operations on graphics processors, without gradients.
//!
//! A launch costs more than most of what it computes, so there are few: one normalises, rectifies and writes, one convolves
//! and adds bias and residual. Both read images as vectors of channels, which lie innermost.

mod convolution;
mod elements;
mod normalisation;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Cube, Dispatch, DispatchDevice, backend_extension};
use burn::tensor::Tensor;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::calculate_cube_count_elemwise;
use cubecl::prelude::{CubeCount, CubeDim};

use super::Modulation;

/// Channels that are read and written together, where there are as many.
const VECTOR: usize = 4;

/// Whether the tensor's device is such a one, and no gradient is asked for.
pub(super) fn covers<const D: usize>(x: &Tensor<D>) -> bool {
    matches!(x.device().as_dispatch(), DispatchDevice::Cube(_))
}

pub(super) fn convolution(x: Tensor<4>, weight: Tensor<5>, bias: Tensor<1>, residual: Option<Tensor<4>>) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(match residual {
        None => <Dispatch as Launches>::convolution(x, weight, bias),
        Some(residual) => <Dispatch as Launches>::residual_convolution(x, weight, bias, residual.into_dispatch()),
    })
}

/// Rows are the points of an image of one line.
pub(super) fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    let ([rows, from], [_, to]) = (x.dims(), weight.dims());
    let (x, weight) = (x.reshape([1, 1, rows, from]), weight.reshape([1, 1, 1, from, to]));
    convolution(x, weight, bias, None).reshape([rows, to])
}

pub(super) fn normalise(x: Tensor<4>, Modulation { scale, shift }: Modulation) -> Tensor<4> {
    let [scale, shift] = [scale, shift].map(Tensor::into_dispatch);
    Tensor::from_dispatch(<Dispatch as Launches>::normalise(x.into_dispatch(), scale, shift))
}

pub(super) fn join(patches: Tensor<4>, beside: Tensor<4>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Launches>::join(patches.into_dispatch(), beside.into_dispatch()))
}

pub(super) fn plus_scaled<const D: usize>(x: Tensor<D>, direction: Tensor<D>, factor: f64) -> Tensor<D> {
    let (x, direction) = (x.into_dispatch(), direction.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Launches>::plus_scaled(x, direction, factor as f32))
}

/// What is launched. Shapes are those of [`super::convolution`] and [`super::norm_convolution`].
#[backend_extension(Cube)]
trait Launches: Backend {
    /// convolution(x) + bias.
    fn convolution(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self>;

    /// convolution(x) + bias + residual.
    fn residual_convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// max(0, scale · n(x) + shift).
    fn normalise(x: FloatTensor<Self>, scale: FloatTensor<Self>, shift: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`super::join`].
    fn join(patches: FloatTensor<Self>, beside: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`super::plus_scaled`].
    fn plus_scaled(x: FloatTensor<Self>, direction: FloatTensor<Self>, factor: f32) -> FloatTensor<Self>;
}

impl Launches for Cube {
    fn convolution(x: CubeTensor, weight: CubeTensor, bias: CubeTensor) -> CubeTensor {
        convolution::launch(into_contiguous(x), into_contiguous(weight), into_contiguous(bias), None)
    }

    fn residual_convolution(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, residual: CubeTensor) -> CubeTensor {
        let residual = Some(into_contiguous(residual));
        convolution::launch(into_contiguous(x), into_contiguous(weight), into_contiguous(bias), residual)
    }

    fn normalise(x: CubeTensor, scale: CubeTensor, shift: CubeTensor) -> CubeTensor {
        normalisation::launch(into_contiguous(x), scale, shift)
    }

    fn join(patches: CubeTensor, beside: CubeTensor) -> CubeTensor {
        elements::launch_join(into_contiguous(patches), into_contiguous(beside))
    }

    fn plus_scaled(x: CubeTensor, direction: CubeTensor, factor: f32) -> CubeTensor {
        elements::launch_plus_scaled(into_contiguous(x), into_contiguous(direction), factor)
    }
}

/// Units of a cube.
const UNITS: usize = 64;

/// Cubes for so many units on the device of `x`, and for some more where they do not fit into one line of it.
fn cubes(x: &CubeTensor, units: usize) -> (CubeCount, CubeDim) {
    let cube = CubeDim::new_1d(UNITS as u32);
    (calculate_cube_count_elemwise(&x.client, units, cube), cube)
}

/// A tensor like another, of another shape, with nothing in it yet.
fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    burn_cubecl::ops::numeric::empty_device_contiguous_dtype(client, device, shape.into(), like.dtype)
}
