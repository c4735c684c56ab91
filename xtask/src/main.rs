//! Set-up and chores, so that a fresh machine needs two commands: `cargo xtask demo` and `cargo xtask test`.
//!
//! Every step says what it does, is skipped when it is done already, and can be repeated after a failure.

mod browser;
mod command;
#[cfg(feature = "data")]
mod data;
mod gather;
mod results;
mod size;
mod suite;
mod tools;
mod wasm;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use command::{Step, run};

/// Chores of ScoreFlow.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what the page needs, build it, and serve it with the released models and those trained here
    Demo {
        /// The port to serve at
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Install what the tests need and run all of them, the browser's included
    Test,
    /// Only install what the page needs
    Setup,
    /// Run the commands behind docs/results.md and write it
    Results {
        /// Sections to run; all of them unless named
        names: Vec<String>,
        /// Only write the page from the recorded answers
        #[arg(long)]
        render: bool,
        /// A trainer to run instead of building one, for example with other features
        #[arg(long, value_name = "FILE")]
        trainer: Option<std::path::PathBuf>,
        /// What the trainer computes on
        #[arg(long, value_name = "DEVICE", default_value = "auto")]
        device: String,
    },
    /// Copy the models beside the page; trunk calls this after every build
    #[command(hide = true)]
    Gather,
    /// Draw the embedded glyphs from a folder of TrueType fonts
    #[cfg(feature = "data")]
    Glyphs {
        /// The fonts; Debian's fonts-aenigma puts them here
        #[arg(long, value_name = "DIR", default_value = "/usr/share/fonts/truetype/aenigma")]
        fonts: std::path::PathBuf,
        /// Where to write atlas.png and atlas.toml
        #[arg(long, value_name = "DIR", default_value = "trainer/data/glyphs")]
        out: std::path::PathBuf,
    },
    /// Draw the embedded faces
    #[cfg(feature = "data")]
    Faces {
        /// How many faces
        #[arg(long, value_name = "N", default_value_t = 3_000)]
        count: u32,
        /// Where to write atlas.png and atlas.toml
        #[arg(long, value_name = "DIR", default_value = "trainer/data/faces")]
        out: std::path::PathBuf,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Demo { port } => demo(port),
        Chore::Test => suite::test(),
        Chore::Setup => setup().map(drop),
        Chore::Results { render: true, .. } => results::render(),
        Chore::Results { names, trainer, device, .. } => {
            results::results(&names, trainer.as_deref(), &["--device".to_owned(), device])
        }
        Chore::Gather => gather::gather(),
        #[cfg(feature = "data")]
        Chore::Glyphs { fonts, out } => data::glyphs(&fonts, &out),
        #[cfg(feature = "data")]
        Chore::Faces { count, out } => data::faces(count, &out),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What every build of the page needs; returns the compiler to build it with.
fn setup() -> Result<wasm::Compiler> {
    let compiler = wasm::compiler()?;
    tools::wasm_bindgen()?;
    tools::trunk()?;
    Ok(compiler)
}

fn demo(port: u16) -> Result<()> {
    let compiler = setup()?;
    Step::new("building the page; the first time takes a quarter of an hour or more").announce();
    eprintln!("   then open http://127.0.0.1:{port}/ (Ctrl-C ends the server)");
    if let Some(hint) = compiler.hint() {
        eprintln!("   {hint}");
    }
    run(compiler.trunk().args(["serve", "--port", &port.to_string()]))
}
