//! Binaryen's optimiser, which leaves a third less of an engine to download.

use std::path::Path;

use anyhow::Result;

use crate::command::{announce, apt_install, program, run, succeeds};

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

fn is_there() -> bool {
    succeeds(program("wasm-opt").arg("--version"))
}

/// Installs it where that is possible. The page works without it, and so this never fails.
pub(crate) fn install() {
    if !is_there() && apt_install(&["binaryen"]).is_err() {
        announce("there is no wasm-opt (of binaryen); published engines stay a third larger");
    }
}

/// Makes a file smaller in its place, if the optimiser is there.
///
/// # Errors
/// If it fails.
pub(crate) fn shrink(file: &Path) -> Result<()> {
    if is_there() { run(program("wasm-opt").args(FEATURES).arg("-O2").arg(file).arg("-o").arg(file)) } else { Ok(()) }
}
