//! Binaryen's optimiser, without which engines are a third larger to download.

use std::path::Path;

use anyhow::Result;

use crate::command::{announce, program, run};
use crate::npm::Package;

/// Debian's 108 writes programs that do not start: it exchanges two tables.
const BINARYEN: Package = Package { name: "binaryen", version: "132.0.0" };

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
    if let Err(error) = BINARYEN.install() {
        announce(&format!("published engines stay a third larger: {error:#}"));
    }
}

/// Makes a file smaller in its place, if the optimiser is there.
///
/// # Errors
/// If it fails.
pub(crate) fn shrink(file: &Path) -> Result<()> {
    if !BINARYEN.is_there() {
        return Ok(());
    }
    let mut node = program("node");
    node.arg(BINARYEN.folder().join("bin/wasm-opt")).args(FEATURES).arg("-O2");
    run(node.arg(file).arg("-o").arg(file))
}
