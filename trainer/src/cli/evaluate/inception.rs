use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use shared::measure::mean_and_error;

use crate::cli::options::data::DataOption;
use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::evaluation::classifier::images;
use crate::evaluation::frechet::frechet_distance;
use crate::evaluation::inception::{FEATURES, Inception, Sight, WEIGHTS};
use crate::evaluation::inception_score::inception_score;
use crate::evaluation::kernel::kernel_distance_scaled;
use crate::report::progress;
use crate::sampler::{Samples, balanced};

/// Measures a model in the features of Inception-v3, as the literature does: Fréchet Inception distance (FID) and kernel
/// Inception distance to the images trained on, and Inception score. Real held-out images stand beside it.
///
/// The weights are a file of 96 MB that you download once; its address is below. Published figures are for 50,000 images;
/// the Fréchet distance of fewer is larger, so compare equal --samples only. An image costs 5.7 billion multiplications,
/// so this is work for a GPU.
///
/// JSON: model, extractor, device, data, samples, reference (images trained on), seed, solver, intervals, spacing, nfe,
/// guidance, drawn and held_out: images, frechet_distance, kernel_distance and kernel_error (mean and standard error
/// over parts of 1,000 images), inception_score and inception_deviation (mean and deviation over 10 parts).
#[derive(Debug, Args)]
#[command(after_help = format!("The weights: {WEIGHTS}"))]
pub(in crate::cli) struct EvaluateInception {
    #[command(flatten)]
    model: ModelFile,
    /// The file of weights
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// How many images to draw, as many of each class
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    samples: u32,
    /// At most so many images trained on to compare with
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    reference: u32,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    sampler: SamplerOptions,
}

/// Images between which one kernel distance is taken.
const PART: usize = 1_000;

#[derive(Serialize)]
struct Row {
    images: usize,
    frechet_distance: f64,
    kernel_distance: f64,
    kernel_error: f64,
    inception_score: f64,
    inception_deviation: f64,
}

impl Row {
    fn new(seen: &Sight, reference: &[Vec<f32>]) -> Self {
        let parts = seen.features.chunks(PART).zip(reference.chunks(PART)).filter(|(a, b)| a.len() > 1 && b.len() > 1);
        let distances: Vec<f64> = parts.map(|(a, b)| kernel_distance_scaled(a, b, FEATURES as f64)).collect();
        let (kernel_distance, kernel_error) = mean_and_error(&distances);
        let (inception_score, inception_deviation) = inception_score(&seen.logits);
        Row {
            images: seen.features.len(),
            frechet_distance: frechet_distance(&seen.features, reference),
            kernel_distance,
            kernel_error,
            inception_score,
            inception_deviation,
        }
    }
}

impl EvaluateInception {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let inception = Inception::read(&self.weights, &loaded.chosen.device)?;
        let (_, data) = loaded.data(&self.data)?;
        let (count, shape) = (self.samples as usize, data.shape);
        let trained_on = data.shuffled(&data.training);
        let reference = &trained_on[..trained_on.len().min(self.reference as usize)];
        let held_out = data.shuffled(&data.held_out);
        let held_out = &held_out[..held_out.len().min(count)];
        ensure!(held_out.len() >= 10, "fewer than 10 images are held out; use more --data");

        let bar = progress::bar((2 * count + reference.len() + held_out.len()) as u64, "images");
        let conditions = balanced(count, data.classes.len());
        let (config, seed) = (self.sampler.config(), self.sampler.seed());
        let Samples { values: drawn, nfe } =
            loaded.sampler().generate_many(&conditions, config, seed, |drawn| bar.set_position(drawn as u64));
        let mut done = count;
        let mut see = |images: &[Vec<f32>]| {
            let sight = inception.see(images, shape, |seen| bar.set_position((done + seen) as u64));
            done += images.len();
            sight
        };
        let drawn = see(&drawn);
        let reference = see(&images(reference, shape)).features;
        let held_out = see(&images(held_out, shape));
        bar.finish_and_clear();
        let rows = [("drawn", Row::new(&drawn, &reference)), ("held out", Row::new(&held_out, &reference))];
        if self.sampler.json {
            let SamplerOptions { solver, intervals, spacing, guidance, seed, .. } = self.sampler;
            let report = json!({
                "model": self.model.model, "extractor": format!("Inception-v3, {}", self.weights.display()),
                "device": loaded.chosen.name, "data": data.name, "samples": count, "reference": reference.len(),
                "seed": seed, "solver": solver, "intervals": intervals, "spacing": spacing, "nfe": nfe,
                "guidance": guidance, "drawn": rows[0].1, "held_out": rows[1].1,
            });
            println!("{report}");
        } else {
            println!("against {} images trained on, {nfe} evaluations", reference.len());
            for (name, row) in rows {
                println!(
                    "{name:<9}{:>6} images: Fréchet distance {:.3}, kernel distance {:.5} ± {:.5}, Inception score {:.3} ± {:.3}",
                    row.images,
                    row.frechet_distance,
                    row.kernel_distance,
                    row.kernel_error,
                    row.inception_score,
                    row.inception_deviation
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
