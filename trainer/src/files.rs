//! Files: written so that nobody ever sees half of one, and read with errors that name them.

pub mod image;
pub mod mixture;
pub mod noise;
pub mod parameters;

mod atomic;
mod output;

pub use atomic::{prepare, read, write_atomically};
pub use output::check_output;
