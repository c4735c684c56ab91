use burn::tensor::Device;
use trainer::device::DeviceChoice;

use crate::golden::{Golden, difference, values};

/// On the best graphics processor, or one imitated by software. Measured on Mesa's rasteriser: 1e-6.
#[test]
fn the_cpu_and_a_graphics_processor_agree() {
    let Ok(gpu) = DeviceChoice::Gpu.find().or_else(|_| DeviceChoice::Software.find()) else {
        let missing =
            "this machine has no graphics adapter, not even one imitated by software (Debian: mesa-vulkan-drivers)";
        assert!(std::env::var_os("CI").is_none(), "{missing}; in CI nothing is skipped");
        eprintln!("skipped: {missing}");
        return;
    };
    let golden = Golden::read();
    let on = |device: &Device| values(golden.forward(&golden.net(device), device));
    let error = difference(&on(&gpu.device), &on(&Device::flex()));
    assert!(error < 1e-4, "{} differs from the CPU by {error:e}", gpu.name);
}
