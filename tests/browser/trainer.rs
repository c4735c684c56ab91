//! What the trainer draws, for comparison.

use std::path::Path;
use std::process::Command;

/// The pixels of one image of the released model: noise 0 of seed 7, on the CPU.
pub(crate) fn sample(class: &str, solver: &str, intervals: u32, guidance: f64) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("image.png");
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["run", "--quiet", "-p", "trainer", "--", "sample", "--model", "models/fashion-mnist.safetensors"])
        .args(["--class", class, "--count", "1", "--seed", "7", "--solver", solver, "--device", "cpu"])
        .args(["--intervals", &intervals.to_string(), "--guidance", &guidance.to_string()])
        .arg("--out")
        .arg(&out)
        .status();
    assert!(status.expect("cargo is there").success(), "the trainer draws");
    image::open(&out).expect("a PNG file").to_luma8().into_raw()
}
