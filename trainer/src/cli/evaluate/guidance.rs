use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::cli::options::classifier::ClassifiedOptions;
use crate::cli::options::model::EvaluationData;
use crate::cli::options::sampler::{finite, without_guidance};
use crate::evaluation::guidance::{Guidance, Row};
use crate::evaluation::reference::Reference;
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};
use crate::sampler::SamplerConfig;

/// Measures what guidance does: quality, class accuracy and variety of drawn images at several weights, with the spread
/// over several seeds of the noise.
///
/// Weight 1 is the plain class-conditional field and costs half the evaluations, 0 ignores the class. Precision is the share
/// of drawn images within reach of real ones, recall the share of real ones within reach of drawn ones: too much guidance
/// shows in the second.
///
/// JSON: model, data, extractor (the classifier: name, accuracy), samples, seed (the first), seeds, device, solver,
/// intervals, spacing, real and control (held-out images, and the same few images repeated: classifier_fid, classifier_kid,
/// pixel_fid, precision, recall, class_accuracy, equal_neighbours), and rows: guidance, nfe, and of each measure its mean and its standard deviation over the seeds:
/// classifier_fid, class_accuracy, precision, recall, classifier_fid_deviation, class_accuracy_deviation,
/// precision_deviation, recall_deviation.
#[derive(Debug, Args)]
#[command(mut_arg("guidance", without_guidance))]
pub(in crate::cli) struct EvaluateGuidance {
    /// Weights of the guidance
    #[arg(long, value_name = "W,…", value_delimiter = ',', default_value = "0,1,1.5,2,3,4", value_parser = finite)]
    weights: Vec<f64>,
    /// Seeds of the noise, beginning with --seed
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(2..=100))]
    seeds: u64,
    /// How many images to draw with each, as many of each class
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(100..=50_000))]
    samples: u32,
    #[command(flatten)]
    classified: ClassifiedOptions,
}

impl EvaluateGuidance {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let (loaded, EvaluationData { data, .. }, classifier) = self.classified.load()?;
        let (samples, options) = (data.whole_turns(self.samples as usize), &self.classified.sampler);
        let (reference, real, control) = Reference::with_bounds(&classifier, &data, samples)?;
        let bar = progress::bar(self.weights.len() as u64 * self.seeds, "drawings");
        let measure = |&guidance: &f64| {
            let config = SamplerConfig { guidance, ..options.config() };
            let seeds = options.seed().following(self.seeds);
            let compared = reference.compare_drawn(&loaded.sampler(), config, samples, seeds, |_, _| bar.inc(1));
            Row::of(guidance, &compared)
        };
        let rows = self.weights.iter().map(measure).collect();
        bar.finish_and_clear();
        let answer = Guidance {
            circumstances: Circumstances {
                data: Some(data.name),
                samples: Some(samples as u64),
                extractor: Some(classifier.profile.extractor()),
                ..loaded.circumstances(options)
            },
            settings: options.config().settings(),
            seeds: self.seeds,
            real: Some(real),
            control: Some(control),
            rows,
        };
        print(&answer, options.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
