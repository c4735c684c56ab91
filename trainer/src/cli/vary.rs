use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::condition::Condition;
use shared::method::Method;
use shared::time::Time;

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{SamplerOptions, begun, finite};
use crate::files::{self, image};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::{counted, print};
use crate::sampler::{Samples, in_batches};

/// Draws variations of an image: goes part of the way back to noise and returns (like SDEdit; Meng et al., 2022), or
/// scales its noise. Either changes the noise, so nothing that the reversible solver remembers is used.
///
/// JSON: model, input, class, out, count, time, scale, nfe (network evaluations for each image), device, solver,
/// intervals, spacing, guidance, seed (not used by --scale).
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
    #[arg(long, value_name = "T", default_value_t = Method::TIME, value_parser = begun, conflicts_with = "scale")]
    time: f64,
    /// Instead: encode the image, multiply its noise by this, and decode; 1 changes nothing, less is plainer
    #[arg(long, value_name = "S", value_parser = finite)]
    scale: Option<f64>,
    /// How many variations, each from a noise of its own; only one for --scale
    #[arg(long, value_name = "N", default_value_t = 8, conflicts_with = "scale", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,
    /// The PNG file to write: the image, then its variations
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    sampler: SamplerOptions,
}

#[derive(Debug, Serialize, Deserialize)]
struct Varied {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
    input: PathBuf,
    class: String,
    out: PathBuf,
    count: usize,
    time: Option<f64>,
    scale: Option<f64>,
    nfe: u32,
}

impl fmt::Display for Varied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (variations, evaluations) =
            (counted(self.count as u64, "variation"), counted(self.nfe, "network evaluation"));
        write!(f, "{}: {variations}, {evaluations} each", self.out.display())
    }
}

impl Vary {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "png", &[&self.input])?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let class = loaded.condition(&self.class)?;
        loaded.needs_class(self.sampler.guidance, class)?;
        let image = loaded.image(&self.input)?;
        let Samples { values, nfe } = match self.scale {
            Some(scale) => self.scaled(&loaded, class, &image, scale),
            None => self.renoised(&loaded, class, &image),
        };
        let count = values.len();
        image::write_sheet(&self.out, loaded.checkpoint.shape, &[vec![image], values].concat(), image::row(count + 1))?;
        let varied = Varied {
            circumstances: loaded.circumstances(&self.sampler),
            settings: self.sampler.config().settings(),
            guidance: self.sampler.guidance,
            class: loaded.condition_name(class).to_owned(),
            input: self.input,
            out: self.out,
            count,
            time: self.scale.is_none().then_some(self.time),
            scale: self.scale,
            nfe,
        };
        print(&varied, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }

    fn scaled(&self, loaded: &Loaded, class: Condition, image: &[f32], scale: f64) -> Samples {
        let sampler = loaded.sampler();
        let encoded = sampler.encode(&[image.to_vec()], &[class], self.sampler.plain());
        let scaled: Vec<f32> = encoded.noises().concat().iter().map(|x| x * scale as f32).collect();
        let decoded = sampler.decode(&[scaled], &[class], self.sampler.config());
        Samples { nfe: encoded.nfe + decoded.nfe, ..decoded }
    }

    fn renoised(&self, loaded: &Loaded, class: Condition, image: &[f32]) -> Samples {
        let (sampler, count) = (loaded.sampler(), self.count as usize);
        let (time, values) = (Time::new(self.time), sampler.shape.values());
        in_batches(&vec![class; count], |part, first| {
            let noise = |i: usize| self.sampler.seed().noise(first + i as u64, values);
            let noises: Vec<Vec<f32>> = (0..part.len()).map(noise).collect();
            sampler.renoise(&vec![image.to_vec(); part.len()], &noises, part, time, self.sampler.config())
        })
    }
}
