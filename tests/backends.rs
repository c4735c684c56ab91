use burn::tensor::Device;
use shared::noise::Seed;
use trainer::device::{Chosen, DeviceChoice};
use trainer::sampler::{Sampler, SamplerConfig, balanced, mean_rmse};

use crate::couplings::{Workshop, read, tiny};
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

/// SiLU and attention, which have no kernels of their own: they learn, and a graphics processor agrees. Measured on Mesa's
/// rasteriser: 3e-8.
#[test]
fn other_networks_learn_and_agree_likewise() {
    let workshop = Workshop::new();
    let network = tiny("").replace("embedding = 16", "embedding = 16\nactivation = \"silu\"\nattention = true");
    let model = workshop.word("other/model.safetensors");
    assert_eq!(workshop.train("other", &network), model);
    let checkpoint = read(&model);
    let learned = &checkpoint.parameters["attention.answer.weight"].values;
    assert!(learned.iter().any(|weight| *weight != 0.0), "what begins with zeros has moved");
    let Some(gpu) = graphics() else { return };
    let draw = |device: &Device| {
        let net = checkpoint.network(device).expect("a network");
        let sampler = Sampler { net: &net, shape: checkpoint.shape, device };
        sampler.generate_many(&balanced(4, 4), SamplerConfig::ONE_STEP, Seed(1), |_| ()).values
    };
    let error = mean_rmse(&draw(&gpu.device), &draw(&Device::flex()));
    assert!(error < 1e-4, "{} differs from the CPU by {error:e}", gpu.name);
}
