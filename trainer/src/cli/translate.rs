use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;
use shared::condition::NetField;
use shared::flow::{self, TranslationFrame};
use shared::measure::rmse;

use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::files::image;
use crate::sampler::SamplerConfig;
use crate::sampler::translate::{Method, Translation};

/// Turns an image of one class into one of another.
///
/// By default through the noise that both share: encoded under the first class and decoded under the second (dual diffusion
/// implicit bridges).
///
/// JSON: model, input, out, from, to, method, nfe (network evaluations of the translation), seconds (likewise), device, solver,
/// intervals, guidance, round_trip_rmse (the image encoded and decoded under its own class against itself, in units
/// where black is −1 and white is 1).
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
    #[arg(long, value_enum, default_value_t)]
    method: Method,
    /// Noises to average over, where the method adds noise
    #[arg(long, value_name = "N", default_value = "4")]
    repeats: NonZeroU32,
    /// Also write the whole trajectory, image to noise to image, as a sheet; by ddib only
    #[arg(long, value_name = "FILE")]
    trajectory_sheet: Option<PathBuf>,
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl Translate {
    pub(super) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        if self.method != Method::Ddib {
            return self.without_encoding(&loaded);
        }
        loaded.needs_noise()?;
        let (from, to) = ([loaded.condition(&self.from)?], [loaded.condition(&self.to)?]);
        let (shape, device, sampler) = (loaded.checkpoint.shape, &loaded.chosen.device, loaded.sampler());
        let image = loaded.image(&self.input)?;
        let SamplerOptions { solver, intervals, guidance, .. } = self.sampler;
        let began = Instant::now();
        let source = NetField::new(sampler.net, &from, 1.0, device);
        let target = NetField::new(sampler.net, &to, guidance, device);
        let grid = self.sampler.config().grid();
        let start = sampler.tensor(std::slice::from_ref(&image));
        let frames: Vec<_> = flow::translate(source, target, solver, &grid, start).collect();
        let images: Vec<Vec<f32>> =
            frames.iter().flat_map(|frame| sampler.values(frame.frame().state.clone())).collect();
        let seconds = began.elapsed().as_secs_f64();
        let nfe = flow::nfe(&frames);

        let noise: Vec<Vec<f32>> = images[grid.intervals()..=grid.intervals()].to_vec();
        debug_assert!(matches!(frames[grid.intervals()], TranslationFrame::Encoding(_)), "the last of the encoding");
        let plain = SamplerConfig { guidance: 1.0, ..self.sampler.config() };
        let returned = sampler.decode(&noise, &from, plain);
        let round_trip = rmse(&image, &returned.values[0]);

        let result = images.last().expect("a trajectory has a last frame");
        image::write(&self.out, shape, result)?;
        if let Some(sheet) = &self.trajectory_sheet {
            image::write_sheet(sheet, shape, &images, grid.times().len())?;
        }
        if self.sampler.json {
            let report = json!({
                "model": self.model.model, "input": self.input, "out": self.out, "from": self.from, "to": self.to,
                "method": self.method, "nfe": nfe, "seconds": seconds, "device": loaded.chosen.name, "solver": solver,
                "intervals": intervals, "guidance": guidance, "round_trip_rmse": round_trip,
            });
            println!("{report}");
        } else {
            println!(
                "{}: {} to {} in {seconds:.1} s, {nfe} network evaluations, round trip {round_trip:.5}",
                self.out.display(),
                self.from,
                self.to
            );
        }
        Ok(ExitCode::SUCCESS)
    }

    fn without_encoding(self, loaded: &Loaded) -> Result<ExitCode> {
        ensure!(
            self.trajectory_sheet.is_none(),
            "--trajectory-sheet shows the way through the noise, which only ddib takes"
        );
        let direct = loaded.checkpoint.card.direct.as_ref();
        ensure!(
            direct.is_some() == (self.method == Method::Direct),
            "the method {} does not go with this model; models trained with coupling = {{ direct = … }} translate directly, \
             all others by ddib, flowedit or velocity-difference",
            self.method.name()
        );
        let (from, to) = (loaded.condition(&self.from)?, loaded.condition(&self.to)?);
        if let Some(direct) = direct {
            let asked = (loaded.condition(&direct.from)?, loaded.condition(&direct.to)?);
            ensure!((from, to) == asked, "the model leads from {} to {} only", direct.from, direct.to);
        }
        let sampler = loaded.sampler();
        let image = loaded.image(&self.input)?;
        let began = Instant::now();
        let translation = Translation {
            method: self.method,
            from,
            to,
            trajectory: self.sampler.config(),
            seed: self.sampler.seed(),
            repeats: self.repeats,
            noise: direct.map_or(0.0, |direct| direct.noise),
        };
        let translated = sampler.translate(&[image], translation);
        let seconds = began.elapsed().as_secs_f64();
        image::write(&self.out, sampler.shape, &translated.values[0])?;
        let (nfe, SamplerOptions { solver, intervals, guidance, json, .. }) = (translated.nfe, self.sampler);
        if json {
            let report = json!({
                "model": self.model.model, "input": self.input, "out": self.out, "from": self.from, "to": self.to,
                "method": self.method, "repeats": self.repeats, "nfe": nfe, "seconds": seconds,
                "device": loaded.chosen.name, "solver": solver, "intervals": intervals, "guidance": guidance,
                "round_trip_rmse": null,
            });
            println!("{report}");
        } else {
            println!(
                "{}: {} to {} in {seconds:.1} s, {nfe} network evaluations",
                self.out.display(),
                self.from,
                self.to
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
