//! The operations on slices of numbers, for CPUs: vector instructions are chosen when the program runs, images are shared
//! among threads.

pub(super) mod adam;
pub(super) mod convolution;
mod direct;
mod fill;
mod norm;
mod panels;
mod threads;
mod tile;
mod vectors;
mod winograd;
