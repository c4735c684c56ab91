mod objectives;
mod pairs;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::study::objectives::StudyObjectives;
use crate::cli::study::pairs::StudyPairs;

/// Compares choices by training with each of them.
#[derive(Debug, Args)]
pub(super) struct Study {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Objectives(StudyObjectives),
    Pairs(StudyPairs),
}

impl Study {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.what {
            What::Objectives(objectives) => objectives.run(),
            What::Pairs(pairs) => pairs.run(),
        }
    }
}
