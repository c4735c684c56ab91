use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use super::options::classifier::classifier_file;
use super::options::data::DataOption;
use super::options::model::model_file;
use crate::device::DeviceChoice;
use crate::evaluation::classifier::Classifier;
use crate::files;
use crate::report::progress;
use crate::training::config::Training;

/// Trains the classifier that `evaluate` measures with.
#[derive(Debug, Args)]
pub(super) struct TrainClassifier {
    #[command(flatten)]
    data: DataOption,
    /// The model that is to be measured: its images are meant, and of a folder of images its size and what it holds out
    #[arg(long, value_name = "FILE", value_parser = model_file)]
    model: Option<PathBuf>,
    /// The file to write [default: models/classifiers/DATA.safetensors]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many images to see; the released classifiers: glyphs --images 1200000 --warp 0.2, fashion-mnist --images 1500000
    /// --flip --warp 0.1, emoji --images 60000 --flip
    #[arg(long, value_name = "N", default_value_t = 180_000)]
    images: u64,
    /// Show half of the images mirrored while learning
    #[arg(long)]
    flip: bool,
    /// How far images are turned, stretched and slanted at random while learning, at most
    #[arg(long, value_name = "N", default_value_t = 0.0)]
    warp: f64,
    /// The seed of weights and order
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
}

/// Images between two lines of those who cannot see the bar.
const REPORT_EVERY_IMAGES: u64 = 20_000;

impl TrainClassifier {
    pub(super) fn run(self) -> Result<ExitCode> {
        ensure!((0.0..=1.0).contains(&self.warp), "--warp is {}; it must lie within 0 and 1", self.warp);
        let source = self.data.of_model_file(self.model.as_deref())?;
        let replaces = self.out.is_some();
        let out = self.out.unwrap_or_else(|| classifier_file(&source));
        ensure!(
            replaces || !out.exists(),
            "{} is there already, perhaps of other images; name it with --out to replace it, or another file",
            out.display()
        );
        files::check_output(&out, "safetensors", &[])?;
        let data = source.load()?;
        let chosen = self.device.find()?;
        let training =
            Training { images: self.images, flip: self.flip, shift: 2, warp: self.warp, ..Training::by_adam() };
        ensure!(self.images >= training.batch as u64, "--images is {}; a batch has {}", self.images, training.batch);
        let (bar, mut told) = (progress::bar(self.images, "images"), 0);
        let classifier = Classifier::train(&data, &training, self.seed, &chosen.device, |seen, loss| {
            bar.set_position(seen);
            bar.set_message(format!("loss {loss:.3}"));
            if bar.is_hidden() && seen >= told {
                told += REPORT_EVERY_IMAGES;
                eprintln!("{seen} of {} images · loss {loss:.3}", self.images);
            }
        });
        bar.finish_and_clear();
        files::write_atomically(&out, &classifier.to_bytes()?)?;
        let (out, accuracy) = (out.display(), classifier.profile.accuracy);
        println!("{out}: {:.2} % right on {} held-out images", 100.0 * accuracy, data.held_out.len());
        Ok(ExitCode::SUCCESS)
    }
}
