use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use shared::measure::mean_and_deviation;
use shared::noise::Seed;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::cli::options::model::{SamplerOptions, finite};
use crate::evaluation::classifier::{accuracy, images};
use crate::evaluation::frechet::frechet_distance;
use crate::evaluation::precision_recall::precision_and_recall;
use crate::report::progress;
use crate::sampler::{SamplerConfig, balanced, in_turn};

/// Measures what guidance does: quality, class accuracy and variety of drawn images at several weights, with the spread
/// over several seeds of the noise.
///
/// Weight 1 is the plain class-conditional field and costs half the evaluations, 0 ignores the class. Precision is the share of
/// drawn images within reach of real ones, recall the share of real ones within reach of drawn ones: too much guidance
/// shows in the second.
///
/// JSON: model, classifier, samples, seeds, device, solver, intervals, spacing, and rows: guidance, nfe, and of each measure its
/// mean and its standard deviation over the seeds: frechet_distance, class_accuracy, precision, recall (and the same
/// names with _deviation).
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateGuidance {
    /// Weights of the guidance
    #[arg(long, value_name = "W,…", value_delimiter = ',', default_value = "0,1,1.5,2,3,4", value_parser = finite)]
    weights: Vec<f64>,
    /// Seeds of the noise, beginning with --seed
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(2..=100))]
    seeds: u64,
    /// How many images to draw with each, as many of each class
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: u32,
    #[command(flatten)]
    classified: ClassifiedOptions,
}

#[derive(Serialize)]
struct Row {
    guidance: f64,
    nfe: u32,
    frechet_distance: f64,
    frechet_distance_deviation: f64,
    class_accuracy: f64,
    class_accuracy_deviation: f64,
    precision: f64,
    precision_deviation: f64,
    recall: f64,
    recall_deviation: f64,
}

impl EvaluateGuidance {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let (loaded, data, classifier) = self.classified.load()?;
        let (samples, classes) = (self.samples as usize, data.classes.len());
        ensure!(
            data.held_out.len() >= samples,
            "only {} images are held out; use fewer --samples",
            data.held_out.len()
        );
        let reference = classifier.predict(&images(&data.shuffled(&data.held_out), data.shape)).features;
        let conditions = balanced(samples, classes);
        let bar = progress::bar(self.weights.len() as u64 * self.seeds, "drawings");
        let measure = |guidance: f64| {
            let (mut nfe, mut measures) = (0, [const { Vec::new() }; 4]);
            for seed in self.classified.sampler.seed..self.classified.sampler.seed + self.seeds {
                let config = SamplerConfig { guidance, ..self.classified.sampler.config() };
                let drawn = loaded.sampler().generate(&conditions, config, Seed(seed), 0);
                let seen = classifier.predict(&drawn.values);
                let (precision, recall) = precision_and_recall(&seen.features, &reference[..samples]);
                let distance = frechet_distance(&seen.features, &reference);
                let right = accuracy(&seen.classes, in_turn(samples, classes));
                measures.iter_mut().zip([distance, right, precision, recall]).for_each(|(all, one)| all.push(one));
                nfe = drawn.nfe;
                bar.inc(1);
            }
            let [distance, right, precision, recall] = measures.map(|numbers| mean_and_deviation(&numbers));
            Row {
                guidance,
                nfe,
                frechet_distance: distance.0,
                frechet_distance_deviation: distance.1,
                class_accuracy: right.0,
                class_accuracy_deviation: right.1,
                precision: precision.0,
                precision_deviation: precision.1,
                recall: recall.0,
                recall_deviation: recall.1,
            }
        };
        let rows: Vec<Row> = self.weights.iter().map(|&weight| measure(weight)).collect();
        bar.finish_and_clear();
        if self.classified.sampler.json {
            let SamplerOptions { solver, intervals, spacing, .. } = self.classified.sampler;
            let report = json!({
                "model": self.classified.model.model, "classifier": classifier.profile, "samples": samples, "seeds": self.seeds,
                "device": loaded.chosen.name, "solver": solver, "intervals": intervals, "spacing": spacing, "rows": rows,
            });
            println!("{report}");
        } else {
            println!("{:>8}{:>6}{:>20}{:>18}{:>18}{:>18}", "weight", "nfe", "frechet", "class", "precision", "recall");
            for row in &rows {
                println!(
                    "{:>8}{:>6}{:>10.3} ± {:>7.3}{:>10.3} ± {:.3}{:>10.3} ± {:.3}{:>10.3} ± {:.3}",
                    row.guidance,
                    row.nfe,
                    row.frechet_distance,
                    row.frechet_distance_deviation,
                    row.class_accuracy,
                    row.class_accuracy_deviation,
                    row.precision,
                    row.precision_deviation,
                    row.recall,
                    row.recall_deviation
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
