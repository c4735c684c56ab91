//! Set-up and chores, so that a fresh machine needs two commands: `cargo xtask demo` and `cargo xtask test`.
//!
//! Every step says what it does, is skipped when it is done already, and can be repeated after a failure.

mod browser;
mod checkout;
mod command;
#[cfg(feature = "data")]
mod data;
mod demo;
mod gather;
mod mesa;
mod npm;
mod previews;
mod server;
mod size;
mod suite;
mod tools;
mod visit;
mod wasm;
mod wasm_opt;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use command::cargo;

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
    /// Run the commands behind docs/results.md and write it; `cargo xtask results --help` tells more
    #[command(disable_help_flag = true)]
    Results {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        words: Vec<String>,
    },
    /// Measure our speed beside PyTorch's and record it; `cargo xtask bench --help` tells more
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        words: Vec<String>,
    },
    /// Build the page as it is published, measure what a visitor waits for, and record it in docs/results
    Visit,
    /// Print how much of the page in dist a visitor loads, after gzip, and refuse one that has grown too large
    Size,
    /// Copy the models beside the page; trunk calls this after every build
    #[command(hide = true)]
    Gather,
    /// Draw what the page shows before anything is computed: the film of the default view, and images of every model
    Previews,
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
    /// Draw the embedded emoji from Iconify's packages
    #[cfg(feature = "data")]
    Emoji {
        /// The packages, as npm installs them: npm install --prefix runs @iconify-json/{noto,twemoji,fluent-emoji-flat,fluent-emoji}
        #[arg(long, value_name = "DIR", default_value = "runs/node_modules/@iconify-json")]
        packages: std::path::PathBuf,
        /// Where to write atlas.png and atlas.toml
        #[arg(long, value_name = "DIR", default_value = "trainer/data/emoji")]
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
        Chore::Demo { port } => demo::demo(port),
        Chore::Test => suite::test(),
        Chore::Setup => demo::setup().map(drop),
        Chore::Results { words } => command::run(cargo("run --quiet --locked -p docs --").args(words)),
        Chore::Bench { words } => command::run(cargo("run --quiet --locked -p bench --").args(words)),
        Chore::Previews => previews::draw(),
        Chore::Visit => visit::measure(),
        Chore::Size => size::check(&command::root().join("dist")),
        Chore::Gather => gather::gather(),
        #[cfg(feature = "data")]
        Chore::Glyphs { fonts, out } => data::glyphs(&fonts, &out),
        #[cfg(feature = "data")]
        Chore::Emoji { packages, out } => data::emoji(&packages, &out),
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
