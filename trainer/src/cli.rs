//! The verbs of the command line.

mod classifier;
mod decode;
mod encode;
mod evaluate;
mod export;
mod inspect;
mod interpolate;
mod interrupt;
mod options;
mod reflow;
mod sample;
mod solve;
mod study;
mod train;
mod translate;
mod vary;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

/// Reversible generative models: one velocity field draws images, finds the noise of an image, and turns images of
/// one class into another.
///
/// Without a verb, trains on Fashion-MNIST and leaves a run folder in runs.
#[derive(Debug, Parser)]
#[command(name = "trainer", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Train(train::Train),
    Sample(sample::Sample),
    Encode(encode::Encode),
    Decode(decode::Decode),
    Translate(translate::Translate),
    Interpolate(interpolate::Interpolate),
    Vary(vary::Vary),
    Evaluate(evaluate::Evaluate),
    #[command(alias = "judge")]
    Classifier(classifier::TrainClassifier),
    Study(study::Study),
    Solve(solve::Solve),
    Reflow(reflow::Reflow),
    Inspect(inspect::Inspect),
    Export(export::Export),
}

impl Cli {
    /// What the user has typed; ends the program with help or an error if that is no command.
    pub fn typed() -> Self {
        let matches = with_negative_numbers(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever went wrong, in words for the user.
    pub fn run(self) -> Result<ExitCode> {
        match self.verb.unwrap_or_else(|| Verb::Train(train::Train::default())) {
            Verb::Train(train) => train.run(),
            Verb::Sample(sample) => sample.run(),
            Verb::Encode(encode) => encode.run(),
            Verb::Decode(decode) => decode.run(),
            Verb::Translate(translate) => translate.run(),
            Verb::Interpolate(interpolate) => interpolate.run(),
            Verb::Vary(vary) => vary.run(),
            Verb::Evaluate(evaluate) => evaluate.run(),
            Verb::Classifier(classifier) => classifier.run(),
            Verb::Reflow(reflow) => reflow.run(),
            Verb::Study(study) => study.run(),
            Verb::Solve(solve) => solve.run(),
            Verb::Inspect(inspect) => inspect.run(),
            Verb::Export(export) => export.run(),
        }
    }
}

/// A value of an option may begin with a minus; if it must not, the option says so.
fn with_negative_numbers(command: Command) -> Command {
    let allow = |arg: Arg| if arg.get_action().takes_values() { arg.allow_negative_numbers(true) } else { arg };
    command.mut_args(allow).mut_subcommands(with_negative_numbers)
}
