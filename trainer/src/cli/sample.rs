use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::condition::Condition;
use shared::solver::Solver;

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{SamplerOptions, positive};
use crate::files::{self, image};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::{counted, print, progress};
use crate::sampler::{BATCH, balanced};

/// Draws images. The same seed, class and number give the same image on every device.
///
/// JSON: model, out, count, classes (one name for each image), nfe (network evaluations for each image), seconds (in
/// all), device, solver, intervals, spacing, guidance, diffusion (where asked for), seed.
#[derive(Debug, Args)]
pub(super) struct Sample {
    #[command(flatten)]
    model: ModelFile,
    /// What to draw: a class, `all` for each class in turn, or `none`
    #[arg(long, value_name = "CLASS", default_value = "all")]
    class: String,
    /// How many images
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,
    /// The PNG file to write: one image as it is, several as a sheet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Images in a row of the sheet [default: the number of classes]
    #[arg(long, value_name = "N", value_parser = positive)]
    columns: Option<NonZeroU32>,
    /// Also write every moment of the way, pixel for pixel in 52 levels: a row for each moment, a column for each image
    #[arg(long, value_name = "FILE", conflicts_with = "diffusion")]
    film: Option<PathBuf>,
    /// How much of the noise to replace with fresh noise in each step, within 0..=1: 0 is the flow, in Euler's steps, and 1 the
    /// diffusion that forgets where it began (DDPM, and Doob's h-transform of the field without a class). With --solver euler only
    #[arg(long, value_name = "STRENGTH", value_parser = strength)]
    diffusion: Option<f64>,
    #[command(flatten)]
    sampler: SamplerOptions,
}

fn strength(text: &str) -> Result<f64, String> {
    let within = text.parse::<f64>().ok().filter(|strength| (0.0..=1.0).contains(strength));
    within.ok_or_else(|| "a number within 0 and 1".to_owned())
}

#[derive(Debug, Serialize, Deserialize)]
struct Sampled {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    diffusion: Option<f64>,
    out: PathBuf,
    count: u32,
    classes: Vec<String>,
    nfe: u32,
    seconds: f64,
}

impl fmt::Display for Sampled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sampled { circumstances, out, count, nfe, seconds, .. } = self;
        let (out, device) = (out.display(), &circumstances.device);
        let (images, evaluations) = (counted(*count, "image"), counted(*nfe, "network evaluation"));
        write!(f, "{out}: {images} in {seconds:.1} s, {evaluations} each, on {device}")
    }
}

impl Sample {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "png", &[])?;
        self.film.iter().try_for_each(|film| files::check_output(film, "png", &[&self.out]))?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        ensure!(
            self.diffusion.is_none() || self.sampler.solver == Solver::Euler,
            "--diffusion has steps of its own, which without fresh noise are Euler's; add --solver euler"
        );
        ensure!(
            self.diffusion.is_none() || !loaded.checkpoint.card.reflowed,
            "--diffusion needs noise and image to be independent in training, and in a reflowed model they are pairs; name its \
             first model"
        );
        let (options, count) = (&self.sampler, self.count as usize);
        ensure!(self.film.is_none() || count <= BATCH, "--film has room for {BATCH} images; lower --count");
        let classes = loaded.checkpoint.card.classes.len();
        let conditions: Vec<Condition> = if self.class.eq_ignore_ascii_case("all") {
            balanced(count, classes)
        } else {
            let condition = loaded.condition(&self.class)?;
            loaded.needs_class(options.guidance, condition)?;
            vec![condition; count]
        };
        let began = Instant::now();
        let (sampler, config, seed) = (loaded.sampler(), options.config(), options.seed());
        let bar = progress::bar(self.count.into(), "images");
        let samples = match self.diffusion {
            Some(strength) => sampler.diffuse(&conditions, config, strength, seed),
            None => sampler.generate_many(&conditions, config, seed, |drawn| bar.set_position(drawn as u64)),
        };
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        if let Some(film) = &self.film {
            let frames = sampler.trajectory(&conditions, config, seed);
            image::write_film(film, sampler.shape, &frames.concat(), count)?;
        }

        let shape = loaded.checkpoint.shape;
        match samples.values.as_slice() {
            [one] => image::write(&self.out, shape, one)?,
            many => {
                let columns = self.columns.map_or(classes.max(2), |columns| columns.get() as usize);
                image::write_sheet(&self.out, shape, many, many.len().min(columns))?;
            }
        }
        let sampled = Sampled {
            circumstances: loaded.circumstances(options),
            settings: options.config().settings(),
            guidance: options.guidance,
            diffusion: self.diffusion,
            out: self.out,
            count: self.count,
            classes: conditions.iter().map(|condition| loaded.condition_name(*condition).to_owned()).collect(),
            nfe: samples.nfe,
            seconds,
        };
        print(&sampled, options.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
