use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::measure::{mean_and_deviation, rmse};

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{SamplerOptions, without_guidance, without_seed};
use crate::evaluation::encoding::CONVERGED;
use crate::files;
use crate::files::noise::{NoiseFile, Origin};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::print;

/// Follows an image back to its noise, and returns to see how faithful the way is. `decode` returns later.
///
/// A round trip closes even where the noise is not the flow's: the way back repeats the errors of the way there.
/// --converged tells how far the noise is from that of a fine grid.
///
/// JSON: model, input, out, class, nfe (network evaluations of the encoding), seconds (likewise), device, solver,
/// intervals, spacing, seed (not used), noise_mean and noise_deviation (0 and 1 for a perfect model), round_trip_rmse
/// (in units where black is −1 and white is 1), converged_rmse (root mean square difference of the noise to the
/// converged one, whose deviation is 1 for a perfect model; null without --converged).
#[derive(Debug, Args)]
#[command(mut_arg("guidance", without_guidance), mut_arg("seed", without_seed))]
pub(super) struct Encode {
    #[command(flatten)]
    model: ModelFile,
    /// The class of the image, or `none`
    #[arg(long, value_name = "CLASS")]
    class: String,
    /// The image: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Where to write the noise: a safetensors file with a tensor `noise` [channels, height, width], and of the
    /// reversible solver a second one, `companion`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also encode along a fine grid (320 network evaluations), and tell the distance of both noises
    #[arg(long)]
    converged: bool,
    #[command(flatten)]
    sampler: SamplerOptions,
}

#[derive(Debug, Serialize, Deserialize)]
struct Noise {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    input: PathBuf,
    out: PathBuf,
    class: String,
    nfe: u32,
    seconds: f64,
    noise_mean: f64,
    noise_deviation: f64,
    round_trip_rmse: f64,
    converged_rmse: Option<f64>,
}

impl fmt::Display for Noise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Noise { out, nfe, noise_mean, noise_deviation, round_trip_rmse, .. } = self;
        write!(f, "{}: mean {noise_mean:.3}, deviation {noise_deviation:.3}, ", out.display())?;
        write!(f, "round trip {round_trip_rmse:.5}, {nfe} network evaluations")?;
        match self.converged_rmse {
            Some(distance) => write!(f, ", {distance:.3} from the converged noise"),
            None => Ok(()),
        }
    }
}

impl Encode {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "safetensors", &[&self.input, &self.model.model])?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let condition = [loaded.condition(&self.class)?];
        let image = loaded.image(&self.input)?;
        let (images, config, sampler) = (std::slice::from_ref(&image), self.sampler.plain(), loaded.sampler());
        let began = Instant::now();
        let encoded = sampler.encode(images, &condition, config);
        let seconds = began.elapsed().as_secs_f64();
        let (nfe, noise) = (encoded.nfe, encoded.noises().concat());

        let origin = Origin {
            model: loaded.checkpoint.card.name.clone(),
            weights: Some(loaded.weights()),
            class: loaded.condition_name(condition[0]).to_owned(),
            settings: Some(config.settings()),
        };
        let only = encoded.batches[0].clone().map(|values| values.concat());
        NoiseFile { origin, encoded: only }.write(&self.out, loaded.checkpoint.shape)?;

        let returned = sampler.decode_encoded(encoded, &condition, config);
        let converged = self.converged.then(|| sampler.encode(images, &condition, CONVERGED).noises().concat());
        let numbers: Vec<f64> = noise.iter().map(|&x| f64::from(x)).collect();
        let (noise_mean, noise_deviation) = mean_and_deviation(&numbers);
        let answer = Noise {
            circumstances: loaded.circumstances(&self.sampler),
            settings: config.settings(),
            input: self.input,
            out: self.out,
            class: loaded.condition_name(condition[0]).to_owned(),
            nfe,
            seconds,
            noise_mean,
            noise_deviation,
            round_trip_rmse: rmse(&image, &returned.values[0]),
            converged_rmse: converged.map(|converged| rmse(&noise, &converged)),
        };
        print(&answer, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
