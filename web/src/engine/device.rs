//! Finding WebGPU, or saying kindly why the CPU computes.

use std::cell::RefCell;

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web::protocol::Backend;

/// What computes, and why it is not WebGPU if it is not.
pub(crate) struct Found {
    pub(crate) device: Device,
    pub(crate) backend: Backend,
    pub(crate) reason: Option<String>,
}

thread_local! {
    static WEBGPU: RefCell<Option<Result<Device, String>>> = const { RefCell::new(None) };
    // One search for all loads: burn refuses to take the graphics processor a second time.
    static SEARCH: Promise = future_to_promise(async {
        WEBGPU.set(Some(webgpu().await));
        Ok(JsValue::UNDEFINED)
    });
}

/// WebGPU where there is one, unless the visitor wants the `cpu`.
pub(crate) async fn find(cpu: bool) -> Found {
    let found = if cpu { Err("the address asks for the CPU".to_owned()) } else { search().await };
    match found {
        Ok(device) => Found { device, backend: Backend::WebGpu, reason: None },
        Err(reason) => Found { device: Device::flex(), backend: Backend::Cpu, reason: Some(reason) },
    }
}

async fn search() -> Result<Device, String> {
    JsFuture::from(SEARCH.with(Promise::clone)).await.expect("the search ends without an error of its own");
    WEBGPU.with_borrow(Clone::clone).expect("the search has found what there is")
}

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
