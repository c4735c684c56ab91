//! From a bare machine to a page that is served.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::command::{announce, minutes, root, run, target};
use crate::server::wait_for;
use crate::tools;
use crate::wasm::{self, Compiler};
use crate::wasm_opt;

/// Built for a quick beginning; the published page has the profile `release`.
const PROFILE: &str = "demo";

/// The programs of the page, as cargo is told of them; last those that fewest visitors load, for graphics processors.
pub(crate) const PROGRAMS: [&str; 4] = [
    "page --features page",
    "engine-cpu --features cpu-engine",
    "engine-gpu --features gpu-engine",
    "particles --features particles",
];

/// Where trunk's hook finds this program: cargo would make it wait for every other build.
const HOOK: &str = ".tools/xtask";

/// The page that is served first.
const EARLY: &str = ".tools/early.html";

/// What every build of the page needs; returns the compiler to build it with.
///
/// # Errors
/// If something cannot be installed.
pub(crate) fn setup() -> Result<Compiler> {
    let compiler = wasm::compiler()?;
    tools::install()?;
    wasm_opt::install();
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

/// Installs, builds and serves. Tools and page are compiled side by side, so that all cores are busy throughout; the engine
/// for WebGPU, which is half of the work, is compiled while the page is served without it.
///
/// # Errors
/// If something cannot be installed or built, or the server ends.
pub(crate) fn demo(port: u16) -> Result<()> {
    let began = Instant::now();
    let context = || format!("cannot serve at port {port}; choose another one with --port");
    TcpListener::bind(("127.0.0.1", port)).with_context(context)?;
    let compiler = wasm::compiler()?;
    let installing = thread::spawn(tools::install);
    let [page, cpu, later @ ..] = PROGRAMS;
    announce("compiling the page and its engine for the CPU (about 6 minutes the first time)");
    compile(&compiler, page)?;
    compile(&compiler, cpu)?;
    installing.join().map_err(|panic| anyhow!("the installation of the tools has stopped: {panic:?}"))??;
    install_hook()?;
    if let Some(hint) = compiler.hint() {
        eprintln!("   {hint}");
    }
    let mut server = None;
    let compiled = target().join("wasm32-unknown-unknown").join(PROFILE);
    if later.iter().any(|program| !compiled.join(name(program)).with_extension("wasm").exists()) {
        server = Some(serve_early(&compiler, port)?);
        announce(&format!(
            "http://127.0.0.1:{port}/ is there after {}; it computes on the CPU",
            minutes(began.elapsed())
        ));
        announce("compiling what computes with WebGPU meanwhile (about 6 minutes)");
    }
    for program in later {
        compile(&compiler, program)?;
    }
    drop(server);
    announce(&format!(
        "all is built after {}; serving at http://127.0.0.1:{port}/ (Ctrl-C ends it)",
        minutes(began.elapsed())
    ));
    run(serve(&compiler, port).arg("index.html"))
}

/// What a program is called.
fn name(program: &str) -> &str {
    program.split(' ').next().unwrap_or(program)
}

fn compile(compiler: &Compiler, program: &str) -> Result<()> {
    let target = "--locked --package web --target wasm32-unknown-unknown";
    run(&mut compiler.cargo(&format!("build {target} --profile {PROFILE} --bin {program}")))
}

/// Trunk, about to serve what is built quickly.
fn serve(compiler: &Compiler, port: u16) -> Command {
    let mut trunk = compiler.serve(&port.to_string());
    // Not as an argument: its hook asks for the profile too.
    trunk.env("TRUNK_BUILD_CARGO_PROFILE", PROFILE);
    trunk
}

/// Serves a copy of the page that does not ask for what computes with WebGPU.
fn serve_early(compiler: &Compiler, port: u16) -> Result<Server> {
    let whole = fs::read_to_string(root().join("index.html")).context("cannot read index.html")?;
    let later = PROGRAMS[2..].iter().map(|program| format!("data-bin=\"{}\"", name(program))).collect::<Vec<_>>();
    let lines = whole.lines().filter(|line| !later.iter().any(|program| line.contains(program)));
    let copy: Vec<String> = lines.map(|line| line.replace("href=\"web/", "href=\"../web/")).collect();
    fs::write(root().join(EARLY), copy.join("\n"))?;
    let child =
        serve(compiler, port).args([EARLY, "--html-output", "index.html"]).spawn().context("cannot start trunk")?;
    let mut server = Server(child);
    wait_for(&mut server.0, port, "", "ScoreFlow")?;
    Ok(server)
}

/// A server, until this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        drop(self.0.wait());
    }
}
