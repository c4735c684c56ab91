//! The program `particles`: very many points of the laboratory on WebGPU.

fn main() {
    #[cfg(target_arch = "wasm32")]
    web::particles::start();
}
