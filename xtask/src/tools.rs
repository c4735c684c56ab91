//! The programs that build the page.

use std::fs;

use anyhow::{Context, Result};

use crate::command::{Step, output, program, root, run};

/// The trunk that the page is built with; later ones need a later compiler.
const TRUNK: &str = "0.21.14";

/// wasm-bindgen's program must be of exactly the version of its library.
pub(crate) fn wasm_bindgen() -> Result<()> {
    let version = locked("wasm-bindgen")?;
    if has("wasm-bindgen", &version) {
        return Ok(());
    }
    Step::new(&format!("installing wasm-bindgen {version}")).announce();
    // Without --locked: its lock file names a version that registries no longer serve.
    run(program("cargo").args(["install", "wasm-bindgen-cli", "--version", &version, "--force"]))
}

/// Trunk builds and serves the page.
pub(crate) fn trunk() -> Result<()> {
    if has("trunk", TRUNK) {
        return Ok(());
    }
    Step::new(&format!("installing trunk {TRUNK}")).announce();
    run(program("cargo")
        .args(["install", "trunk", "--version", TRUNK, "--locked", "--force"])
        // A tool that runs for seconds need not be optimised for minutes.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))
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
