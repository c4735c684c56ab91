//! Variants compared: the same data, seeds and number of images; only what a variant changes differs.

use std::num::NonZeroU32;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use shared::card::DatasetFacts;
use shared::checkpoint::Checkpoint;
use shared::condition::ConditionedNet;
use shared::noise::Seed;
use shared::time::Spacing;

use super::classifier::Classifier;
use super::one_step::one_step_errors;
use super::reference::{Compared, Comparison, Reference};
use super::variant::Variant;
use crate::data::Dataset;
use crate::device::Chosen;
use crate::files;
use crate::report::circumstances::{Extractor, SolverSettings};
use crate::sampler::{Sampler, SamplerConfig, balanced};
use crate::training::config::TrainingConfig;
use crate::training::pairs::TrainingPairs;
use crate::training::run::{Ending, Run, RunInputs};
use crate::training::run_folder::{MODEL, RunFolder};
use crate::training::stopped::Stopped;

/// The trajectory whose images are measured.
pub const SAMPLER: SamplerConfig = SamplerConfig::DEFAULT;

/// A trajectory so fine that what its images lack is hardly the sampler's: whichever was published with an objective, its own
/// would lead to the same images.
pub const FINER: SamplerConfig = SamplerConfig { intervals: FORTY, ..SAMPLER };
const FORTY: NonZeroU32 = NonZeroU32::new(40).expect("40 is not 0");

/// Seeds of the noise that images are drawn from, in the end and on the way.
pub(super) const NOISES: u64 = 5;
pub(super) const NOISES_BEFORE: u64 = 2;

/// After how many tenths of the images models are measured.
const STAGES: [u64; 4] = [1, 2, 5, 10];

/// Trajectories that the one-step approximation is measured on.
pub(super) const PAIRS: usize = 100;

/// The answer of `study objectives` and of `study recipes`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StudyTable {
    /// The data set.
    pub data: String,
    /// The classifier whose features and decisions were used.
    #[serde(alias = "judge")]
    pub extractor: Extractor,
    /// Images that each training saw.
    pub images: u64,
    /// Channels of the network. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// Images drawn of each model.
    pub samples: usize,
    /// How the ten midpoint intervals that drew them are spread over time.
    #[serde(default = "Spacing::untold")]
    pub spacing: Spacing,
    /// What computed.
    pub device: String,
    /// As many real held-out images. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real: Option<Comparison>,
    /// A few training images, repeated. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Comparison>,
    /// The names of variants that are not shown, as a training of theirs ended in numbers that are not finite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diverged: Vec<String>,
    /// One for each variant and seed.
    pub outcomes: Vec<Outcome>,
}

/// What was measured of one variant with one seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The variant's name.
    #[serde(alias = "objective")]
    pub variant: String,
    /// The seed of its training.
    pub seed: u64,
    /// The Fréchet distance of images drawn with midpoint, 10 intervals, in the features of the classifier.
    #[serde(alias = "frechet_distance")]
    pub classifier_fid: f64,
    /// The same with [`FINER`], of the first seed of the noise. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converged_fid: Option<f64>,
    /// The first one in principal components of pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_fid: Option<f64>,
    /// The kernel distance, likewise.
    #[serde(alias = "kernel_distance")]
    pub classifier_kid: f64,
    /// Likewise.
    pub class_accuracy: f64,
    /// Multiplications with additions of one evaluation of its network, for one image. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiply_adds: Option<u64>,
    /// What training took, in seconds, by the clock.
    #[serde(default)]
    pub seconds: f64,
    /// The classifier FID on the way.
    #[serde(default)]
    pub curve: Vec<CurvePoint>,
    /// [`one_step_errors`] after a tenth of the images.
    pub one_step_early: Vec<f64>,
    /// [`one_step_errors`] after all of them.
    pub one_step_late: Vec<f64>,
}

/// How good a model was on the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Images seen until then.
    pub images: u64,
    /// The classifier FID.
    pub classifier_fid: f64,
}

/// An outcome as it is kept in its run's folder: the same command does not measure it again.
#[derive(Serialize, Deserialize)]
struct Kept {
    protocol: Protocol,
    outcome: Outcome,
}

/// How an outcome is measured.
#[derive(PartialEq, Serialize, Deserialize)]
struct Protocol {
    extractor: Extractor,
    samples: usize,
    sampler: SolverSettings,
    finer: SolverSettings,
    noises: (u64, u64),
}

impl Protocol {
    fn of(bench: &StudyBench<'_>) -> Self {
        Protocol {
            extractor: bench.classifier.profile.extractor(),
            samples: bench.samples,
            sampler: SAMPLER.settings(),
            finer: FINER.settings(),
            noises: (NOISES, NOISES_BEFORE),
        }
    }
}

