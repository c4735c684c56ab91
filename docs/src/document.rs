//! The text of docs/results.md, made of the recorded answers.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench::repository::root;
use serde::Deserialize;
use trainer::evaluation::reference::{COMPONENTS, COMPONENTS_FROM};

use crate::cells::{row, table};
use crate::goals::{Found, GOALS, Goal};
use crate::questions::{Answered, QUESTIONS, Question};
use crate::recorded::{FOLDER, Recorded, Records, anchor};
use crate::sections::Section;
use crate::{speed, visit};

pub(super) const DOCUMENT: &str = "docs/results.md";

/// The text of the document.
///
/// # Errors
/// If a record or a model cannot be read.
pub(super) fn text() -> Result<String> {
    let records = Records::read()?;
    let mut text = format!(
        "# Results\n\n`cargo xtask results` runs every command below and writes this page; `cargo xtask results NAME` runs one \
         section; the answers lie in `docs/results`.\nWhat was not run says so.\n\n\
         Words: *classifier FID* is the Fréchet distance in the features of a classifier of the same images, *pixel FID* that in the \
         {COMPONENTS} principal components of pixels of {COMPONENTS_FROM} training images, both to held-out images. *Real* is what other \
         held-out images reach in the place of drawn ones. Where images are aligned, no style is in both parts; whole styles are fewer \
         different things than as many drawn images, so the distance of a good model can be less than that of real images. *Control* is what a \
         few training images reach, repeated: a measure that cannot tell it from a model's images sees little.\n\n\
         ## What readers of the paper asked\n\n",
    );
    text += &questions(&records)?;
    text += "\n## What the released models were to reach\n\n";
    text += &goals(&records)?;
    text.push('\n');
    for Recorded { section: Section { name, title, words, show }, record, changed } in &records.0 {
        write!(text, "## {title}\n\n    cargo run -p trainer -- {words}\n\n")?;
        match record {
            Some(record) => {
                let of = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                text += changed.as_deref().unwrap_or_default();
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

/// What was asked, how far it is answered, and where.
fn questions(records: &Records) -> Result<String> {
    let rows = QUESTIONS.iter().map(|Question { asked, answered, sections, mathematics }| {
        let places = sections.iter().map(|name| Ok(records.find(name)?.place()));
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
fn goals(records: &Records) -> Result<String> {
    let rows = GOALS.iter().map(|Goal { aimed, section: name, reached, takes }| {
        let recorded = records.find(name)?;
        let other = |name: &str| Ok(records.find(name)?.report());
        let found = recorded.report().map(|report| reached.found(report, other).context(*name)).transpose()?.flatten();
        let (words, met, takes) = match found {
            Some(Found { words, met: true, .. }) => (words, "yes", String::new()),
            Some(Found { words, spent: Some(spent), .. }) => (words, "no", format!("{takes} ({spent})")),
            Some(Found { words, .. }) => (words, "no", (*takes).to_owned()),
            None => ("–".to_owned(), "not run yet", String::new()),
        };
        Ok(vec![(*aimed).to_owned(), words, met.to_owned(), takes, recorded.place()])
    });
    Ok(table(&["aim", "reached", "met", "what it would take", "where"], rows.collect::<Result<Vec<_>>>()?))
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
        assert_eq!(written, text().expect("whole records"), "run `cargo xtask results --render`");
    }
}
