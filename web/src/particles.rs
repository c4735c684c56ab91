//! Very many points of the laboratory, moved and drawn on a graphics processor: they never leave it.
//!
//! A [`Cloud`] of points is a [`State`](shared::velocity::State) like any other, and the exact field of a mixture a [`Field`],
//! so the solvers are those that move images. Only sums and velocities are kernels, in `kernels.wgsl`.

mod cloud;
mod field;
mod gpu;
mod painter;
#[cfg(target_arch = "wasm32")]
mod worker;

pub use cloud::{Cloud, Places};
pub use field::Field;
pub use gpu::Gpu;
pub use painter::Painter;
#[cfg(target_arch = "wasm32")]
pub use worker::start;
