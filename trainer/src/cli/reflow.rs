use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::report::progress;
use crate::sampler::{Samples, balanced, in_turn};
use crate::training::reflow_pairs::ReflowPairs;

/// Draws pairs of noise and image from a model, for training a straighter one from them.
///
/// A configuration uses them with `coupling = { reflow = { pairs = "FILE" } }` in its table [objective], and begins with
/// the model's weights by `init = "MODEL"`. Classes are kept, so the straighter model encodes and translates as well.
///
/// JSON: model, out, pairs (their number), nfe, device, solver, intervals, guidance.
#[derive(Debug, Args)]
pub(super) struct Reflow {
    #[command(flatten)]
    model: ModelFile,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How many pairs, as many of each class
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=4_000_000))]
    pairs: u32,
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl Reflow {
    pub(super) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (sampler, classes) = (loaded.sampler(), loaded.checkpoint.card.classes.len());
        let conditions = balanced(self.pairs as usize, classes);
        let bar: ProgressBar = progress::bar(self.pairs.into(), "pairs");
        let shown = |drawn| bar.set_position(drawn as u64);
        let drawn = sampler.generate_many(&conditions, self.sampler.config(), self.sampler.seed(), shown);
        let Samples { values: images, nfe } = drawn;
        bar.finish_and_clear();
        let classes = in_turn(images.len(), classes).map(|class| class as u8).collect();
        let pairs = ReflowPairs { seed: self.sampler.seed(), classes, images };
        pairs.write(&self.out, sampler.shape, &loaded.checkpoint.card.classes)?;
        let SamplerOptions { solver, intervals, guidance, json, .. } = self.sampler;
        if json {
            let report = json!({
                "model": self.model.model, "out": self.out, "pairs": self.pairs, "nfe": nfe,
                "device": loaded.chosen.name, "solver": solver, "intervals": intervals, "guidance": guidance,
            });
            println!("{report}");
        } else {
            println!("{}: {} pairs, {nfe} network evaluations each", self.out.display(), self.pairs);
        }
        Ok(ExitCode::SUCCESS)
    }
}
