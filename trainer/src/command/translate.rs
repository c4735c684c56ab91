use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use shared::condition::NetField;
use shared::flow::{self, TranslationFrame};
use shared::measure::rmse;
use shared::time::TimeGrid;

use super::model::{JourneyOptions, Loaded, ModelFile};
use crate::picture;
use crate::sampling::Journey;

/// Turns a picture of one class into one of another: encodes it under the first class and decodes the noise under the
/// second (dual diffusion implicit bridges).
///
/// JSON: model, input, out, from, to, nfe (network passes of the translation), seconds (likewise), device, solver,
/// intervals, guidance, round_trip_rmse (the picture encoded and decoded under its own class against itself, in units
/// where black is −1 and white is 1).
#[derive(Debug, Args)]
pub(super) struct Translate {
    #[command(flatten)]
    model: ModelFile,
    /// The class of the picture
    #[arg(long, value_name = "CLASS")]
    from: String,
    /// The class to turn it into
    #[arg(long, value_name = "CLASS")]
    to: String,
    /// The picture: PNG, JPEG or WebP
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The PNG file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also write the whole journey, picture to noise to picture, as a sheet
    #[arg(long, value_name = "FILE")]
    journey_sheet: Option<PathBuf>,
    #[command(flatten)]
    journey: JourneyOptions,
}

impl Translate {
    pub(super) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.journey.device)?;
        let (from, to) = ([loaded.condition(&self.from)?], [loaded.condition(&self.to)?]);
        let (shape, device, ready) = (loaded.checkpoint.shape, &loaded.chosen.device, loaded.ready());
        let (image, note) = picture::read(&self.input, shape)?;
        if let Some(note) = note {
            eprintln!("{note}");
        }
        let JourneyOptions { solver, intervals, guidance, .. } = self.journey;
        let began = Instant::now();
        let source = NetField::new(ready.net, &from, 1.0, device);
        let target = NetField::new(ready.net, &to, guidance, device);
        let grid = TimeGrid::uniform(intervals);
        let start = ready.tensor(std::slice::from_ref(&image));
        let frames: Vec<_> = flow::translate(source, target, solver, &grid, start).collect();
        let pictures: Vec<Vec<f32>> =
            frames.iter().flat_map(|frame| ready.values(frame.frame().state.clone())).collect();
        let seconds = began.elapsed().as_secs_f64();
        let nfe = flow::passes(&frames);

        let noise: Vec<Vec<f32>> = pictures[grid.intervals()..=grid.intervals()].to_vec();
        debug_assert!(matches!(frames[grid.intervals()], TranslationFrame::Encoding(_)), "the last of the encoding");
        let plain = Journey { guidance: 1.0, ..self.journey.journey() };
        let returned = ready.decode(&noise, &from, plain);
        let round_trip = rmse(&image, &returned.values[0]);

        let result = pictures.last().expect("a journey has a last frame");
        picture::write(&self.out, shape, result)?;
        if let Some(sheet) = &self.journey_sheet {
            picture::write_sheet(sheet, shape, &pictures, grid.times().len())?;
        }
        if self.journey.json {
            let report = json!({
                "model": self.model.model, "input": self.input, "out": self.out, "from": self.from, "to": self.to,
                "nfe": nfe, "seconds": seconds, "device": loaded.chosen.name, "solver": solver,
                "intervals": intervals, "guidance": guidance, "round_trip_rmse": round_trip,
            });
            println!("{report}");
        } else {
            println!(
                "{}: {} to {} in {seconds:.1} s, {nfe} network passes, round trip {round_trip:.5}",
                self.out.display(),
                self.from,
                self.to
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
