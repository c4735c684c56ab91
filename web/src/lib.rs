//! The page without the browser: what can be seen, what a link says, what happens when, what computes, and the words
//! between page and engine.
//!
//! All but the engine is tested natively. The program `page` shows it, and one of the programs `engine-cpu` and
//! `engine-gpu` computes it in a worker: the engine of this library, each on its own device. The program `particles` moves
//! very many points in the laboratory on a graphics processor.

pub mod catalogue;
pub mod command;
pub mod device;
#[cfg(all(feature = "engine", target_arch = "wasm32"))]
pub mod engine;
pub mod laboratory;
pub mod link;
pub mod mix;
#[cfg(feature = "particles")]
pub mod particles;
#[cfg(all(any(feature = "engine", feature = "particles"), target_arch = "wasm32"))]
mod port;
pub mod presets;
pub mod protocol;
pub mod team;
pub mod tour;
pub mod update;
pub mod view;
