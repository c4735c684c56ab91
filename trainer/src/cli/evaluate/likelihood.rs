use std::process::ExitCode;
use std::str::FromStr;
use std::sync::LazyLock;

use anyhow::{Result, ensure};
use clap::Args;
use shared::checkpoint::Example;
use shared::divergence::Trace;
use shared::measure::mean_and_error;

use crate::cli::options::data::DataOption;
use crate::cli::options::model::{EvaluationData, Loaded, ModelFile};
use crate::cli::options::sampler::{SamplerOptions, without_guidance};
use crate::evaluation::classifier::{conditions, images};
use crate::evaluation::coder::Coder;
use crate::evaluation::likelihood::{LikelihoodTable, Row};
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};
use crate::sampler::likelihood::{LikelihoodOptions, SAMPLER};

/// The default as text.
static INTERVALS: LazyLock<String> = LazyLock::new(|| SAMPLER.intervals.to_string());

/// Measures the bits per dimension that held-out images and images trained on need at most under the model, by the
/// instantaneous change of variables: far fewer bits for those trained on means learned by heart.
///
/// Pixels are spread uniformly over their levels, from the seed, which makes it a bound: the levels themselves need no more
/// (Theis et al., 2016). The divergence is estimated along random signs
/// (Hutchinson), without bias, or found exactly. The figure holds for the model along the solver's trajectory: more
/// --intervals until it no longer changes. Beside it stand codings of the same held-out images that know no model: the histogram of each place in the
/// training images of the class, and whole PNG and WebP files.
///
/// JSON: model, data, device, probes, seed, solver, intervals, spacing, nfe (network evaluations for one image, each with a
/// backward pass), held_out and trained_on: images, bits_per_dimension, error (standard error over the images), and coders: a
/// list of name and likewise.
#[derive(Debug, Args)]
#[command(
    mut_arg("solver", |arg| arg.default_value(SAMPLER.solver.name())),
    mut_arg("intervals", |arg| arg.default_value(INTERVALS.as_str())),
    mut_arg("guidance", without_guidance),
)]
pub(in crate::cli) struct EvaluateLikelihood {
    #[command(flatten)]
    model: ModelFile,
    /// How many images of either kind, the classes in turn
    #[arg(long, alias = "pictures", value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..))]
    images: u32,
    /// Random sign vectors for each image, or exact: one evaluation for each value of an image
    #[arg(long, value_name = "N|exact", default_value = "1")]
    probes: Probes,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    sampler: SamplerOptions,
}

#[derive(Clone, Copy, Debug)]
enum Probes {
    Exact,
    Signs(u32),
}

impl FromStr for Probes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "exact" => Ok(Probes::Exact),
            Ok(count) if count > 0 => Ok(Probes::Signs(count)),
            _ => Err("a number from 1, or exact".to_owned()),
        }
    }
}

impl EvaluateLikelihood {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let EvaluationData { data, .. } = loaded.material(&self.data)?;
        let trace = match self.probes {
            Probes::Exact => Trace::Exact,
            Probes::Signs(probes) => Trace::Hutchinson { probes, seed: self.sampler.seed() },
        };
        let count = self.images as usize;
        let least = data.held_out.len().min(data.training.len());
        ensure!(count <= least, "there are only {least} images of either kind; use fewer --images");
        let bar = progress::bar(2 * u64::from(self.images), "images");
        let (config, sampler) = (self.sampler.config(), loaded.sampler());
        let measure = |examples: &[Example], done: usize| {
            let images = images(examples, data.shape);
            let conditions = conditions(examples);
            let how = LikelihoodOptions { config, trace, seed: self.sampler.seed() };
            let show = |images: usize| bar.set_position((done + images) as u64);
            let likelihood = sampler.likelihood(&images, &conditions, how, show);
            let (bits_per_dimension, error) = mean_and_error(&likelihood.bits_per_dimension);
            (Row { images: images.len(), bits_per_dimension, error }, likelihood.nfe)
        };
        let [coded, known] = [&data.held_out, &data.training].map(|examples| data.shuffled(examples));
        let coded = &coded[..count];
        let (held_out, nfe) = measure(coded, 0);
        let (trained_on, _) = measure(&known[..count], count);
        bar.finish_and_clear();
        let coders: Result<Vec<_>> = Coder::ALL
            .iter()
            .map(|coder| Ok((coder.name().to_owned(), coder.measure(coded, &data.training, data.shape)?)))
            .collect();
        let answer = LikelihoodTable {
            circumstances: Circumstances { data: Some(data.name), ..loaded.circumstances(&self.sampler) },
            settings: config.settings(),
            probes: match self.probes {
                Probes::Exact => "exact".into(),
                Probes::Signs(probes) => probes.into(),
            },
            nfe,
            held_out,
            trained_on,
            coders: coders?,
        };
        print(&answer, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
