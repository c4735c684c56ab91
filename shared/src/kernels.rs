//! The operations in which the network spends its time: convolutions with what stands before and after them.
//!
//! Images are [batch, height, width, channels], channels innermost; weights lie as [`layout`] says. Each operation is one
//! pass over the images on every device that has it written for itself, with its gradients written by hand. The
//! [`mod@reference`] says the same in the tensor library's own operations; devices without a kernel use it, and tests hold
//! the kernels against it.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod cube;
#[cfg(feature = "cpu")]
mod dispatch;
#[cfg(feature = "cpu")]
mod flex;
#[cfg(all(feature = "cpu", feature = "train"))]
mod gradients;
pub mod layout;
pub mod patches;
pub mod reference;

use burn::tensor::Tensor;

/// Groups of channels that are normalised together.
pub const GROUPS: usize = 8;

/// What is added to a variance before its root is taken.
pub const EPSILON: f64 = 1e-5;

/// What becomes of the deviation and the mean of each channel after normalisation: [batch, channels], or [1, channels].
#[derive(Clone, Debug)]
pub struct Modulation {
    /// The deviation.
    pub scale: Tensor<2>,
    /// The mean.
    pub shift: Tensor<2>,
}

/// convolution(x) + bias, 1 × 1 or 3 × 3 with a border of zeros around the image.
pub fn convolution(x: Tensor<4>, weight: Tensor<5>, bias: Tensor<1>) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if dispatch::covers(&x) {
        return dispatch::convolution(x, weight, bias);
    }
    #[cfg(feature = "gpu")]
    if cube::covers(&x) {
        return cube::convolution(x, weight, bias, None);
    }
    reference::convolution(x, weight, bias)
}

/// convolution(max(0, scale · n(x) + shift)) + bias + residual, where n normalises [`GROUPS`] groups of channels to
/// mean 0 and variance 1 in each image (Wu and He, 2018).
pub fn norm_convolution(
    x: Tensor<4>,
    modulation: Modulation,
    weight: Tensor<5>,
    bias: Tensor<1>,
    residual: Option<Tensor<4>>,
) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if dispatch::covers(&x) {
        return dispatch::norm_convolution(x, modulation, weight, bias, residual);
    }
    #[cfg(feature = "gpu")]
    if cube::covers(&x) {
        return cube::convolution(cube::normalise(x, modulation), weight, bias, residual);
    }
    reference::norm_convolution(x, modulation, weight, bias, residual)
}

/// x · weight + bias of rows: `[rows, from]`, `[from, to]`, `[to]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    #[cfg(feature = "gpu")]
    if cube::covers(&x) {
        return cube::linear(x, weight, bias);
    }
    reference::linear(x, weight, bias)
}

/// [`patches::close`].
pub fn close(x: Tensor<4>) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if dispatch::covers(&x) {
        return dispatch::close(x);
    }
    patches::close(x)
}

/// An image `[b, h, w, c]` that lies in [`patches`], and the channels of the one `beside` it after its own.
pub fn join(patches: Tensor<4>, beside: Tensor<4>) -> Tensor<4> {
    #[cfg(feature = "cpu")]
    if dispatch::covers(&patches) {
        return dispatch::join(patches, beside);
    }
    #[cfg(feature = "gpu")]
    if cube::covers(&patches) {
        return cube::join(patches, beside);
    }
    reference::join(patches, beside)
}

/// x + factor · direction, of one shape.
pub fn plus_scaled<const D: usize>(x: Tensor<D>, direction: Tensor<D>, factor: f64) -> Tensor<D> {
    #[cfg(feature = "gpu")]
    if cube::covers(&x) {
        return cube::plus_scaled(x, direction, factor);
    }
    reference::plus_scaled(x, direction, factor)
}

/// The numbers of one step of Adam (Kingma and Ba, 2015).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// The memory of the gradient and that of its square.
    pub betas: [f64; 2],
    /// 1 − βⁿ for both, after n steps.
    pub corrections: [f64; 2],
    /// The learning rate.
    pub rate: f64,
    /// What keeps the step finite where there is no gradient.
    pub epsilon: f64,
    /// How far the running average moves towards the weights.
    pub renewal: f64,
}

/// What a step of Adam changes: vectors of one length, none of them tracked.
#[derive(Clone, Debug)]
pub struct Moving {
    /// The weights.
    pub weight: Tensor<1>,
    /// The running mean of the gradients.
    pub mean: Tensor<1>,
    /// That of their squares.
    pub square: Tensor<1>,
    /// That of the weights.
    pub average: Tensor<1>,
}

/// One step down the `gradient`, which is multiplied by `shorten` `[1]` first.
#[cfg(feature = "train")]
pub fn adam(moving: Moving, gradient: Tensor<1>, shorten: Tensor<1>, step: AdamStep) -> Moving {
    #[cfg(feature = "cpu")]
    if dispatch::covers(&gradient) {
        return dispatch::adam(moving, gradient, shorten, step);
    }
    reference::adam(moving, gradient, shorten, step)
}
