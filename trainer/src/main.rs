//! `cargo run -p trainer`: see `--help`.

use std::process::ExitCode;

use clap::Parser;
use trainer::command::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
