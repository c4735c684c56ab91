mod guidance;
mod inception;
mod classifier;
mod work_precision;
mod likelihood;
pub(super) mod translation;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::{Args, Subcommand};
use serde_json::json;
use shared::card::Measure;
use shared::condition::Condition;
use shared::divergence::Trace;
use shared::measure::mean_and_error;

use crate::cli::classifier::ClassifierOption;
use crate::cli::evaluate::classifier::EvaluateClassifier;
use crate::cli::evaluate::guidance::EvaluateGuidance;
use crate::cli::evaluate::inception::EvaluateInception;
use crate::cli::evaluate::likelihood::EvaluateLikelihood;
use crate::cli::evaluate::translation::EvaluateTranslation;
use crate::cli::evaluate::work_precision::EvaluateWorkPrecision;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::evaluation::classifier::{accuracy, images};
use crate::evaluation::frechet::frechet_distance;
use crate::evaluation::kernel::kernel_distance;
use crate::evaluation::precision_recall::{nearest_differences, precision_and_recall};
use crate::files;
use crate::sampler::likelihood;
use crate::sampler::{SamplerConfig, balanced, in_turn};

/// Measures a model, and real held-out images beside it: what a perfect model would reach.
///
/// frechet_distance and kernel_distance to held-out images, precision and recall (shares of images within reach of the
/// other side's), in the features of a classifier; class_accuracy, how often it sees the class that was asked for;
/// nearest_training_image, the root mean square difference to the nearest image trained on (far below that of real
/// images means learned by heart; of the first 200 images, like those that follow); round_trip, that of held-out
/// images to themselves encoded and decoded; straightness, how far trajectories are from straight, 0 if the velocity never changes;
/// bits_per_dimension of 50 held-out images, along the trajectory that `evaluate likelihood` takes unless told otherwise.
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
    #[command(flatten)]
    classifier: ClassifierOption,
    /// How many images to draw, as many of each class [default: 2000, or half of the held-out ones if that is less]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: Option<u32>,
    /// Write the measures into the model's card, in place of those before
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    sampler: SamplerOptions,
}

/// Images to draw unless told otherwise, where as many are held out.
const SAMPLES: usize = 2_000;

/// Images whose likelihood is taken, the dearest measure.
const LIKELIHOODS: usize = 50;

/// Images that are looked at closely: compared with all others, encoded and decoded, followed on their way.
const CLOSELY: usize = 200;

#[derive(Debug, Subcommand)]
enum What {
    Translation(EvaluateTranslation),
    Guidance(EvaluateGuidance),
    Inception(EvaluateInception),
    Classifier(EvaluateClassifier),
    WorkPrecision(EvaluateWorkPrecision),
    Likelihood(EvaluateLikelihood),
}

impl Evaluate {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self.what {
            Some(What::Translation(translation)) => return translation.run(),
            Some(What::Guidance(guidance)) => return guidance.run(),
            Some(What::Inception(inception)) => return inception.run(),
            Some(What::Classifier(classifier)) => return classifier.run(),
            Some(What::WorkPrecision(work_precision)) => return work_precision.run(),
            Some(What::Likelihood(likelihood)) => return likelihood.run(),
            None => (),
        }
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        let (source, data) = loaded.data(&self.data)?;
        let classifier = self.classifier.load(&source, &data, &loaded.chosen.device)?;
        let mut model = loaded.checkpoint.clone();
        ensure!(model.card.direct.is_none(), "a model without a noise end is measured by `evaluate translation`");
        let most = data.held_out.len() / 2 / data.classes.len() * data.classes.len();
        let samples = self.samples.map_or(most.min(SAMPLES), |samples| samples as usize);
        ensure!(
            data.held_out.len() >= 2 * samples,
            "{samples} drawn images want {} held-out ones, as many to be compared as to compare with, but there are {}; \
             use fewer --samples or more --data",
            2 * samples,
            data.held_out.len()
        );
        let began = Instant::now();
        let (sampler, config, seed) = (loaded.sampler(), self.sampler.config(), self.sampler.seed());
        let conditions = balanced(samples, data.classes.len());
        let drawn = sampler.generate(&conditions, config, seed, 0);
        let seen = classifier.predict(&drawn.values);
        let wanted = in_turn(samples, data.classes.len());

        let shuffled = data.shuffled(&data.held_out);
        let held_out_images = images(&shuffled, data.shape);
        let held_out = classifier.predict(&held_out_images);
        let (real, reference) = held_out.features.split_at(samples);
        let held_out_classes = shuffled.iter().map(|example| usize::from(example.class));
        let measure = |name: &str, value: f64, real: Option<f64>| Measure {
            name: name.to_owned(),
            value,
            real,
            extractor: classifier.profile.name.clone(),
            data: format!("{} held-out images", reference.len()),
            samples: samples as u64,
            solver: self.sampler.solver.name().to_owned(),
            intervals: self.sampler.intervals.get(),
            nfe: drawn.nfe,
            guidance: self.sampler.guidance,
            seed: self.sampler.seed,
        };
        let (precision, recall) = precision_and_recall(&seen.features, &reference[..samples]);
        let (real_precision, real_recall) = precision_and_recall(real, &reference[..samples]);
        let training = images(&data.training, data.shape);
        let farness =
            |images: &[Vec<f32>]| mean_and_error(&nearest_differences(&images[..samples.min(CLOSELY)], &training)).0;
        let some = &shuffled[..samples.min(CLOSELY)];
        let classes: Vec<Condition> = some.iter().map(|example| Condition::Class(example.class.into())).collect();
        let plain = SamplerConfig { guidance: 1.0, ..sampler };
        let (few, how) = (some.len().min(LIKELIHOODS), (Trace::Hutchinson { probes: 1, seed }, seed));
        let likelihood = sampler.likelihood(&held_out_images[..few], &classes[..few], likelihood::SAMPLER, how, |_| ());
        let bits = Measure {
            samples: few as u64,
            solver: likelihood::SAMPLER.solver.name().to_owned(),
            intervals: likelihood::SAMPLER.intervals.get(),
            nfe: likelihood.nfe,
            guidance: likelihood::SAMPLER.guidance,
            ..measure("bits_per_dimension", mean_and_error(&likelihood.bits_per_dimension).0, None)
        };
        let (distance, kernel) = (frechet_distance, kernel_distance);
        model.card.measures = vec![
            measure("frechet_distance", distance(&seen.features, reference), Some(distance(real, reference))),
            measure("kernel_distance", kernel(&seen.features, reference), Some(kernel(real, reference))),
            measure("precision", precision, Some(real_precision)),
            measure("recall", recall, Some(real_recall)),
            measure(
                "class_accuracy",
                accuracy(&seen.classes, wanted),
                Some(accuracy(&held_out.classes, held_out_classes)),
            ),
            measure("nearest_training_image", farness(&drawn.values), Some(farness(&held_out_images))),
            measure("round_trip", sampler.round_trip(&held_out_images[..some.len()], &classes, plain), None),
            measure("straightness", sampler.straightness(&conditions[..samples.min(CLOSELY)], plain, seed), None),
            bits,
        ];
        let seconds = began.elapsed().as_secs_f64();
        if self.write {
            files::write_atomically(&self.model.model, &model.to_bytes(model.precision())?)?;
        }
        if self.sampler.json {
            println!("{}", json!({ "model": self.model.model, "seconds": seconds, "measures": model.card.measures }));
        } else {
            for Measure { name, value, real, .. } in &model.card.measures {
                let real = real.map_or(String::new(), |real| format!(", real images {real:.4}"));
                println!("{name} {value:.4}{real}");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
