//! Choosing what computes.

use anyhow::{Result, bail};
use burn::tensor::{Device, DeviceKind};
use clap::ValueEnum;

/// What the user asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DeviceChoice {
    /// The best graphics processor if there is one, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The best graphics processor, or an error.
    Gpu,
    /// A graphics processor imitated by software, for tests of the GPU code on machines without one. Slow.
    Software,
}

/// A device and its name.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Where tensors live.
    pub device: Device,
    /// What people call it.
    pub name: String,
}

impl DeviceChoice {
    /// Finds the device.
    ///
    /// # Errors
    /// If there is no such device; the error lists what there is.
    pub fn find(self) -> Result<Chosen> {
        match self {
            DeviceChoice::Cpu => Ok(cpu()),
            DeviceChoice::Auto => Ok(may_have_gpu().then(|| adapter(&REAL)).flatten().unwrap_or_else(cpu)),
            DeviceChoice::Gpu => or_list(adapter(&REAL)),
            DeviceChoice::Software => or_list(adapter(&[wgpu::DeviceType::Cpu])),
        }
    }
}

const REAL: [wgpu::DeviceType; 3] =
    [wgpu::DeviceType::DiscreteGpu, wgpu::DeviceType::IntegratedGpu, wgpu::DeviceType::VirtualGpu];

fn cpu() -> Chosen {
    let threads = rayon::current_num_threads();
    let threads = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    Chosen { device: Device::flex(), name: format!("CPU, {threads}") }
}

/// Whether a graphics processor may be there at all: on Linux each has a device file. Asking the graphics libraries takes a
/// second, and some of them talk.
fn may_have_gpu() -> bool {
    let files = ["/dev/dri", "/dev/dxg", "/dev/nvidia0", "/dev/kgsl-3d0", "/dev/mali0"];
    !cfg!(target_os = "linux") || files.iter().any(|file| std::path::Path::new(file).exists())
}

/// The first adapter of the first of these kinds that has one. A software rasteriser is of the kind `Cpu`.
fn adapter(kinds: &[wgpu::DeviceType]) -> Option<Chosen> {
    let adapters = adapters();
    let info = kinds.iter().find_map(|kind| adapters.iter().find(|info| info.device_type == *kind))?;
    let kind = match info.device_type {
        wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(0),
        wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(0),
        wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(0),
        wgpu::DeviceType::Cpu => DeviceKind::Cpu,
        wgpu::DeviceType::Other => DeviceKind::DefaultDevice,
    };
    Some(Chosen { device: Device::wgpu(kind), name: format!("{} ({})", info.name, info.backend) })
}

fn or_list(found: Option<Chosen>) -> Result<Chosen> {
    let Some(chosen) = found else {
        let names: Vec<String> =
            adapters().iter().map(|info| format!("{} ({:?}, {})", info.name, info.device_type, info.backend)).collect();
        let there_is = if names.is_empty() { "none at all".to_owned() } else { names.join(", ") };
        bail!("no such graphics adapter; wgpu sees {there_is}. Use --device cpu")
    };
    Ok(chosen)
}

fn adapters() -> Vec<wgpu::AdapterInfo> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY))
        .iter()
        .map(wgpu::Adapter::get_info)
        .collect()
}
