//! What was answered to a section's command, and whether command and models are still those that answered.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench::repository::root;
use serde_json::Value;

use crate::measured;
use crate::sections::{SECTIONS, Section};

pub(super) const FOLDER: &str = "docs/results";

/// A section with its answer.
pub(super) struct Recorded {
    pub(super) section: &'static Section,
    /// The answer, if the command was run.
    pub(super) record: Option<Value>,
    /// A sentence about models that have changed since.
    pub(super) changed: Option<String>,
}

/// Every section, in order.
pub(super) struct Records(pub(super) Vec<Recorded>);

impl Records {
    /// # Errors
    /// If a record is damaged, or a model cannot be read.
    pub(super) fn read() -> Result<Self> {
        SECTIONS.iter().map(Recorded::read).collect::<Result<_>>().map(Records)
    }

    /// # Errors
    /// If there is no such section.
    pub(super) fn find(&self, name: &str) -> Result<&Recorded> {
        self.0.iter().find(|recorded| recorded.section.name == name).with_context(|| format!("no section {name}"))
    }
}

impl Recorded {
    fn read(section: &'static Section) -> Result<Self> {
        let bytes = match fs::read(file(section)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Recorded { section, record: None, changed: None });
            }
            bytes => bytes.with_context(|| format!("the record of {} cannot be read", section.name))?,
        };
        let record: Value =
            serde_json::from_slice(&bytes).with_context(|| format!("the record of {} is damaged", section.name))?;
        let changed = measured::changed(section.words, &record)?;
        Ok(Recorded { section, record: Some(record), changed })
    }

    /// The program's own answer.
    pub(super) fn report(&self) -> Option<&Value> {
        self.record.as_ref().map(|record| &record["report"])
    }

    /// A link to the section, and whether it is of today's command and models.
    pub(super) fn place(&self) -> String {
        let state = match (&self.record, &self.changed) {
            (None, _) => " (not run yet)",
            (_, Some(_)) => " (of an earlier model or command)",
            _ => "",
        };
        format!("[{}](#{}){state}", self.section.title, anchor(self.section.title))
    }
}

/// Where the answer lies.
pub(super) fn file(section: &Section) -> PathBuf {
    root().join(FOLDER).join(format!("{}.json", section.name))
}

/// How a heading is linked to.
pub(super) fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}
