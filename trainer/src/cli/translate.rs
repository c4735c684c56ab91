use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use shared::card::Direct;
use shared::condition::{Condition, NetField};
use shared::flow::{self, TranslationFrame};
use shared::measure::rmse;
use shared::method::Method;
use shared::time::Time;

use super::options::model::{Loaded, ModelFile};
use super::options::sampler::{SamplerOptions, begun, method_parser, repeats};
use crate::files::{self, image};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::{counted, print};
use crate::sampler::translate::{Translation, TranslationNoise};

/// Turns an image of one class into one of another.
///
/// By default through the noise that both share: encoded under the first class and decoded under the second (dual diffusion
/// implicit bridges).
///
/// JSON: model, input, out, from, to, method, repeats, time (of sdedit), nfe (network evaluations of the translation), seconds (likewise),
/// device, solver, intervals, spacing, guidance, seed (used where the method adds noise), round_trip_rmse (the image encoded and decoded under its own class
/// against itself, in units where black is −1 and white is 1; null where a method does not encode).
#[derive(Debug, Args)]
pub(super) struct Translate {
    #[command(flatten)]
    model: ModelFile,
    /// The class of the image
    #[arg(long, value_name = "CLASS")]
    from: String,
    /// The class to turn it into
    #[arg(long, value_name = "CLASS")]
    to: String,
    /// The image: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The PNG file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How to translate
    #[arg(long, default_value_t, value_parser = method_parser())]
    method: Method,
    /// Noises to average over, where the method adds noise [default: 4, but 1 for sdedit]
    #[arg(long, value_name = "N", value_parser = repeats)]
    repeats: Option<NonZeroU32>,
    #[arg(long, value_name = "T", value_parser = begun, help = TIME.as_str())]
    time: Option<f64>,
    /// Also write the whole trajectory, image to noise to image, as a sheet; by ddib only
    #[arg(long, value_name = "FILE", alias = "journey-sheet")]
    trajectory_sheet: Option<PathBuf>,
    #[command(flatten)]
    sampler: SamplerOptions,
}

static TIME: LazyLock<String> = LazyLock::new(|| {
    format!("How far sdedit goes back: 1 would change nothing, 0 forgets the image [default: {}]", Method::TIME)
});

#[derive(Debug, Serialize, Deserialize)]
struct Translated {
    #[serde(flatten)]
    circumstances: Circumstances,
    #[serde(flatten)]
    settings: SolverSettings,
    guidance: f64,
    input: PathBuf,
    out: PathBuf,
    from: String,
    to: String,
    method: Method,
    repeats: Option<NonZeroU32>,
    time: Option<f64>,
    nfe: u32,
    seconds: f64,
    round_trip_rmse: Option<f64>,
}

impl fmt::Display for Translated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Translated { out, from, to, nfe, seconds, .. } = self;
        let evaluations = counted(*nfe, "network evaluation");
        write!(f, "{}: {from} to {to} in {seconds:.1} s, {evaluations}", out.display())?;
        self.round_trip_rmse.map_or(Ok(()), |error| write!(f, ", round trip {error:.5}"))
    }
}

/// What became of the image.
struct Outcome {
    image: Vec<f32>,
    nfe: u32,
    seconds: f64,
    round_trip_rmse: Option<f64>,
}

