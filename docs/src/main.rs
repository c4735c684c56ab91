//! docs/results.md: every figure of it comes from a command that is run here, and no cell is typed by hand. What the trainer
//! answered is read in the trainer's own types.

mod cells;
mod document;
mod findings;
mod goals;
mod links;
mod measured;
mod pair;
mod questions;
mod recorded;
mod sections;
mod speed;
mod tables;
mod visit;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use bench::repository::{git, root};
use clap::Parser;
use serde_json::{Value, json};

use document::DOCUMENT;
use recorded::{FOLDER, file};
use sections::{SECTIONS, Section};
use trainer::files::write_atomically;

/// Runs the commands behind docs/results.md and writes it.
#[derive(Parser)]
#[command(name = "cargo xtask results")]
struct Cli {
    /// Sections to run; all of them unless named
    names: Vec<String>,
    /// Only write the page from the recorded answers
    #[arg(long)]
    render: bool,
    /// A trainer to run instead of building one, for example with other features
    #[arg(long, value_name = "FILE")]
    trainer: Option<PathBuf>,
    /// What the trainer computes on
    #[arg(long, value_name = "DEVICE", default_value = "auto")]
    device: String,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = if cli.render { render() } else { results(&cli) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the commands of the named sections, or of all, and writes the document.
fn results(cli: &Cli) -> Result<()> {
    let Cli { names, trainer, device, .. } = cli;
    let known = || SECTIONS.map(|section| section.name).join(", ");
    if let Some(name) = names.iter().find(|name| SECTIONS.iter().all(|section| section.name != **name)) {
        bail!("there is no section {name}; there are {}", known());
    }
    for section in SECTIONS.iter().filter(|section| names.is_empty() || names.iter().any(|name| name == section.name)) {
        eprintln!("{}", section.title);
        let record = run(section, trainer.as_deref(), device)?;
        fs::create_dir_all(root().join(FOLDER))?;
        write_atomically(&file(section), serde_json::to_string_pretty(&record)?.as_bytes())?;
    }
    render()
}

fn run(section: &Section, trainer: Option<&Path>, device: &str) -> Result<Value> {
    let mut command = match trainer {
        Some(path) => Command::new(path),
        None => {
            let mut cargo = Command::new("cargo");
            cargo.args(["run", "--quiet", "-p", "trainer", "--"]);
            cargo
        }
    };
    let few = ["inspect", "solve"].iter().any(|verb| section.words.starts_with(verb));
    let words: &[&str] = if few { &[] } else { &["--device", device] };
    // As they are now: both may change while it computes.
    let (commit, date) = (git(&["rev-parse", "--short", "HEAD"])?, git(&["log", "-1", "--format=%cs"])?);
    let weights = measured::weights(section.words)?;
    let output = command.current_dir(root()).args(section.words.split(' ')).args(words).arg("--json").output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).context("the trainer prints one JSON object")?;
    Ok(json!({
        "command": section.words, "commit": commit, "commit_date": date, "weights": weights, "report": report,
    }))
}

/// Writes the document from the recorded answers.
fn render() -> Result<()> {
    write_atomically(&root().join(links::DOCUMENT), links::document().as_bytes())?;
    write_atomically(&root().join(DOCUMENT), document::text()?.as_bytes())
}
