//! The program `engine-relaxed`: [`engine-cpu`](web::engine) for browsers that multiply and add in one instruction. One that
//! does not refuses the whole program, so there are two.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        shared::kernels::cpu::relax();
        web::engine::start(async { Ok(burn::tensor::Device::flex()) });
    }
}
