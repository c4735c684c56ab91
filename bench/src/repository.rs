//! The repository that is measured.

use std::env::var_os;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The top of the workspace. Cargo names it when it runs a member, not when it compiles it: two checkouts may share one
/// build folder.
pub fn root() -> PathBuf {
    var_os("CARGO_MANIFEST_DIR").and_then(|member| Some(Path::new(&member).parent()?.to_owned())).unwrap_or(".".into())
}

/// What git answers to these words.
///
/// # Errors
/// If git cannot be started, or fails.
pub fn git(words: &[&str]) -> Result<String> {
    let output = Command::new("git").current_dir(root()).args(words).output().context("cannot start git")?;
    ensure!(output.status.success(), "git {} failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
