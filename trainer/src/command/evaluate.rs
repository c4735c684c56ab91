use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use serde_json::json;
use shared::card::Measure;

use super::data::DataOption;
use super::evaluate_translation::EvaluateTranslation;
use super::judge::judge_file;
use super::model::{JourneyOptions, Loaded, ModelFile};
use crate::file;
use crate::frechet::frechet_distance;
use crate::judge::{Judge, accuracy, pictures};
use crate::sampling::balanced;

/// Measures a model: Fréchet distance to held-out pictures, and how often a classifier sees the class that was asked
/// for.
///
/// Both are also measured on real held-out pictures, as many as are drawn, which is what a perfect model would reach.
///
/// JSON: model, seconds, measures (a list of objects: name, value, real, extractor, data, samples, solver, intervals,
/// nfe, guidance, seed).
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Evaluate {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    model: ModelFile,
    /// The classifier, from the verb `judge` [default: models/judges/DATA.safetensors]
    #[arg(long, value_name = "FILE")]
    judge: Option<PathBuf>,
    /// How many pictures to draw, as many of each class
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: u32,
    /// Write the measures into the model's card, in place of those before
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    journey: JourneyOptions,
}

#[derive(Debug, Subcommand)]
enum What {
    Translation(EvaluateTranslation),
}

impl Evaluate {
    pub(super) fn run(self) -> Result<ExitCode> {
        if let Some(What::Translation(translation)) = self.what {
            return translation.run();
        }
        let loaded = Loaded::new(&self.model, self.journey.device)?;
        let source = self.data.source().map_or_else(|| loaded.source(), Ok)?;
        let path = self.judge.unwrap_or_else(|| judge_file(&source));
        let data = source.load()?;
        let context = || format!("{} cannot judge", path.display());
        let judge = Judge::from_bytes(&file::read(&path)?, &loaded.chosen.device).with_context(context)?;
        let mut model = loaded.checkpoint.clone();
        ensure!(
            judge.profile.shape == model.shape && data.shape == model.shape && data.classes == model.card.classes,
            "model, judge and data differ in picture size or classes; they must belong together"
        );
        let samples = self.samples as usize;
        ensure!(
            data.held_out.len() >= 2 * samples,
            "{samples} drawn pictures want {} held-out ones, as many to be compared as to compare with, but there are {}; \
             use fewer --samples or more --data",
            2 * samples,
            data.held_out.len()
        );
        let began = Instant::now();
        let conditions = balanced(samples, data.classes.len());
        let drawn = loaded.ready().generate(&conditions, self.journey.journey(), self.journey.seed(), 0);
        let drawn_verdict = judge.judge(&drawn.values);
        let wanted = (0..samples).map(|i| i % data.classes.len());

        let held_out = judge.judge(&pictures(&data.held_out, data.shape));
        let (real, reference) = held_out.features.split_at(samples);
        let held_out_classes = data.held_out.iter().map(|example| usize::from(example.class));
        let measure = |name: &str, value: f64, real: f64| Measure {
            name: name.to_owned(),
            value,
            real,
            extractor: judge.profile.name.clone(),
            data: format!("{} held-out pictures", reference.len()),
            samples: self.samples.into(),
            solver: self.journey.solver.name().to_owned(),
            intervals: self.journey.intervals.get(),
            nfe: drawn.nfe,
            guidance: self.journey.guidance,
            seed: self.journey.seed,
        };
        model.card.measures = vec![
            measure(
                "frechet_distance",
                frechet_distance(&drawn_verdict.features, reference),
                frechet_distance(real, reference),
            ),
            measure(
                "class_accuracy",
                accuracy(&drawn_verdict.classes, wanted),
                accuracy(&held_out.classes, held_out_classes),
            ),
        ];
        let seconds = began.elapsed().as_secs_f64();
        if self.write {
            file::write_atomically(&self.model.model, &model.to_bytes(model.precision())?)?;
        }
        if self.journey.json {
            println!("{}", json!({ "model": self.model.model, "seconds": seconds, "measures": model.card.measures }));
        } else {
            for Measure { name, value, real, .. } in &model.card.measures {
                println!("{name} {value:.4}, real pictures {real:.4}");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
