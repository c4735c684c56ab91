//! The operations on slices of numbers, for CPUs: vector instructions are chosen when the program runs, images are shared
//! among threads.

#[cfg(feature = "train")]
pub(super) mod adam;
pub(super) mod convolution;
mod direct;
mod fill;
mod fresh;
#[cfg(feature = "train")]
pub(super) mod gradients;
mod norm;
mod panels;
pub(super) mod patches;
mod threads;
mod tile;
mod vectors;
mod winograd;
