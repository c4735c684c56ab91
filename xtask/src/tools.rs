//! The programs that build the page.

use std::fs;

use anyhow::{Context, Result};

use crate::command::{Quiet, output, program, root};

/// The trunk that the page is built with; later ones need a later compiler.
const TRUNK: &str = "0.21.14";

/// Tools that run for seconds need not be optimised for minutes.
const LIGHT: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Installs what is missing of trunk and wasm-bindgen, and says so.
///
/// # Errors
/// If one cannot be installed.
pub(crate) fn install() -> Result<()> {
    wasm_bindgen()?;
    trunk()
}

/// wasm-bindgen's program must be of exactly the version of its library.
fn wasm_bindgen() -> Result<()> {
    let version = locked("wasm-bindgen")?;
    if has("wasm-bindgen", &version) {
        return Ok(());
    }
    // Without --locked: its lock file names a version that registries no longer serve.
    let mut install = program("cargo");
    install.args(["install", "wasm-bindgen-cli", "--version", &version, "--force"]).envs(LIGHT);
    Quiet::run(&format!("wasm-bindgen {version}"), "4 minutes beside the page", &mut install)
}

/// Trunk builds and serves the page. It needs no encryption for that, which would take longer to compile than trunk itself.
fn trunk() -> Result<()> {
    if has("trunk", TRUNK) {
        return Ok(());
    }
    let mut install = program("cargo");
    install.args(["install", "trunk", "--version", TRUNK, "--locked", "--force", "--no-default-features"]).envs(LIGHT);
    Quiet::run(&format!("trunk {TRUNK}"), "5 minutes beside the page", &mut install)
}

fn has(name: &str, version: &str) -> bool {
    output(program(name).arg("--version")).is_some_and(|text| text.split_whitespace().any(|word| word == version))
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let after = lock.split(&format!("name = \"{package}\"\nversion = \"")).nth(1);
    let version = after.and_then(|after| after.split('"').next());
    Ok(version.with_context(|| format!("Cargo.lock has no {package}"))?.to_owned())
}
