//! The program `engine-cpu`: the engine on the CPU. It holds no code for graphics processors, so it is soon there.

fn main() {
    #[cfg(target_arch = "wasm32")]
    web::engine::start(async { Ok(burn::tensor::Device::flex()) });
}
