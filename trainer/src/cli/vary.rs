use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::json;
use shared::condition::NetField;
use shared::path;
use shared::time::Time;

use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::files::image;
use crate::sampler::SamplerConfig;

/// Draws variations of an image: goes part of the way back to noise and returns (like SDEdit; Meng et al., 2022), or
/// scales its noise.
///
/// JSON: model, out, count, time, scale, nfe (network evaluations for each image), device, solver, intervals, guidance.
#[derive(Debug, Args)]
pub(super) struct Vary {
    #[command(flatten)]
    model: ModelFile,
    /// The image: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The class to draw it as
    #[arg(long, value_name = "CLASS")]
    class: String,
    /// How far to go back, mixing in fresh noise: 1 changes nothing, 0 forgets the image
    #[arg(long, value_name = "T", default_value_t = 0.5, conflicts_with = "scale")]
    time: f64,
    /// Instead: encode the image, multiply its noise by this, and decode; 1 changes nothing, less is plainer
    #[arg(long, value_name = "S")]
    scale: Option<f64>,
    /// How many variations, each from a noise of its own; only one for --scale
    #[arg(long, value_name = "N", default_value = "8", conflicts_with = "scale")]
    count: NonZeroUsize,
    /// The PNG file to write: the image, then its variations
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl Vary {
    pub(super) fn run(self) -> Result<ExitCode> {
        ensure!((0.0..1.0).contains(&self.time), "--time is {}; it must lie within 0 and 1, 1 excluded", self.time);
        ensure!(self.scale.is_none_or(f64::is_finite), "--scale must be a finite number");
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (sampler, config) = (loaded.sampler(), self.sampler.config());
        let class = loaded.condition(&self.class)?;
        let image = loaded.image(&self.input)?;
        let (varied, nfe) = match self.scale {
            Some(scale) => {
                let plain = SamplerConfig { guidance: 1.0, ..sampler };
                let encoded = sampler.encode(std::slice::from_ref(&image), &[class], plain);
                let scaled: Vec<f32> = encoded.values[0].iter().map(|x| x * scale as f32).collect();
                let decoded = sampler.decode(&[scaled], &[class], config);
                (decoded.values, encoded.nfe + decoded.nfe)
            }
            None => {
                let count = self.count.get();
                let noise: Vec<Vec<f32>> =
                    (0..count as u64).map(|i| self.sampler.seed().noise(i, sampler.shape.values())).collect();
                let time = Time::new(self.time);
                let there =
                    path::straight(&sampler.tensor(&noise), sampler.tensor(&vec![image.clone(); count]), time).state;
                let field = NetField::new(sampler.net, &vec![class; count], config.guidance, sampler.device);
                let grid = config.grid().after(time).context("--time leaves no way to go")?;
                let end = config.solver.integrate(field, grid, there).finish();
                (sampler.values(end.state), end.nfe)
            }
        };
        let count = varied.len();
        image::write_sheet(&self.out, sampler.shape, &[vec![image], varied].concat(), count + 1)?;
        let SamplerOptions { solver, intervals, guidance, json, .. } = self.sampler;
        if json {
            let report = json!({
                "model": self.model.model, "out": self.out, "count": count, "time": self.time, "scale": self.scale,
                "nfe": nfe, "device": loaded.chosen.name, "solver": solver, "intervals": intervals, "guidance": guidance,
            });
            println!("{report}");
        } else {
            println!("{}: {count} variations, {nfe} network evaluations each", self.out.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}
