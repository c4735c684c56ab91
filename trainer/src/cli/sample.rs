use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use serde_json::json;
use shared::condition::Condition;

use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::files::image;
use crate::sampler::balanced;

/// Draws images. The same seed, class and number give the same image on every device.
///
/// JSON: model, out, count, classes (one name for each image), nfe (network evaluations for each image), seconds (in
/// all), device, solver, intervals, guidance, seed.
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
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl Sample {
    pub(super) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let classes = loaded.checkpoint.card.classes.len();
        let conditions: Vec<Condition> = if self.class.eq_ignore_ascii_case("all") {
            balanced(self.count as usize, classes)
        } else {
            vec![loaded.condition(&self.class)?; self.count as usize]
        };
        let began = Instant::now();
        let images = loaded.sampler().generate(&conditions, self.sampler.config(), self.sampler.seed(), 0);
        let seconds = began.elapsed().as_secs_f64();

        let shape = loaded.checkpoint.shape;
        match images.values.as_slice() {
            [one] => image::write(&self.out, shape, one)?,
            many => image::write_sheet(&self.out, shape, many, many.len().min(classes.max(2)))?,
        }
        let SamplerOptions { solver, intervals, guidance, seed, .. } = self.sampler;
        if self.sampler.json {
            let names: Vec<&str> = conditions.iter().map(|condition| loaded.condition_name(*condition)).collect();
            let report = json!({
                "model": self.model.model, "out": self.out, "count": self.count, "classes": names,
                "nfe": images.nfe, "seconds": seconds, "device": loaded.chosen.name, "solver": solver,
                "intervals": intervals, "guidance": guidance, "seed": seed,
            });
            println!("{report}");
        } else {
            let (out, nfe, device) = (self.out.display(), images.nfe, &loaded.chosen.name);
            println!("{out}: {} images in {seconds:.1} s, {nfe} network evaluations each, on {device}", self.count);
        }
        Ok(ExitCode::SUCCESS)
    }
}
