use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::solver::Solver;
use shared::time::Spacing;

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{finite, intervals, solver_parser, spacing_parser};
use crate::device::DeviceChoice;
use crate::files::noise::{NoiseFile, Origin};
use crate::files::{self, image};
use crate::report::circumstances::SolverSettings;
use crate::report::print;
use crate::sampler::{EncodedImages, SamplerConfig};

/// Follows a noise that `encode` has written to an image: closes the circle, or, with another --class, translates.
///
/// Without further options it takes solver, intervals and spacing that the noise was found with. Under the class of the
/// encoding the reversible solver then returns the very image, up to the rounding of single precision.
///
/// JSON: model, noise, out, class, returning (whether the solver undid its own steps), nfe (network evaluations),
/// seconds, device, solver, intervals, spacing, guidance.
#[derive(Debug, Args)]
pub(super) struct Decode {
    #[command(flatten)]
    model: ModelFile,
    /// The noise, from `encode`
    #[arg(long, value_name = "FILE")]
    noise: PathBuf,
    /// The class to draw, or `none` [default: that of the encoding]
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// The PNG file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The method that solves the ODE [default: that of the encoding]
    #[arg(long, value_parser = solver_parser())]
    solver: Option<Solver>,
    /// Intervals between noise and image [default: those of the encoding]
    #[arg(long, value_name = "N", value_parser = intervals)]
    intervals: Option<NonZeroU32>,
    /// How the intervals are spread over time [default: as in the encoding]
    #[arg(long, value_parser = spacing_parser())]
    spacing: Option<Spacing>,
    /// How strongly to lean towards the class; 1 is plain
    #[arg(long, value_name = "W", default_value_t = 1.0, value_parser = finite)]
    guidance: f64,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Decoded {
    model: PathBuf,
    noise: PathBuf,
    out: PathBuf,
    class: String,
    returning: bool,
    nfe: u32,
    seconds: f64,
    device: String,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decoded { out, class, nfe, seconds, .. } = self;
        write!(f, "{}: {class} in {seconds:.1} s, {nfe} network evaluations", out.display())
    }
}

impl Decode {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "png", &[&self.noise])?;
        let loaded = Loaded::new(&self.model, self.device)?;
        loaded.needs_noise()?;
        let NoiseFile { origin, encoded } = NoiseFile::read(&self.noise, loaded.checkpoint.shape)?;
        let config = self.config(&origin)?;
        let condition = loaded.condition(self.class.as_ref().unwrap_or(&origin.class))?;
        let class = loaded.condition_name(condition).to_owned();
        loaded.needs_class(self.guidance, condition)?;
        let same_model = match &origin.weights {
            Some(weights) => *weights == loaded.weights(),
            None => origin.model == loaded.checkpoint.card.name,
        };
        if !same_model {
            eprintln!("note: another model, {}, has found this noise", origin.model);
        }
        let same_class = loaded.condition(&origin.class).ok() == Some(condition) && self.guidance == 1.0;
        let same_grid = origin.settings == Some(config.settings());
        let returning = encoded.companion().is_some() && same_grid && same_class && same_model;
        if encoded.companion().is_some() && !returning {
            let others =
                [(same_model, "model"), (same_class, "class, without guidance"), (same_grid, "solver and grid")];
            let others: Vec<&str> = others.iter().filter(|(same, _)| !same).map(|(_, what)| *what).collect();
            eprintln!(
                "note: {} begins anew from the noise; undoing the encoding needs its own {}",
                config.solver,
                others.join(", and its own ")
            );
        }
        let encoded = if returning { encoded } else { encoded.into_state().into() };
        let began = Instant::now();
        let start = EncodedImages { batches: vec![encoded.map(|values| vec![values])], nfe: 0 };
        let decoded = loaded.sampler().decode_encoded(start, &[condition], config);
        let seconds = began.elapsed().as_secs_f64();
        image::write(&self.out, loaded.checkpoint.shape, &decoded.values[0])?;
        let answer = Decoded {
            model: loaded.path,
            noise: self.noise,
            out: self.out,
            class,
            returning,
            nfe: decoded.nfe,
            seconds,
            device: loaded.chosen.name,
            settings: config.settings(),
            guidance: config.guidance,
        };
        print(&answer, self.json)?;
        Ok(ExitCode::SUCCESS)
    }

    /// What the encoding was done with, as far as nothing else was asked for.
    fn config(&self, origin: &Origin) -> Result<SamplerConfig> {
        let told = |what| format!("{} does not tell the {what} of its encoding; name one", self.noise.display());
        let settings = origin.settings;
        let intervals = settings.and_then(|settings| NonZeroU32::new(settings.intervals));
        Ok(SamplerConfig {
            solver: self.solver.or(settings.map(|s| s.solver)).with_context(|| told("solver"))?,
            intervals: self.intervals.or(intervals).with_context(|| told("intervals"))?,
            spacing: self.spacing.or(settings.map(|s| s.spacing)).with_context(|| told("spacing"))?,
            guidance: self.guidance,
        })
    }
}
