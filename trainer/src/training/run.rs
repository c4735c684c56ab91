//! A run: step, measure, save, stop.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use indicatif::ProgressBar;
use shared::card::{Direct, ModelCard};
use shared::checkpoint::{Checkpoint, Precision};
use shared::condition::Condition;
use shared::image::values_from_pixels;
use shared::model::{JUMPS, VelocityNet};
use shared::noise::Seed;
use shared::parameters::{self, Parameters};
use shared::solver::Solver;
use shared::time::Spacing;

use crate::data::Dataset;
use crate::device::Chosen;
use crate::files;
use crate::files::image;
use crate::report::progress;
use crate::sampler::{DirectOptions, Ready, SamplerConfig};
use crate::training::batch::Batches;
use crate::training::config::TrainingConfig;
use crate::training::journal::{Event, Journal};
use crate::training::optimiser::Optimiser;
use crate::training::pairs::TrainingPairs;
use crate::training::run_folder::RunFolder;
use crate::training::state::{Progress, TrainingState};
use crate::training::step::{StepContext, step};

/// Steps between two looks at the loss: each look waits for the device.
const REPORT_EVERY_STEPS: u64 = 10;

/// Images of each class on a sample sheet.
const SHEET_COLUMNS: usize = 10;

/// The trajectory of the sheets that a run draws of itself.
const SHEET_SAMPLER: SamplerConfig =
    SamplerConfig { solver: Solver::Midpoint, intervals: TEN, spacing: Spacing::Uniform, guidance: 1.0 };
const TEN: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It saw all its images.
    Finished,
    /// The user stopped it; everything is saved.
    Interrupted,
}

/// A run in progress.
pub struct Run<'a> {
    folder: &'a RunFolder,
    config: &'a TrainingConfig,
    data: &'a Dataset,
    pairs: &'a TrainingPairs<'a>,
    chosen: &'a Chosen,
    net: VelocityNet,
    optimiser: Optimiser,
    progress: Progress,
    journal: Journal,
}

