use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::SamplerOptions;
use crate::files;
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::{counted, print, progress};
use crate::sampler::{balanced, in_turn};
use crate::training::reflow_pairs::ReflowPairs;

/// Draws pairs of noise and image from a model, for training a straighter one from them.
///
/// A configuration uses them with `coupling = { reflow = { pairs = "FILE" } }` in its table [objective], and begins with
/// the model's weights by `init = "MODEL"`. Classes are kept, so the straighter model encodes and translates as well.
///
/// JSON: model, out, pairs (their number), nfe (network evaluations for each), seconds (in all), device, solver, intervals, spacing, guidance, seed.
#[derive(Debug, Args)]
pub(super) struct Reflow {
    #[command(flatten)]
    model: ModelFile,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How many pairs, the classes in turn
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=4_000_000))]
    pairs: u32,
    #[command(flatten)]
    sampler: SamplerOptions,
}

#[derive(Debug, Serialize, Deserialize)]
struct Drawn {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
    out: PathBuf,
    pairs: u32,
    nfe: u32,
    seconds: f64,
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pairs, evaluations) = (counted(self.pairs, "pair"), counted(self.nfe, "network evaluation"));
        write!(f, "{}: {pairs} in {:.1} s, {evaluations} each", self.out.display(), self.seconds)
    }
}

impl Reflow {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "safetensors", &[&self.model.model])?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (sampler, names) = (loaded.sampler(), &loaded.checkpoint.card.classes);
        let conditions = balanced(self.pairs as usize, names.len());
        let bar = progress::bar(self.pairs.into(), "pairs");
        let (config, seed) = (self.sampler.config(), self.sampler.seed());
        let noise = |number| ReflowPairs::noise(seed, number, sampler.shape.values());
        let began = Instant::now();
        let drawn = sampler.decode_many(&conditions, config, noise, |drawn| bar.set_position(drawn as u64));
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        let classes = in_turn(drawn.values.len(), names.len()).map(|class| class as u8).collect();
        ReflowPairs { seed, classes, images: drawn.values }.write(&self.out, sampler.shape, names)?;
        let answer = Drawn {
            circumstances: loaded.circumstances(&self.sampler),
            settings: config.settings(),
            guidance: config.guidance,
            out: self.out,
            pairs: self.pairs,
            nfe: drawn.nfe,
            seconds,
        };
        print(&answer, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
