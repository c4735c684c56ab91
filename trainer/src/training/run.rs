//! A run: step, measure, save, stop.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use burn::module::Module;
use indicatif::ProgressBar;
use rand_core::Rng;
use shared::card::{DatasetFacts, Learned, ModelCard};
use shared::checkpoint::{Checkpoint, Precision};
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::parameters;

use super::batch::Batches;
use super::config::TrainingConfig;
use super::initial_weights;
use super::journal::{Event, Journal};
use super::loss_window::LossWindow;
use super::optimiser::Optimiser;
use super::pairs::TrainingPairs;
use super::run_folder::RunFolder;
use super::sheet;
use super::state::{Progress, TrainingState};
use super::step::{StepContext, step};
use super::stopped::Stopped;
use crate::data::Dataset;
use crate::device::Chosen;
use crate::files;
use crate::report::progress;
use crate::sampler::Sampler;

/// Steps between two looks at the loss: each look waits for the device.
const REPORT_EVERY_STEPS: u64 = 10;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It saw all its images.
    Finished,
    /// The user stopped it; everything is saved.
    Interrupted,
}

/// What a run works with.
#[derive(Clone, Copy, Debug)]
pub struct RunInputs<'a> {
    /// Where it leaves what it makes.
    pub folder: &'a RunFolder,
    /// What to do.
    pub config: &'a TrainingConfig,
    /// The images.
    pub data: &'a Dataset,
    /// Who is paired with whom.
    pub pairs: &'a TrainingPairs<'a>,
    /// What computes.
    pub chosen: &'a Chosen,
}

/// A run in progress.
pub struct Run<'a> {
    inputs: RunInputs<'a>,
    facts: DatasetFacts,
    began_with: Option<Learned>,
    net: VelocityNet,
    optimiser: Optimiser,
    progress: Progress,
    /// The step of the last save.
    saved: Option<u64>,
    journal: Journal,
}

impl<'a> Run<'a> {
    /// A run at its beginning or, to `resume`, where its last saved state left it.
    ///
    /// # Errors
    /// If the configuration does not fit the data, its `init` or the saved state cannot be used, or the folder cannot be
    /// written.
    pub fn begin(inputs: RunInputs<'a>, resume: bool) -> Result<Self> {
        let RunInputs { folder, config, data, pairs, chosen } = inputs;
        // burn draws fresh weights from a generator of the device.
        chosen.device.seed(config.seed);
        let device = chosen.device.clone().autodiff();
        let mut net =
            config.network.init(data.shape, data.classes.len(), &device)?.with_dropout(config.training.dropout);
        let facts = data.facts(&config.data);
        let (optimiser, progress, began_with) = if resume {
            let TrainingState { progress, network, optimiser } = folder.state()?;
            let context = "the saved state does not fit the configuration";
            net = parameters::restore(net, network).context(context)?;
            let optimiser = Optimiser::from_parameters(optimiser, &net).context(context)?;
            let saved = folder.card(&facts)?;
            ensure!(
                progress.pairs.is_none() || progress.pairs == pairs.made(),
                "objective.coupling.reflow.pairs are not those that this run has learned from; bring them back, or begin a new run"
            );
            (optimiser, progress, saved.began_with)
        } else {
            let began_with = match &config.init {
                Some(path) => {
                    let (weights, learned) = initial_weights::read(path, config.network, parameters::of(&net))?;
                    net = parameters::restore(net, weights).with_context(|| initial_weights::context(path))?;
                    Some(learned)
                }
                None => None,
            };
            (Optimiser::new(&net), Progress { pairs: pairs.made(), ..Progress::default() }, began_with)
        };
        let journal = Journal::open(&folder.path("journal.jsonl"))?;
        Ok(Run { facts, began_with, inputs, net, optimiser, progress, saved: None, journal })
    }

    /// Whether it has seen all its images.
    pub fn is_finished(&self) -> bool {
        self.progress.images_seen >= self.inputs.config.training.images
    }

