//! docs/results.md: every figure of it comes from a command that is run here, and no cell is typed by hand. What the trainer
//! answered is read in the trainer's own types.

mod cells;
mod findings;
mod goals;
mod links;
mod measured;
mod questions;
mod sections;
mod speed;
mod tables;
mod visit;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use bench::repository::{git, root};
use clap::Parser;
use serde::Deserialize;
use serde_json::{Value, json};

use cells::{row, table};
use goals::{GOALS, Goal};
use questions::{Answered, QUESTIONS, Question};
use sections::{SECTIONS, Section};

const FOLDER: &str = "docs/results";
const DOCUMENT: &str = "docs/results.md";

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
        fs::write(file(section), serde_json::to_string_pretty(&record)?)?;
    }
    render()
}

fn file(section: &Section) -> PathBuf {
    root().join(FOLDER).join(format!("{}.json", section.name))
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
    let output = command.current_dir(root()).args(section.words.split(' ')).args(words).arg("--json").output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).context("the trainer prints one JSON object")?;
    let (commit, date) = (git(&["rev-parse", "--short", "HEAD"])?, git(&["log", "-1", "--format=%cs"])?);
    let weights = measured::weights(section.words)?;
    Ok(json!({
        "command": section.words, "commit": commit, "commit_date": date, "weights": weights, "report": report,
    }))
}

/// Writes the document from the recorded answers.
fn render() -> Result<()> {
    fs::write(root().join(links::DOCUMENT), links::document())?;
    Ok(fs::write(root().join(DOCUMENT), document()?)?)
}

/// The text of the document.
fn document() -> Result<String> {
    let mut text = String::from(
        "# Results\n\n`cargo xtask results` runs every command below and writes this page; `cargo xtask results NAME` runs one \
         section; the answers lie in `docs/results`.\nWhat was not run says so.\n\n\
         ## What readers of the paper asked\n\n",
    );
    text += &questions()?;
    text += "\n## What the released models were to reach\n\n";
    text += &goals()?;
    text.push('\n');
    for section in &SECTIONS {
        let Section { name, title, words, show } = section;
        write!(text, "## {title}\n\n    cargo run -p trainer -- {words}\n\n")?;
        match record(section)? {
            Some(record) => {
                let of = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                text += &measured::changed(words, &record)?.unwrap_or_default();
                write!(
                    text,
                    "{}\nAt commit {} of {}.\n\n",
                    show(&record["report"]).with_context(|| name.to_owned())?,
                    of("commit"),
                    of("commit_date")
                )?;
                if let Some(chart) = words.split(' ').find_map(|word| word.strip_prefix("docs/")?.strip_suffix(".svg"))
                {
                    write!(text, "![{title}]({chart}.svg)\n\n")?;
                }
            }
            None => text.push_str("Not run yet.\n\n"),
        }
    }
    text += &speed::document(&root().join(FOLDER))?;
    text += &visit::document(&root().join(FOLDER))?;
    for path in published()? {
        let Published { title, words, columns, rows } =
            serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{} is damaged", path.display()))?;
        write!(text, "## {title}\n\n{words}\n\n{}{}", row(&columns), row(&vec!["---".to_owned(); columns.len()]))?;
        rows.iter().for_each(|cells| text += &row(cells));
        text.push('\n');
    }
    Ok(text.trim_end().to_owned() + "\n")
}

/// What was answered, if the section was run.
fn record(section: &Section) -> Result<Option<Value>> {
    let Ok(bytes) = fs::read(file(section)) else { return Ok(None) };
    serde_json::from_slice(&bytes).with_context(|| format!("{} is damaged", section.name))
}

/// What was asked, how far it is answered, and where.
fn questions() -> Result<String> {
    let rows = QUESTIONS.iter().map(|Question { asked, answered, sections, mathematics }| {
        let places = sections.iter().map(|name| place(section(name)?));
        let mathematics =
            mathematics.iter().map(|heading| Ok(format!("[{heading}](mathematics.md#{})", anchor(heading))));
        let answered = match answered {
            Answered::Yes => "answered".to_owned(),
            Answered::Partly(missing) => format!("partly: {missing}"),
            Answered::No(reason) => format!("not answered: {reason}"),
        };
        Ok(vec![(*asked).to_owned(), answered, places.chain(mathematics).collect::<Result<Vec<_>>>()?.join("; ")])
    });
    Ok(table(&["question", "state", "where"], rows.collect::<Result<Vec<_>>>()?))
}

/// What was aimed at, what is reached, and what is missing.
fn goals() -> Result<String> {
    let rows = GOALS.iter().map(|Goal { aimed, section: name, reached }| {
        let section = section(name)?;
        let (words, met) = match record(section)? {
            Some(record) => {
                let found = reached.found(&record["report"]).context(section.name)?;
                (found.words, if found.met { "yes" } else { "no" })
            }
            None => ("–".to_owned(), "not run yet"),
        };
        Ok(vec![(*aimed).to_owned(), words, met.to_owned(), place(section)?])
    });
    let mut text = table(&["aim", "reached", "met", "where"], rows.collect::<Result<Vec<_>>>()?);
    for name in ["model-fashion-mnist", "model-glyphs"] {
        let section = section(name)?;
        if let Some(record) = record(section)? {
            write!(text, "\n{}\n", goals::cost(section.title, &record["report"])?)?;
        }
    }
    Ok(text)
}

fn section(name: &str) -> Result<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name).with_context(|| format!("no section {name}"))
}

/// A link to a section, and whether it is of today's models.
fn place(section: &Section) -> Result<String> {
    let state = match record(section)? {
        None => " (not run yet)",
        Some(record) if measured::changed(section.words, &record)?.is_some() => " (of an earlier model)",
        Some(_) => "",
    };
    Ok(format!("[{}](#{}){state}", section.title, anchor(section.title)))
}

/// Figures of others: the only ones that are typed.
#[derive(Deserialize)]
struct Published {
    title: String,
    words: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn published() -> Result<Vec<PathBuf>> {
    let folder = root().join("docs/published").read_dir().context("docs/published")?;
    let mut paths = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// How a heading is linked to.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mathematics_that_answers_is_there() {
        let text = fs::read_to_string(root().join("docs/mathematics.md")).expect("docs/mathematics.md");
        for heading in QUESTIONS.iter().filter_map(|question| question.mathematics) {
            assert!(text.lines().any(|line| line == format!("## {heading}")), "docs/mathematics.md has no {heading}");
        }
    }

    #[test]
    fn the_document_is_what_the_recorded_answers_say() {
        let written = fs::read_to_string(root().join(DOCUMENT)).expect("docs/results.md");
        assert_eq!(written, document().expect("whole records"), "run `cargo xtask results --render`");
    }
}
