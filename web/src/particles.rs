//! Very many points of the laboratory, moved and drawn on a graphics processor: they never leave it.
//!
//! A cloud of points is a [`State`](shared::velocity::State) like any other, and the exact field of a mixture a field, so the
//! solvers are those that move images. Only sums and velocities are kernels, in `kernels.wgsl`.

mod cloud;
mod field;
mod gpu;
mod painter;
mod worker;

pub use worker::start;
