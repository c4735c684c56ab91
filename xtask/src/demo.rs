//! From a bare machine to a page that is served.

use std::fs;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::command::{announce, minutes, root, run};
use crate::tools;
use crate::wasm::{self, Compiler};

/// Built for a quick beginning; the published page has the profile `release`.
const PROFILE: &str = "demo";

/// The programs of the page, as cargo is told of them; last the one that fewest visitors load.
pub(crate) const PROGRAMS: [&str; 3] = ["page", "engine-cpu --features cpu-engine", "engine-gpu --features gpu-engine"];

/// Where trunk's hook finds this program: cargo would make it wait for every other build.
const HOOK: &str = ".tools/xtask";

/// What every build of the page needs; returns the compiler to build it with.
///
/// # Errors
/// If something cannot be installed.
pub(crate) fn setup() -> Result<Compiler> {
    let compiler = wasm::compiler()?;
    tools::install()?;
    install_hook()?;
    Ok(compiler)
}

/// Puts a copy of this program where trunk's hook looks for it.
fn install_hook() -> Result<()> {
    let hook = root().join(HOOK).with_extension(std::env::consts::EXE_EXTENSION);
    fs::create_dir_all(hook.parent().expect("a file has a folder"))?;
    let program = std::env::current_exe().context("this program has a file")?;
    let beside = hook.with_extension("new");
    fs::copy(program, &beside).and_then(|_| fs::rename(&beside, &hook)).context("cannot install the hook of trunk")
}

/// Installs, builds and serves. Tools and page are compiled side by side, so that both cores are busy throughout.
///
/// # Errors
/// If something cannot be installed or built.
pub(crate) fn demo(port: u16) -> Result<()> {
    let began = Instant::now();
    let compiler = wasm::compiler()?;
    let installing = thread::spawn(tools::install);
    if !tools::are_there()? {
        announce("building the page meanwhile; the first time this is the longest part");
        for program in PROGRAMS {
            let target = "--locked --package web --target wasm32-unknown-unknown";
            run(&mut compiler.cargo(&format!("build {target} --profile {PROFILE} --bin {program}")))?;
        }
    }
    installing.join().map_err(|panic| anyhow!("the installation of the tools has stopped: {panic:?}"))??;
    install_hook()?;
    announce(&format!("everything is installed after {}", minutes(began.elapsed())));
    announce(&format!("serving at http://127.0.0.1:{port}/ as soon as the page is built (Ctrl-C ends the server)"));
    if let Some(hint) = compiler.hint() {
        eprintln!("   {hint}");
    }
    run(compiler.trunk().args([
        "serve",
        "--locked",
        "--offline",
        "--cargo-profile",
        PROFILE,
        "--port",
        &port.to_string(),
    ]))
}
