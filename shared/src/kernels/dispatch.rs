//! The way of the operations to the device of their tensors.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, DispatchDevice, backend_extension};
use burn::tensor::Tensor;

use super::Modulation;
#[cfg(feature = "train")]
use super::{AdamStep, Moving};

/// Whether the tensor's device has kernels.
pub(super) fn covers<const D: usize>(x: &Tensor<D>) -> bool {
    matches!(x.device().inner().as_dispatch(), DispatchDevice::Flex(_))
}

pub(super) fn convolution(x: Tensor<4>, weight: Tensor<5>, bias: Tensor<1>) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::convolution(x, weight, bias))
}

pub(super) fn norm_convolution(
    x: Tensor<4>,
    Modulation { scale, shift }: Modulation,
    weight: Tensor<5>,
    bias: Tensor<1>,
    residual: Option<Tensor<4>>,
) -> Tensor<4> {
    let [scale, shift] = [scale, shift].map(Tensor::into_dispatch);
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(match residual {
        None => <Dispatch as Kernels>::norm_convolution(x, scale, shift, weight, bias),
        Some(residual) => {
            let residual = residual.into_dispatch();
            <Dispatch as Kernels>::residual_norm_convolution(x, scale, shift, weight, bias, residual)
        }
    })
}

pub(super) fn close(x: Tensor<4>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Kernels>::close(x.into_dispatch()))
}

pub(super) fn join(patches: Tensor<4>, beside: Tensor<4>) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Kernels>::join(patches.into_dispatch(), beside.into_dispatch()))
}

#[cfg(feature = "train")]
pub(super) fn adam(moving: Moving, gradient: Tensor<1>, shorten: Tensor<1>, step: AdamStep) -> Moving {
    let Moving { weight, mean, square, average } = moving;
    let [weight, mean, square, average, gradient, shorten] =
        [weight, mean, square, average, gradient, shorten].map(Tensor::into_dispatch);
    let moved = <Dispatch as Updates>::adam(weight, mean, square, average, gradient, shorten, step);
    let (weight, mean, square, average) = moved;
    let [weight, mean, square, average] = [weight, mean, square, average].map(Tensor::from_dispatch);
    Moving { weight, mean, square, average }
}

/// The operations of a device. Shapes are those of the functions of the same names.
#[backend_extension(Flex, Autodiff: cfg(feature = "train"))]
pub(super) trait Kernels: Backend {
    /// See [`convolution`](super::convolution).
    fn convolution(x: FloatTensor<Self>, weight: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`norm_convolution`](super::norm_convolution).
    fn norm_convolution(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// Likewise, with a residual.
    fn residual_norm_convolution(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`close`](super::close).
    fn close(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`join`](super::join).
    fn join(patches: FloatTensor<Self>, beside: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// What moves weights, which is not differentiated.
#[cfg(feature = "train")]
#[backend_extension(Flex)]
pub(super) trait Updates: Backend {
    /// See [`adam`](super::adam): weight, mean, square and average after the step.
    fn adam(
        weight: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        square: FloatTensor<Self>,
        average: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shorten: FloatTensor<Self>,
        step: AdamStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}
