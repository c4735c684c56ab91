//! The worker: owns the device and the model, answers [`Request`]s with [`Event`]s.
//!
//! It computes on WebGPU, or on the CPU where there is none. Between two frames it returns to the browser's event loop,
//! so that a new request or a cancellation is heard while a trajectory is under way.
//!
//! [`Request`]: web::protocol::Request
//! [`Event`]: web::protocol::Event

#[cfg(target_arch = "wasm32")]
#[path = "engine"]
mod engine {
    pub(crate) mod device;
    pub(crate) mod download;
    pub(crate) mod job;
    pub(crate) mod port;
    pub(crate) mod unfinished;
    pub(crate) mod worker;
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    engine::worker::start();
}
