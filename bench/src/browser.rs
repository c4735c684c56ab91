//! Both sides in one tab of Chromium: the engine of the published page, and onnxruntime-web.

use std::cell::RefCell;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::peer::{Peer, python, run};

/// The peer, as npm knows it.
const ONNX_RUNTIME: &str = "onnxruntime-web@1.30.0";

/// What the network is written with, as pip knows it.
const PACKAGES: [&str; 2] = ["onnx==1.23.2", "onnxscript==0.7.2"];

/// A tab that can measure.
pub(crate) struct Page {
    /// What is compared, with versions.
    pub(crate) name: String,
    /// Both sides ask it, in turns.
    peer: RefCell<Peer>,
}

impl Page {
    /// Installs the peer where it is not there yet, and opens `bench/page.html`.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        let built = root.join("dist/models/index.json").exists();
        ensure!(built, "there is no page; build it with `cargo xtask setup` and `trunk build`");
        install(root)?;
        let peer = Peer::begin(root, &["python/page.py", ONNX_RUNTIME, &root.to_string_lossy()])?;
        Ok(Page { name: peer.name.clone(), peer: RefCell::new(peer) })
    }

    /// How many seconds one side takes for so many evaluations of a batch.
    pub(crate) fn run(&self, side: &str, device: &str, batch: usize, count: usize) -> Result<f64> {
        self.peer.borrow_mut().ask(&json!({ "side": side, "device": device, "batch": batch, "count": count }))
    }
}

/// onnxruntime-web, and the network in its format.
fn install(root: &Path) -> Result<()> {
    let folder = root.join(".tools/peers");
    if !folder.join("node_modules/onnxruntime-web").exists() {
        run(Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--prefix"])
            .arg(&folder)
            .arg(ONNX_RUNTIME))?;
    }
    if !folder.join("model.onnx").exists() {
        let python = python(root)?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
        let files = ["models/fashion-mnist.safetensors", "--onnx", ".tools/peers/model.onnx"];
        run(Command::new(&python).current_dir(root).arg("python/scoreflow.py").args(files))?;
    }
    Ok(())
}
