//! What the trainer draws and translates, for comparison.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) fn root() -> PathBuf {
    let member = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests, and names the member");
    Path::new(&member).join("../..")
}

fn run(words: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["run", "--quiet", "-p", "trainer", "--"]).args(words);
    assert!(cargo.status().expect("cargo is there").success(), "the trainer does {words:?}");
}

/// The pixels of what the command `line` of the page draws into `images.png`.
pub(crate) fn images_of(line: &str) -> Vec<u8> {
    result_of(line, "images.png")
}

/// The pixels of what the commands `lines` of the page translate into `translation.png`.
pub(crate) fn translation_of(lines: &str) -> Vec<u8> {
    result_of(lines, "translation.png")
}

/// Lets a shell run the commands of the page, which write into a folder of their own.
fn result_of(lines: &str, out: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path().display();
    for line in lines.lines() {
        assert!(line.starts_with("cargo run -p trainer -- "), "a command of the trainer: {line}");
        let device = if line.contains(" inspect ") { "" } else { " --device cpu" };
        let line = line.replace(&format!(" {out}"), &format!(" {here}/{out}"));
        let line = line.replace(" examples", &format!(" {here}/examples")) + device;
        let status = Command::new("sh").current_dir(root()).args(["-c", &line]).status();
        assert!(status.expect("a shell").success(), "{line}");
    }
    grey(&folder.path().join(out))
}

fn grey(path: &Path) -> Vec<u8> {
    image::open(path).expect("a PNG file").to_luma8().into_raw()
}

/// The pixels of one image of the released model: noise 0 of seed 7, on the CPU.
pub(crate) fn sample(class: &str, solver: &str, intervals: u32, guidance: f64) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("image.png");
    let (intervals, guidance, file) = (intervals.to_string(), guidance.to_string(), out.display().to_string());
    let words =
        ["sample", "--model", "models/fashion-mnist.safetensors", "--class", class, "--count", "1", "--seed", "7"];
    let how =
        ["--solver", solver, "--intervals", &intervals, "--guidance", &guidance, "--device", "cpu", "--out", &file];
    run(&[&words[..], &how].concat());
    grey(&out)
}

/// The sneaker among the examples of the released model, translated to an ankle boot; and what `decode` makes of what
/// `encode` has found for it.
pub(crate) fn translate_and_return(solver: &str, spacing: &str) -> [Vec<u8>; 2] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let model = ["--model", "models/fashion-mnist.safetensors"];
    run(&[&["inspect", "--examples", &path("examples")], &model[..]].concat());
    let sneaker = path("examples/084-sneaker.png");
    let (boot, noise, back) = (path("boot.png"), path("noise.safetensors"), path("back.png"));
    let how = ["--solver", solver, "--spacing", spacing, "--intervals", "2", "--device", "cpu", "--input", &sneaker];
    let translate = ["translate", "--from", "Sneaker", "--to", "Ankle boot", "--out", &boot];
    run(&[&translate[..], &how, &model].concat());
    run(&[&["encode", "--class", "Sneaker", "--out", &noise], &how[..], &model].concat());
    run(&[&["decode", "--noise", &noise, "--out", &back, "--device", "cpu"], &model[..]].concat());
    [&boot, &back].map(|file| grey(Path::new(file)))
}