impl Translate {
    pub(super) fn run(self) -> Result<ExitCode> {
        files::check_output(&self.out, "png", &[&self.input])?;
        let others: [&Path; 2] = [&self.input, &self.out];
        self.trajectory_sheet.iter().try_for_each(|sheet| files::check_output(sheet, "png", &others))?;
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        let classes = (loaded.condition(&self.from)?, loaded.condition(&self.to)?);
        loaded.needs_class(self.sampler.guidance, classes.1)?;
        let direct = loaded.checkpoint.card.direct.as_ref();
        let noisy = direct.map_or(self.method.adds_noise(), Direct::adds_noise);
        ensure!(
            noisy || self.repeats.is_none_or(|repeats| repeats == NonZeroU32::MIN),
            "--repeats is for what adds noise; leave it out"
        );
        ensure!(self.method == Method::SdEdit || self.time.is_none(), "--time is for --method sdedit; leave it out");
        let image = loaded.image(&self.input)?;
        let outcome = match self.method {
            Method::Ddib => self.through_noise(&loaded, classes, &image)?,
            _ => self.without_encoding(&loaded, classes, image)?,
        };
        image::write(&self.out, loaded.checkpoint.shape, &outcome.image)?;
        let repeats = noisy.then(|| self.repeats());
        let time = (self.method == Method::SdEdit).then(|| self.time());
        let (config, bridge) = (self.sampler.config(), direct.is_some_and(|direct| direct.bridge > 0.0));
        let translated = Translated {
            circumstances: loaded.circumstances(&self.sampler),
            settings: if bridge { config.over_a_bridge() } else { config }.settings(),
            guidance: self.sampler.guidance,
            input: self.input,
            out: self.out,
            from: loaded.condition_name(classes.0).to_owned(),
            to: loaded.condition_name(classes.1).to_owned(),
            method: self.method,
            repeats,
            time,
            nfe: outcome.nfe,
            seconds: outcome.seconds,
            round_trip_rmse: outcome.round_trip_rmse,
        };
        print(&translated, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }

    fn repeats(&self) -> NonZeroU32 {
        self.repeats.or(NonZeroU32::new(self.method.repeats())).unwrap_or(NonZeroU32::MIN)
    }

    fn time(&self) -> f64 {
        self.time.unwrap_or(Method::TIME)
    }

    fn through_noise(&self, loaded: &Loaded, (from, to): (Condition, Condition), image: &[f32]) -> Result<Outcome> {
        loaded.needs_noise()?;
        let (config, sampler) = (self.sampler.config(), loaded.sampler());
        let (grid, solver) = (config.grid(), config.solver);
        let field = |condition, weight| NetField::new(sampler.net, &[condition], weight, sampler.device);
        let source = field(from, 1.0);
        let began = Instant::now();
        let start = sampler.tensor(&[image.to_vec()]);
        let frames: Vec<_> = flow::translate(&source, field(to, config.guidance), solver, &grid, start).collect();
        let images: Vec<Vec<f32>> =
            frames.iter().flat_map(|frame| sampler.values(frame.frame().state.clone())).collect();
        let (nfe, seconds) = (flow::nfe(&frames), began.elapsed().as_secs_f64());
        if let Some(sheet) = &self.trajectory_sheet {
            image::write_sheet(sheet, sampler.shape, &images, grid.times().len())?;
        }

        let encoded = frames.into_iter().rfind(|frame| matches!(frame, TranslationFrame::Encoding(_)));
        let encoded = encoded.expect("a translation encodes").into_frame().into_encoded();
        let back = sampler.values(flow::decode(&source, solver, &grid, encoded).finish().state);
        let result = images.last().expect("a trajectory has a last frame").clone();
        Ok(Outcome { image: result, nfe, seconds, round_trip_rmse: Some(rmse(image, &back[0])) })
    }

    fn without_encoding(
        &self,
        loaded: &Loaded,
        (from, to): (Condition, Condition),
        image: Vec<f32>,
    ) -> Result<Outcome> {
        ensure!(
            self.trajectory_sheet.is_none(),
            "--trajectory-sheet shows the way through the noise, which only ddib takes"
        );
        let direct = loaded.checkpoint.card.direct.as_ref();
        ensure!(
            direct.is_some() == (self.method == Method::Direct),
            "the method {} does not go with this model; models trained with coupling = {{ direct = … }} translate directly, \
             all others by {}",
            self.method.name(),
            Method::CONDITIONAL.map(Method::name).join(", ")
        );
        if let Some(direct) = direct {
            let asked = (loaded.condition(&direct.from)?, loaded.condition(&direct.to)?);
            ensure!((from, to) == asked, "the model leads from {} to {} only", direct.from, direct.to);
        }
        let noise = TranslationNoise::new(self.sampler.seed(), self.repeats(), direct);
        let start = Time::new(self.time());
        let translation = Translation { method: self.method, from, to, config: self.sampler.config(), start, noise };
        let began = Instant::now();
        let translated = loaded.sampler().translate(&[image], translation);
        let seconds = began.elapsed().as_secs_f64();
        Ok(Outcome { image: translated.values.concat(), nfe: translated.nfe, seconds, round_trip_rmse: None })
    }
}
