use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use shared::measure::rmse;
use shared::parameters::Parameter;

use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::files::{self, parameters as parameter_file};
use crate::sampler::SamplerConfig;

/// Follows an image back to its noise, and returns to see how faithful the way is.
///
/// JSON: model, input, out, class, nfe (of the encoding), seconds (likewise), device, solver, intervals,
/// noise_mean and noise_deviation (0 and 1 for a perfect model), round_trip_rmse (in units where black is −1 and
/// white is 1).
#[derive(Debug, Args)]
pub(super) struct Encode {
    #[command(flatten)]
    model: ModelFile,
    /// The class of the image, or `none`
    #[arg(long, value_name = "CLASS")]
    class: String,
    /// The image: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Where to write the noise: a safetensors file with one tensor [channels, height, width]
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl Encode {
    pub(super) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let condition = [loaded.condition(&self.class)?];
        let shape = loaded.checkpoint.shape;
        let image = loaded.image(&self.input)?;
        let plain = SamplerConfig { guidance: 1.0, ..self.sampler.config() };
        let began = Instant::now();
        let noise = loaded.sampler().encode(std::slice::from_ref(&image), &condition, plain);
        let seconds = began.elapsed().as_secs_f64();
        let returned = loaded.sampler().decode(&noise.values, &condition, plain);
        let round_trip = rmse(&image, &returned.values[0]);

        let values = noise.values[0].clone();
        let (mean, deviation) = moments(&values);
        let tensor = Parameter { shape: vec![shape.channels, shape.height, shape.width], values };
        let set = BTreeMap::from([("noise".to_owned(), tensor)]);
        let description = json!({ "class": self.class, "model": loaded.checkpoint.card.name });
        files::write_atomically(&self.out, &parameter_file::to_bytes("scoreflow_noise", &description, &[("", &set)])?)?;

        let SamplerOptions { solver, intervals, .. } = self.sampler;
        if self.sampler.json {
            let report = json!({
                "model": self.model.model, "input": self.input, "out": self.out, "class": self.class,
                "nfe": noise.nfe, "seconds": seconds, "device": loaded.chosen.name, "solver": solver,
                "intervals": intervals, "noise_mean": mean, "noise_deviation": deviation,
                "round_trip_rmse": round_trip,
            });
            println!("{report}");
        } else {
            println!(
                "{}: mean {mean:.3}, deviation {deviation:.3}, round trip {round_trip:.5}, {} network evaluations",
                self.out.display(),
                noise.nfe
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Mean and standard deviation.
fn moments(values: &[f32]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
    let variance = values.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}
