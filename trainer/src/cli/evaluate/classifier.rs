use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cli::options::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::model_file;
use crate::device::DeviceChoice;
use crate::evaluation::classifier::{accuracy, images};
use crate::evaluation::confusion::{Confusion, bound, merged_accuracy, mistakes};
use crate::report::print;

/// Measures the classifier that measures: what it takes for what among true held-out images, and how right anyone can
/// be where a style draws several classes alike (as many fonts do 0 and O).
///
/// JSON: extractor (the classifier: name, accuracy), data, device, images, accuracy, merged_accuracy (that if case, 0 O o and
/// 1 I l are not told apart, where there are such classes), alike (mean square difference, pixels within 0..=1, up to which two
/// images count as alike), bound (the accuracy of a classifier that is right but for guessing among the classes that a style
/// draws alike; null for data without styles), and mistakes, the most frequent first: class, taken_for, count, share (of
/// that class's images).
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateClassifier {
    #[command(flatten)]
    data: DataOption,
    /// The model that it measures: its images are meant, and of a folder of images its size and what it holds out
    #[arg(long, value_name = "FILE", value_parser = model_file)]
    model: Option<PathBuf>,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// Mean square difference, pixels within 0..=1, up to which two images of a style count as alike
    #[arg(long, value_name = "MSE", default_value_t = 0.001)]
    alike: f64,
    /// How many kinds of mistakes to show
    #[arg(long, value_name = "N", default_value_t = 12)]
    mistakes: usize,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

impl EvaluateClassifier {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        ensure!(self.alike >= 0.0, "--alike is {}; it must not be negative", self.alike);
        let source = self.data.of_model_file(self.model.as_deref())?;
        let data = source.load()?;
        let chosen = self.device.find()?;
        let classifier = self.classifier.load(&source, &data, &chosen.device)?;
        let decisions = classifier.predict(&images(&data.held_out, data.shape)).classes;
        let truth = || data.held_out.iter().map(|example| usize::from(example.class));
        let answer = Confusion {
            extractor: classifier.profile.extractor(),
            device: chosen.name,
            images: data.held_out.len(),
            accuracy: accuracy(&decisions, truth()),
            alike: self.alike,
            merged_accuracy: merged_accuracy(&data.classes, truth(), &decisions),
            bound: data.aligned.then(|| bound(&data, self.alike)),
            mistakes: mistakes(&data, &decisions, self.mistakes),
            data: data.name,
        };
        print(&answer, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