impl<'a> Run<'a> {
    /// A run at its beginning or, to `resume`, where its last saved state left it.
    ///
    /// # Errors
    /// If the configuration does not fit the data, its `init` or the saved state cannot be used, or the folder cannot be
    /// written.
    pub fn begin(
        folder: &'a RunFolder,
        config: &'a TrainingConfig,
        (data, pairs): (&'a Dataset, &'a TrainingPairs<'a>),
        chosen: &'a Chosen,
        resume: bool,
    ) -> Result<Self> {
        let begin = if resume { Self::resume } else { Self::start };
        begin(folder, config, (data, pairs), chosen)
    }

    /// A run at its beginning.
    fn start(
        folder: &'a RunFolder,
        config: &'a TrainingConfig,
        (data, pairs): (&'a Dataset, &'a TrainingPairs<'a>),
        chosen: &'a Chosen,
    ) -> Result<Self> {
        let mut run = Self::fresh(folder, config, (data, pairs), chosen)?;
        if let Some(path) = &config.init {
            let context = || format!("cannot begin with the weights of {} (init)", path.display());
            let model = Checkpoint::from_bytes(&files::read(path)?).with_context(context)?;
            let weights = initial_parameters(parameters::of(&run.net), model);
            run.net = parameters::restore(run.net, weights).with_context(context)?;
            run.optimiser = Optimiser::new(&run.net);
        }
        Ok(run)
    }

    /// A run where its last saved state left it.
    fn resume(
        folder: &'a RunFolder,
        config: &'a TrainingConfig,
        (data, pairs): (&'a Dataset, &'a TrainingPairs<'a>),
        chosen: &'a Chosen,
    ) -> Result<Self> {
        let mut run = Self::fresh(folder, config, (data, pairs), chosen)?;
        let TrainingState { progress, network, optimiser } = folder.state()?;
        run.net = parameters::restore(run.net, network).context("the saved state does not fit the configuration")?;
        run.optimiser = Optimiser::from_parameters(optimiser, &chosen.device);
        run.progress = progress;
        Ok(run)
    }

    /// A run that has seen nothing, with weights of its own.
    fn fresh(
        folder: &'a RunFolder,
        config: &'a TrainingConfig,
        (data, pairs): (&'a Dataset, &'a TrainingPairs<'a>),
        chosen: &'a Chosen,
    ) -> Result<Self> {
        let device = chosen.device.clone().autodiff();
        // burn draws fresh weights from a generator of the device.
        chosen.device.seed(config.seed);
        let net = config.network.init(data.shape, data.classes.len(), &device)?.with_dropout(config.training.dropout);
        let optimiser = Optimiser::new(&net);
        let journal = Journal::open(&folder.path("journal.jsonl"))?;
        Ok(Run { folder, config, data, pairs, chosen, net, optimiser, progress: Progress::default(), journal })
    }

    /// Trains to the end, or until `stop` is set.
    ///
    /// # Errors
    /// If the loss is no longer finite, or a file cannot be written.
    pub fn train(&mut self, stop: &AtomicBool) -> Result<Ending> {
        let ending = self.train_until(self.config.training.images, stop)?;
        if ending == Ending::Finished {
            let Progress { images_seen, seconds, .. } = self.progress;
            self.journal.write(&Event::Finished { images_seen, seconds })?;
        }
        Ok(ending)
    }

    /// Trains until so many images were seen, and saves; the learning rate is still that of the whole training.
    ///
    /// # Errors
    /// Like [`train`](Self::train).
    pub fn train_until(&mut self, until: u64, stop: &AtomicBool) -> Result<Ending> {
        let (training, output) = (self.config.training, self.config.output);
        let device = self.chosen.device.clone().autodiff();
        let seed = Seed(self.config.seed);
        let objective = &self.config.objective;
        let mut batches = Batches::new(self.pairs, self.data.shape, seed, &training, objective.times);
        self.journal.write(&Event::Started {
            images_seen: self.progress.images_seen,
            device: &self.chosen.name,
            data: &self.data.name,
            parameters: self.net.num_params(),
        })?;
        let bar = progress::bar(training.images, "images").with_position(self.progress.images_seen);
        bar.reset_eta();
        let mut window = LossWindow::new();
        while self.progress.images_seen < until {
            if stop.load(Ordering::Relaxed) {
                return self.interrupted(&bar);
            }
            let began = Instant::now();
            let batch = batches.batch(self.progress.steps);
            if training.dropout > 0.0 {
                // What is dropped must not depend on where a run was resumed.
                self.chosen.device.seed(self.config.seed.wrapping_add(self.progress.steps));
            }
            let context = StepContext { objective, training: &training, shape: self.data.shape, device: &device };
            let (net, loss) = step(self.net.clone(), &mut self.optimiser, batch, context, self.progress);
            self.net = net;
            let before = self.progress.images_seen;
            self.progress.steps += 1;
            self.progress.images_seen += training.batch as u64;
            window.add(loss, training.batch);
            let done = self.progress.images_seen >= until;
            if done || self.progress.steps.is_multiple_of(REPORT_EVERY_STEPS) {
                self.report(&mut window, &bar)?;
            }
            self.progress.seconds += began.elapsed().as_secs_f64();
            let passed = |every: u64| before / every != self.progress.images_seen / every;
            let (save, sheet) = (passed(output.save_every_images), passed(output.sheet_every_images));
            if save || done {
                self.save()?;
            }
            if sheet || done {
                self.sheet()?;
            }
        }
        bar.finish();
        Ok(Ending::Finished)
    }

    fn report(&mut self, window: &mut LossWindow, bar: &ProgressBar) -> Result<()> {
        let (loss, images_per_second) = window.take();
        let images_seen = self.progress.images_seen;
        bar.set_position(images_seen);
        bar.set_message(format!("loss {loss:.4} · {images_per_second:.0} images/s"));
        if bar.is_hidden() && self.progress.steps.is_multiple_of(10 * REPORT_EVERY_STEPS) {
            eprintln!("{images_seen} images · loss {loss:.4} · {images_per_second:.0} images/s");
        }
        if !loss.is_finite() {
            bar.abandon();
            self.journal.write(&Event::NotFinite { images_seen })?;
            let broken = self.folder.path("not-finite.safetensors");
            files::write_atomically(&broken, &self.state().to_bytes()?)?;
            bail!(
                "the loss is not finite after {images_seen} images. The broken state is in {}; the last good one is \
                 kept, if one was saved. Start again with a lower training.learning_rate",
                broken.display()
            );
        }
        self.journal.write(&Event::Trained { images_seen, loss, images_per_second })
    }

    fn interrupted(&mut self, bar: &ProgressBar) -> Result<Ending> {
        bar.abandon();
        self.save()?;
        self.journal.write(&Event::Interrupted { images_seen: self.progress.images_seen })?;
        Ok(Ending::Interrupted)
    }

    fn state(&self) -> TrainingState {
        TrainingState {
            progress: self.progress,
            network: parameters::of(&self.net),
            optimiser: self.optimiser.to_parameters(&self.net),
        }
    }

    /// Saves what resuming needs, and the model as it is now.
    fn save(&mut self) -> Result<()> {
        files::write_atomically(&self.folder.path("state.safetensors"), &self.state().to_bytes()?)?;
        let model = self.checkpoint()?.to_bytes(Precision::Single)?;
        files::write_atomically(&self.folder.path("model.safetensors"), &model)?;
        self.journal.write(&Event::Saved { images_seen: self.progress.images_seen })
    }

    /// The model with the averaged weights.
    fn checkpoint(&self) -> Result<Checkpoint> {
        let (config, data) = (self.config, self.data);
        Ok(Checkpoint {
            shape: data.shape,
            network: config.network,
            card: ModelCard {
                name: config.name.clone(),
                data: data.name.clone(),
                licence: data.licence.clone(),
                classes: data.classes.clone(),
                training_images: data.training.len() as u64,
                images_seen: self.progress.images_seen,
                seconds: self.progress.seconds,
                device: self.chosen.name.clone(),
                seed: config.seed,
                configuration: config.to_toml()?,
                direct: config.objective.coupling.direct(),
                measures: Vec::new(),
            },
            parameters: self.optimiser.average(&self.net),
            examples: data.examples(config.output.examples_per_class),
        })
    }

    /// Draws the sample sheet: one row for each class, from the same noise every time.
    fn sheet(&mut self) -> Result<()> {
        let (images_seen, config) = (self.progress.images_seen, self.config);
        let name = format!("sheet-{images_seen:09}.png");
        let device: &Device = &self.chosen.device;
        let net = self.checkpoint()?.network(device)?;
        let sampler = Sampler { net: &net, shape: self.data.shape, device };
        match config.objective.coupling.direct() {
            Some(direct) => write_direct_sheet(&sampler, self.data, &direct, &self.folder.path(&name))?,
            None => write_sheet(&sampler, Seed(config.seed), &self.folder.path(&name))?,
        }
        std::fs::copy(self.folder.path(&name), self.folder.path("sheet.png")).context("cannot copy the sheet")?;
        self.journal.write(&Event::Sheet { images_seen, file: &name })
    }
}

/// The weights of `model`; what only a shortcut model has, and `model` has not, stays `fresh`.
fn initial_parameters(fresh: Parameters, model: Checkpoint) -> Parameters {
    let jumps = fresh.into_iter().filter(|(name, _)| name.starts_with(JUMPS));
    jumps.chain(model.parameters).collect()
}

fn write_sheet(sampler: &Sampler<'_>, seed: Seed, path: &Path) -> Result<()> {
    let conditions: Vec<Condition> =
        (0..sampler.net.classes()).flat_map(|class| [Condition::Class(class); SHEET_COLUMNS]).collect();
    let images = sampler.generate(&conditions, SHEET_SAMPLER, seed, 0);
    image::write_sheet(path, sampler.shape, &images.values, SHEET_COLUMNS)
}

/// Held-out sources above what becomes of them.
fn write_direct_sheet(sampler: &Sampler<'_>, data: &Dataset, direct: &Direct, path: &Path) -> Result<()> {
    let class = data.class(&direct.from).context("the class to start from")?;
    let sources = data.held_out.iter().filter(|example| usize::from(example.class) == class).take(SHEET_COLUMNS);
    let sources: Vec<Vec<f32>> = sources.map(|example| values_from_pixels(data.shape, &example.pixels)).collect();
    let (columns, target) = (sources.len(), data.class(&direct.to).context("the class to reach")?);
    let start = DirectOptions { noise: direct.noise, seed: Seed(0), repeats: NonZeroU32::MIN };
    let reached = sampler.direct(&sources, Condition::Class(target), SHEET_SAMPLER, start);
    image::write_sheet(path, sampler.shape, &[sources, reached.values].concat(), columns)
}

/// The steps since the last look at the loss.
struct LossWindow {
    loss: Option<Tensor<1>>,
    steps: usize,
    images: usize,
    began: Instant,
}

impl LossWindow {
    fn new() -> Self {
        LossWindow { loss: None, steps: 0, images: 0, began: Instant::now() }
    }

    fn add(&mut self, loss: Tensor<1>, images: usize) {
        self.loss = Some(match self.loss.take() {
            Some(sum) => sum + loss,
            None => loss,
        });
        self.steps += 1;
        self.images += images;
    }

    /// Mean loss and images a second; begins anew.
    fn take(&mut self) -> (f64, f64) {
        let sum = self.loss.take().map_or(f64::NAN, |loss| loss.into_scalar::<f64>());
        let result = (sum / self.steps as f64, self.images as f64 / self.began.elapsed().as_secs_f64());
        *self = LossWindow::new();
        result
    }
}
