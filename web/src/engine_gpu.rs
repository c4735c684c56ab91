//! The program `engine-gpu`: the engine on WebGPU.

#[cfg(target_arch = "wasm32")]
use burn::tensor::{Device, wgpu::WgpuSetup};

fn main() {
    #[cfg(target_arch = "wasm32")]
    web::engine::start(webgpu());
}

/// WebGPU, or in words for the visitor why it is not to be had.
#[cfg(target_arch = "wasm32")]
async fn webgpu() -> Result<Device, String> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    let adapter = instance.request_adapter(&options).await;
    // The error lists what was tried, which a visitor cannot change.
    let adapter = adapter.map_err(|_list| "this browser offers no WebGPU adapter".to_owned())?;
    // burn's runtime measures time with this and stops the program without it.
    if !adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
        return Err("this browser’s WebGPU lacks timestamp queries, which the tensor library needs".to_owned());
    }
    let descriptor = wgpu::DeviceDescriptor {
        required_features: adapter.features() - wgpu::Features::MAPPABLE_PRIMARY_BUFFERS,
        required_limits: adapter.limits(),
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) =
        adapter.request_device(&descriptor).await.map_err(|error| format!("WebGPU refuses: {error}"))?;
    let backend = adapter.get_info().backend;
    let setup = WgpuSetup { instance, adapter, device, queue, backend };
    Device::wgpu_options().setup(setup).init().map_err(|error| format!("WebGPU cannot be used: {error}"))
}