    /// Trains to the end, or until `stop` is set.
    ///
    /// # Errors
    /// If the loss is no longer finite, or a file cannot be written.
    pub fn train(&mut self, stop: &dyn Fn() -> bool) -> Result<Ending> {
        let ending = self.train_until(self.inputs.config.training.images, stop)?;
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
    pub fn train_until(&mut self, until: u64, stop: &dyn Fn() -> bool) -> Result<Ending> {
        let RunInputs { config, data, pairs, chosen, .. } = self.inputs;
        let TrainingConfig { training, output, objective, .. } = config;
        let device = chosen.device.clone().autodiff();
        let mut batches = Batches::new(pairs, data.shape, Seed(config.seed), training, objective.times);
        self.journal.write(&Event::Started {
            images_seen: self.progress.images_seen,
            device: &chosen.name,
            data: &data.name,
            parameters: self.net.num_params(),
        })?;
        let bar = progress::bar(training.images, "images").with_position(self.progress.images_seen);
        bar.reset_eta();
        let mut window = LossWindow::new();
        while self.progress.images_seen < until {
            if stop() {
                bar.abandon();
                return self.interrupted(&window);
            }
            let began = Instant::now();
            let batch = batches.batch(self.progress.steps);
            if training.dropout > 0.0 {
                // What is dropped must not depend on where a run was resumed.
                chosen.device.seed(Seed(config.seed).stream("dropout", self.progress.steps).next_u64());
            }
            let context = StepContext { objective, training, shape: data.shape, device: &device };
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
            if save || sheet || done {
                let paused = Instant::now();
                self.check(&window)?;
                self.save()?;
                // A sheet is no reason to end a training.
                if (sheet || done)
                    && let Err(error) = self.sheet()
                {
                    bar.suspend(|| eprintln!("note: the sample sheet was not drawn: {error:#}"));
                }
                window.leave_out(paused.elapsed());
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
            return self.broken("the loss is");
        }
        self.journal.write(&Event::Trained { images_seen, loss, images_per_second })
    }

    fn interrupted(&mut self, window: &LossWindow) -> Result<Ending> {
        self.check(window)?;
        self.save()?;
        self.journal.write(&Event::Interrupted { images_seen: self.progress.images_seen })?;
        Ok(Ending::Interrupted)
    }

    /// Refuses to go on with numbers that are not finite, before they replace any that are.
    fn check(&mut self, window: &LossWindow) -> Result<()> {
        if !window.is_finite() {
            return self.broken("the loss is");
        }
        if self.state().is_finite() { Ok(()) } else { self.broken("some weights are") }
    }

    fn broken(&mut self, what: &'static str) -> Result<()> {
        let images_seen = self.progress.images_seen;
        self.journal.write(&Event::NotFinite { images_seen })?;
        let broken = self.inputs.folder.path("not-finite.safetensors");
        files::write_atomically(&broken, &self.state().to_bytes()?)?;
        Err(Stopped::NotFinite { what, images_seen, broken }.into())
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
        if self.saved.replace(self.progress.steps) == Some(self.progress.steps) {
            return Ok(());
        }
        let (state, model) = (self.state().to_bytes()?, self.checkpoint()?.to_bytes(Precision::Single)?);
        self.inputs.folder.replace(&state, &model)?;
        self.journal.write(&Event::Saved { images_seen: self.progress.images_seen })
    }

    /// The model with the averaged weights.
    fn checkpoint(&self) -> Result<Checkpoint> {
        let RunInputs { config, data, pairs, chosen, .. } = self.inputs;
        Ok(Checkpoint {
            shape: data.shape,
            network: config.network,
            card: ModelCard {
                name: config.name.clone(),
                data: data.name.clone(),
                licence: data.licence.clone(),
                classes: data.classes.clone(),
                training_images: pairs.images_of(data) as u64,
                images_seen: self.progress.images_seen,
                seconds: self.progress.seconds,
                device: chosen.name.clone(),
                began_with: self.began_with,
                seed: config.seed,
                configuration: config.to_toml()?,
                dataset: Some(self.facts.clone()),
                direct: config.objective.coupling.direct(),
                reflowed: config.objective.coupling.is_reflow(),
                measures: Vec::new(),
            },
            parameters: self.optimiser.average(&self.net),
            examples: data.examples(config.output.examples_per_class),
        })
    }

    /// Draws the sample sheet with the averaged weights.
    fn sheet(&mut self) -> Result<()> {
        let RunInputs { folder, config, data, chosen, .. } = self.inputs;
        let images_seen = self.progress.images_seen;
        let name = format!("sheet-{images_seen:09}.png");
        let net = self.checkpoint()?.network(&chosen.device)?;
        let sampler = Sampler { net: &net, shape: data.shape, device: &chosen.device };
        match config.objective.coupling.direct() {
            Some(direct) => sheet::write_direct(&sampler, data, &direct, &folder.path(&name))?,
            None => sheet::write(&sampler, Seed(config.seed), &folder.path(&name))?,
        }
        files::write_atomically(&folder.path("sheet.png"), &files::read(&folder.path(&name))?)?;
        self.journal.write(&Event::Sheet { images_seen, file: &name })
    }
}
