//! Running other programs.

use std::env::var_os;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Says what is about to happen.
pub(crate) fn announce(what: &str) {
    eprintln!("== {what}");
}

/// A program whose output nobody needs to read while another one is talking.
pub(crate) struct Quiet;

impl Quiet {
    /// Runs a program to its end; says when it begins, how long it usually takes on two cores, and how long it took. What it
    /// says is shown if it fails.
    ///
    /// # Errors
    /// If it cannot be started, or fails.
    pub(crate) fn run(what: &str, usually: &str, command: &mut Command) -> Result<()> {
        announce(&format!("installing {what} (about {usually})"));
        let began = Instant::now();
        let shown = format!("{command:?}").replace('"', "");
        let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {shown}"))?;
        if !output.status.success() {
            bail!("{shown} failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        announce(&format!("installed {what} in {}", minutes(began.elapsed())));
        Ok(())
    }
}

/// A duration for people.
pub(crate) fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

/// The top of the workspace. Cargo names it when it runs a program, not when it compiles it: two checkouts may share one
/// build folder. Trunk's hook runs there.
pub(crate) fn root() -> PathBuf {
    var_os("CARGO_MANIFEST_DIR").and_then(|member| Some(Path::new(&member).parent()?.to_owned())).unwrap_or(".".into())
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program, called at the top of the workspace.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Cargo, with the arguments between spaces.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = program("cargo");
    command.args(arguments.split_whitespace());
    command
}

/// Runs a program to its end.
///
/// # Errors
/// If it cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    eprintln!("   $ {shown}");
    let status = command.status().with_context(|| format!("cannot start {shown}"))?;
    ensure!(status.success(), "{shown} failed ({status})");
    Ok(())
}

/// What a program prints, or nothing if it is missing or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Whether a program runs and succeeds, in silence.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Installs Debian packages, as root or with a sudo that does not ask.
///
/// # Errors
/// If this is no Debian, or its packages cannot be had.
pub(crate) fn apt_install(packages: &[&str]) -> Result<()> {
    ensure!(succeeds(program("apt-get").arg("--version")), "this machine has no apt-get");
    let root = output(program("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let apt = || {
        let mut command = program(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["--non-interactive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt().args(["update", "--quiet"]))?;
    run(apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages))
}