/// What all variants have in common.
#[derive(Clone, Copy, Debug)]
pub struct StudyBench<'a> {
    /// The images.
    pub data: &'a Dataset,
    /// Which they are.
    pub facts: &'a DatasetFacts,
    /// What sees classes and extracts features.
    pub classifier: &'a Classifier,
    /// What drawn images are compared with.
    pub reference: &'a Reference<'a>,
    /// What computes.
    pub chosen: &'a Chosen,
    /// Images drawn of each model.
    pub samples: usize,
}

impl StudyBench<'_> {
    /// Trains and measures one variant in `path`; a run that was begun there is gone on with.
    ///
    /// # Errors
    /// If training fails, or is interrupted.
    pub fn measure(
        &self,
        variant: &Variant,
        config: &TrainingConfig,
        path: PathBuf,
        stop: &dyn Fn() -> bool,
    ) -> Result<Outcome> {
        let StudyBench { data, reference, chosen, samples, .. } = *self;
        let pairs = TrainingPairs::new(data, &config.objective.coupling)?;
        let (folder, begun) = RunFolder::open_or_create(path, config)?;
        let multiply_adds = Some(config.network.multiply_adds(data.shape));
        let (kept, protocol) = (folder.path("outcome.json"), Protocol::of(self));
        if kept.exists() {
            // What was measured otherwise, or by a program of before, is measured again.
            let read = serde_json::from_slice(&files::read(&kept)?);
            if let Ok(Kept { protocol: of, outcome }) = read
                && of == protocol
            {
                folder.card(self.facts)?;
                return Ok(Outcome { multiply_adds, ..outcome });
            }
        }
        let mut run = Run::begin(RunInputs { folder: &folder, config, data, pairs: &pairs, chosen }, begun)?;
        let mut stages = Vec::new();
        for tenths in STAGES {
            ensure!(!stop(), Stopped::Interrupted);
            let images = config.training.images * tenths / 10;
            let snapshot = folder.path(&format!("at-{images}.safetensors"));
            if !snapshot.exists() {
                go_on(&mut run, images, stop)?;
                files::write_atomically(&snapshot, &files::read(&folder.path(MODEL))?)?;
            }
            let model = Checkpoint::from_bytes(&files::read(&snapshot)?)?;
            let net = model.network(&chosen.device)?;
            let sampler = Sampler { net: &net, shape: data.shape, device: &chosen.device };
            let draw =
                |how, noises| reference.compare_drawn(&sampler, how, samples, Seed(0).following(noises), |_, _| ());
            let last = images == config.training.images;
            let measured = stages.is_empty() || last;
            stages.push(Stage {
                images,
                seconds: model.card.seconds,
                drawn: draw(SAMPLER, if last { NOISES } else { NOISES_BEFORE }),
                converged: last.then(|| draw(FINER, 1)),
                errors: if measured { one_step(&sampler, data) } else { Vec::new() },
            });
        }
        let (first, last) = (&stages[0], &stages[stages.len() - 1]);
        let mean_fid = |drawn: &Compared| drawn.spread(|c| c.classifier_fid).0;
        let outcome = Outcome {
            variant: variant.name.to_owned(),
            seed: config.seed,
            classifier_fid: mean_fid(&last.drawn),
            converged_fid: last.converged.as_ref().map(mean_fid),
            pixel_fid: Some(last.drawn.spread(|c| c.pixel_fid).0),
            classifier_kid: last.drawn.spread(|c| c.classifier_kid).0,
            class_accuracy: last.drawn.spread(|c| c.class_accuracy).0,
            multiply_adds,
            seconds: last.seconds,
            curve: stages
                .iter()
                .map(|stage| CurvePoint { images: stage.images, classifier_fid: mean_fid(&stage.drawn) })
                .collect(),
            one_step_early: first.errors.clone(),
            one_step_late: last.errors.clone(),
        };
        let bytes = serde_json::to_vec_pretty(&Kept { protocol, outcome: outcome.clone() })?;
        files::write_atomically(&kept, &bytes)?;
        Ok(outcome)
    }
}

/// What was measured on the way.
struct Stage {
    images: u64,
    seconds: f64,
    drawn: Compared,
    /// Of the last stage.
    converged: Option<Compared>,
    /// Of the first stage and of the last.
    errors: Vec<f64>,
}

/// Trains until so many images were seen; to be stopped on the way is an error that says how to go on.
///
/// # Errors
/// Those of training, and the interruption.
pub fn go_on(run: &mut Run<'_>, until: u64, stop: &dyn Fn() -> bool) -> Result<()> {
    match run.train_until(until, stop)? {
        Ending::Finished => Ok(()),
        Ending::Interrupted => Err(Stopped::Interrupted.into()),
    }
}

/// [`one_step_errors`] of images drawn of each class in turn.
fn one_step(sampler: &Sampler<'_>, data: &Dataset) -> Vec<f64> {
    let conditions = balanced(PAIRS, data.classes.len());
    let noise: Vec<Vec<f32>> = (0..PAIRS as u64).map(|i| Seed(1).noise(i, data.shape.values())).collect();
    one_step_errors(&ConditionedNet::new(sampler.net, &conditions, sampler.device), &sampler.tensor(&noise))
}
