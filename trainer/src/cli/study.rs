mod pairs;
mod variants;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::interrupt::stopped;
use crate::cli::study::pairs::StudyPairs;
use crate::cli::study::variants::{StudyVariants, help};
use crate::evaluation::variant::Variant;
use crate::training::stopped::Stopped;

/// Compares choices by training with each of them.
#[derive(Debug, Args)]
pub(super) struct Study {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Trains one network with every objective, on as many images and from the same seeds, and writes a table of what came
    /// of it with the spread over the seeds, and paired differences to the plain one: study.md, study.json, study.svg.
    #[command(after_long_help = help(&Variant::objectives()))]
    Objectives(StudyVariants),
    /// The same with changes of network and training, one at a time: optimiser, learning rate, batch, averaging, dropout,
    /// depth, times, transport, contrast, prediction.
    #[command(after_long_help = help(&Variant::recipes()))]
    Recipes(StudyVariants),
    Pairs(StudyPairs),
}

impl Study {
    pub(super) fn run(self) -> Result<ExitCode> {
        let ended = match self.what {
            What::Objectives(study) => study.run(&Variant::objectives(), "runs/objectives"),
            What::Recipes(study) => study.run(&Variant::recipes(), "runs/recipes"),
            What::Pairs(pairs) => pairs.run(),
        };
        match ended {
            Err(error) if matches!(error.downcast_ref(), Some(Stopped::Interrupted)) => Ok(stopped(&error.to_string())),
            ended => ended,
        }
    }
}
