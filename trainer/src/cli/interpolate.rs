use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use shared::mixing;

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{SamplerOptions, without_seed};
use crate::files::{self, image};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::{counted, print};

/// Draws a row of images that leads from one image to another, by mixing their noises.
///
/// Each image is encoded under its own class; the mixtures are decoded under the class --as. Mixing changes the noises,
/// so nothing that the reversible solver remembers is used: the ends return as exactly as its midpoint rule does.
///
/// JSON: model, first, first_class, second, second_class, as, out, count, mixing, nfe (network evaluations for each image, both ways), device, solver, intervals,
/// spacing, guidance, seed (not used).
#[derive(Debug, Args)]
#[command(mut_arg("seed", without_seed))]
pub(super) struct Interpolate {
    #[command(flatten)]
    model: ModelFile,
    /// The image to begin with: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    first: PathBuf,
    /// Its class
    #[arg(long, value_name = "CLASS")]
    first_class: String,
    /// The image to end with
    #[arg(long, value_name = "FILE")]
    second: PathBuf,
    /// Its class
    #[arg(long, value_name = "CLASS")]
    second_class: String,
    /// The class of the mixtures [default: the first one's]
    #[arg(long = "as", value_name = "CLASS")]
    mixture_class: Option<String>,
    /// How many images, both ends included
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    count: u32,
    /// How noises are mixed
    #[arg(long, value_enum, default_value_t)]
    mixing: Mixing,
    /// The PNG file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    sampler: SamplerOptions,
}

/// How two noises become one.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Mixing {
    /// Along the great circle between them
    #[default]
    Slerp,
    /// √(1−s) of one and √s of the other: noise again if both are independent
    Blend,
}

#[derive(Debug, Serialize, Deserialize)]
struct Interpolated {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
    first: PathBuf,
    first_class: String,
    second: PathBuf,
    second_class: String,
    r#as: String,
    out: PathBuf,
    count: u32,
    mixing: Mixing,
    nfe: u32,
}

impl fmt::Display for Interpolated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (images, evaluations) = (counted(self.count, "image"), counted(self.nfe, "network evaluation"));
        write!(f, "{}: {images}, {evaluations} each", self.out.display())
    }
}

impl Interpolate {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "png", &[&self.first, &self.second])?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let sampler = loaded.sampler();
        let classes = [loaded.condition(&self.first_class)?, loaded.condition(&self.second_class)?];
        let between = loaded.condition(self.mixture_class.as_ref().unwrap_or(&self.first_class))?;
        loaded.needs_class(self.sampler.guidance, between)?;
        if let (None, [first, second]) = (&self.mixture_class, classes.map(|class| loaded.condition_name(class)))
            && first != second
        {
            eprintln!(
                "note: all images are drawn as {first}, so the last one is no more {second}; --as chooses another class"
            );
        }
        let images = [loaded.image(&self.first)?, loaded.image(&self.second)?];
        let encoded = sampler.encode(&images, &classes, self.sampler.plain());
        let (ends, last) = (encoded.noises(), f64::from(self.count - 1));
        let mix = |i: u32| {
            let share = f64::from(i) / last;
            match self.mixing {
                Mixing::Slerp => mixing::slerp(&ends[0], &ends[1], share),
                Mixing::Blend => mixing::blend(&ends[0], &ends[1], share),
            }
        };
        let noises: Vec<Vec<f32>> = (0..self.count).map(mix).collect();
        let decoded = sampler.decode(&noises, &vec![between; noises.len()], self.sampler.config());
        image::write_sheet(&self.out, sampler.shape, &decoded.values, image::row(decoded.values.len()))?;
        let [first_class, second_class, r#as] =
            [classes[0], classes[1], between].map(|class| loaded.condition_name(class).to_owned());
        let interpolated = Interpolated {
            circumstances: loaded.circumstances(&self.sampler),
            settings: self.sampler.config().settings(),
            guidance: self.sampler.guidance,
            first: self.first,
            first_class,
            second: self.second,
            second_class,
            r#as,
            out: self.out,
            count: self.count,
            mixing: self.mixing,
            nfe: encoded.nfe + decoded.nfe,
        };
        print(&interpolated, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
