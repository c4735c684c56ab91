//! Binaryen's optimiser, without which engines are a third larger to download.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{Quiet, announce, program, root, run};

/// Debian's 108 writes programs that do not start: it exchanges two tables.
const VERSION: &str = "132.0.0";

/// Where npm puts it.
const FOLDER: &str = ".tools/node_modules/binaryen";

/// What every browser with WebAssembly's vectors has had for longer than those.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Installs it where there is npm. The page works without it, and so this never fails.
pub(crate) fn install() {
    if is_there() {
        return;
    }
    let mut npm = program("npm");
    npm.args(["install", "--silent", "--no-save", "--prefix", ".tools", &format!("binaryen@{VERSION}")]);
    if let Err(error) = Quiet::run(&format!("binaryen {VERSION}"), "2 seconds", &mut npm) {
        announce(&format!("published engines stay a third larger: {error:#}"));
    }
}

/// Makes a file smaller in its place, if the optimiser is there.
///
/// # Errors
/// If it fails.
pub(crate) fn shrink(file: &Path) -> Result<()> {
    if is_there() { run(node().args(FEATURES).arg("-O2").arg(file).arg("-o").arg(file)) } else { Ok(()) }
}

fn is_there() -> bool {
    std::fs::read_to_string(root().join(FOLDER).join("package.json"))
        .is_ok_and(|text| text.contains(&format!("\"version\": \"{VERSION}\"")))
}

fn node() -> Command {
    let mut node = program("node");
    node.arg(format!("{FOLDER}/bin/wasm-opt"));
    node
}
