//! The worker: owns the device and the model, answers [`Request`]s with [`Event`]s.
//!
//! The programs `engine-cpu` and `engine-gpu` are this, each with its own device. Between two frames it returns to the
//! browser's event loop, so that a new request or a cancellation is heard while a trajectory is under way.
//!
//! [`Request`]: crate::protocol::Request
//! [`Event`]: crate::protocol::Event

mod download;
mod job;
mod port;
mod search;
mod tasks;
mod unfinished;
mod worker;

pub use worker::start;
