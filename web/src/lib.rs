//! The page without the browser: what can be seen, what a link says, what happens when, and the words between page and
//! engine.
//!
//! Everything here is tested natively. The program `page` shows it, the program `engine` computes it in a worker.

pub mod catalogue;
pub mod link;
pub mod protocol;
pub mod update;
pub mod view;
