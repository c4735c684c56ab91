use burn::tensor::Device;
use trainer::device::{Chosen, DeviceChoice};

use crate::golden::{Golden, difference, values};

/// The best graphics processor, or one imitated by software; none only where nothing may be installed.
pub(crate) fn graphics() -> Option<Chosen> {
    let found = DeviceChoice::Gpu.find().or_else(|_| DeviceChoice::Software.find());
    if found.is_err() {
        skip();
    }
    found.ok()
}

/// Says that a test is skipped, because there is no graphics processor.
pub(crate) fn skip() {
    let missing =
        "this machine has no graphics adapter, not even one imitated by software (Debian: mesa-vulkan-drivers)";
    assert!(std::env::var_os("CI").is_none(), "{missing}; in CI nothing is skipped");
    eprintln!("skipped: {missing}");
}

/// On the best graphics processor, or one imitated by software. Measured on Mesa's rasteriser: 1e-6.
#[test]
fn the_cpu_and_a_graphics_processor_agree() {
    let Some(gpu) = graphics() else { return };
    let golden = Golden::read();
    let on = |device: &Device| values(golden.forward(&golden.net(device), device));
    let error = difference(&on(&gpu.device), &on(&Device::flex()));
    assert!(error < 1e-4, "{} differs from the CPU by {error:e}", gpu.name);
}

/// Where there is no display, the graphics libraries' complaint about it does not reach users; and whoever asks for the CPU,
/// or has no graphics processor, does not wake them.
#[test]
fn no_verb_complains_about_a_missing_display() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("image.png").display().to_string();
    let devices: &[&str] =
        if DeviceChoice::Software.find().is_ok() { &["auto", "cpu", "software"] } else { &["auto", "cpu"] };
    for device in devices {
        let words = "sample --model models/faces.safetensors --solver euler --intervals 1 --count 1 --device";
        let mut trainer = crate::support::trainer();
        trainer.env_remove("XDG_RUNTIME_DIR").args(words.split(' ')).args([device, "--out", &out]);
        let output = trainer.output().expect("the trainer starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success() && !said.contains("XDG_RUNTIME_DIR") && !said.contains("error"),
            "{device}: {said}"
        );
    }
}
