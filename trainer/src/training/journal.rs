//! What happened in a run: one JSON object a line. The terminal only shows what is written here.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// The run began, or went on.
    Started {
        /// Images seen before.
        images_seen: u64,
        /// What computes.
        device: &'a str,
        /// The images.
        data: &'a str,
        /// Weights of the network.
        parameters: usize,
    },
    /// A stretch of training.
    Trained {
        /// Images seen so far.
        images_seen: u64,
        /// Mean loss over the window.
        loss: f64,
        /// Images in a second over the window.
        images_per_second: f64,
    },
    /// State and model were saved.
    Saved {
        /// Images seen so far.
        images_seen: u64,
    },
    /// A sample sheet was written.
    Sheet {
        /// Images seen so far.
        images_seen: u64,
        /// The file in the run folder.
        file: &'a str,
    },
    /// The run was stopped by the user.
    Interrupted {
        /// Images seen so far.
        images_seen: u64,
    },
    /// The loss is no longer a number.
    NotFinite {
        /// Images seen so far.
        images_seen: u64,
    },
    /// The run is complete.
    Finished {
        /// Images seen.
        images_seen: u64,
        /// Seconds of training, over all its parts.
        seconds: f64,
    },
}

/// The open journal of a run.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Opens the journal at `path` to add to its end.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Journal { file: file.with_context(|| format!("cannot open {}", path.display()))? })
    }

    /// Adds one line.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, event: &Event<'_>) -> Result<()> {
        let mut line = serde_json::to_string(event)?;
        line.push('\n');
        self.file.write_all(line.as_bytes()).context("cannot write to the journal")
    }
}
