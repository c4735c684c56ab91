//! Trajectories, frame by frame.

use std::cell::RefCell;
use std::num::NonZeroU32;

use burn::tensor::{Device, Tensor, TensorData};
use shared::card::Direct;
use shared::condition::{Condition, NetField};
use shared::image::{ImageShape, pixels_from_values};
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::path;
use shared::solver::{self, Integration, Solver};
use shared::time::Spacing;
use shared::velocity::VelocityField;

use super::port::{breathe, post};
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Frame, Job, Leg, Looks, Start, Task};

/// Whether numbers come from another device. Each transfer then takes its time, in some browsers a tenth of a second, so
/// frames wait for each other, as many as fit into [`SIGHT`].
const FAR: bool = cfg!(feature = "gpu-engine");

/// How long frames may wait, in milliseconds: shorter than a visitor sees.
const SIGHT: f64 = 100.0;

/// A model on its device.
pub(crate) struct Model {
    pub(crate) net: VelocityNet,
    pub(crate) shape: ImageShape,
    pub(crate) device: Device,
    /// The names of its classes.
    pub(crate) classes: Vec<String>,
    /// From where to where it leads, if not from noise.
    pub(crate) direct: Option<Direct>,
    /// Noises of images that were mixed lately: a visitor moves between the same ones for a while.
    pub(super) noises: RefCell<Vec<Noised>>,
}

/// An image, how it was encoded, and its noise.
pub(super) type Noised = ((Start, Solver, NonZeroU32, Spacing), Vec<f32>);

/// A job under way.
pub(super) struct Run<'a, W> {
    pub(super) model: &'a Model,
    pub(super) job: &'a Job,
    wanted: W,
    /// When it began, in milliseconds.
    began: f64,
}

/// A frame and its numbers.
type Known = (solver::Frame<Tensor<4>>, Vec<f32>);

/// The end of a leg.
pub(super) struct End {
    pub(super) frame: solver::Frame<Tensor<4>>,
    pub(super) values: Vec<f32>,
    /// Network evaluations so far, in the whole job.
    pub(super) nfe: u32,
}

/// Computes a job that the model can run, as long as it is `wanted`.
pub(crate) async fn run(model: &Model, job: &Job, wanted: impl Fn() -> bool) -> Result<Done, Unfinished> {
    let run = Run { model, job, wanted, began: js_sys::Date::now() };
    match &job.task {
        Task::Generate { classes, seed, first } => run.generate(classes, Seed(*seed), *first).await,
        Task::Translate(translation) => run.translate(translation).await,
        Task::Mix(mixing) => run.mix(mixing).await,
        Task::Return(trials) => run.go_and_return(trials).await,
    }
}

impl<W: Fn() -> bool> Run<'_, W> {
    pub(super) fn field(&self, classes: &[usize], weight: f64) -> NetField<'_> {
        let conditions: Vec<Condition> = classes.iter().map(|class| Condition::Class(*class)).collect();
        NetField::new(&self.model.net, &conditions, weight, &self.model.device)
    }

    pub(super) fn tensor(&self, values: Vec<f32>, batch: usize) -> Tensor<4> {
        Tensor::from_data(TensorData::new(values, self.model.shape.batch(batch)), &self.model.device)
    }

    /// The job after its last frame that counts; measures are still to come.
    pub(super) fn done(&self, nfe: u32) -> Done {
        let seconds = (js_sys::Date::now() - self.began) / 1000.0;
        Done { id: self.job.id, nfe, seconds, full: true, round_trip_rmse: None, converged_rmse: None }
    }

    /// Shows every frame of `integration` to the page; `spent` evaluations came before it.
    pub(super) async fn follow<F: VelocityField<Tensor<4>>>(
        &self,
        integration: Integration<Tensor<4>, F>,
        leg: Leg,
        spent: u32,
    ) -> Result<End, Unfinished> {
        let (count, mut strip, mut known, mut at_once) = (integration.len(), Vec::new(), Vec::<Known>::new(), 1);
        let mut since = js_sys::Date::now();
        for (index, frame) in integration.enumerate() {
            strip.push(frame);
            let last = index + 1 == count;
            if strip.len() < at_once && !last {
                continue;
            }
            let values = read(strip.iter().map(|frame| frame.state.clone()).collect()).await?;
            self.go_on()?;
            let (frames, size) = (strip.len(), values.len() / strip.len());
            known.extend(strip.drain(..).zip(values.chunks_exact(size).map(<[f32]>::to_vec)));
            // The latest waits for the next one, which tells its velocity; but the last has none.
            let ready = if last { known.len() } else { known.len() - 1 };
            for number in 0..ready {
                let (frame, first) = (&known[number].0, index + 1 - known.len());
                let (index, nfe, looks) = (first + number, spent + frame.nfe, self.looks(&known, number));
                post(&Event::Frame(Frame { id: self.job.id, leg, time: frame.time.get(), index, nfe, looks }));
            }
            known.drain(..known.len() - 1);
            breathe().await;
            self.go_on()?;
            let now = js_sys::Date::now();
            if FAR {
                at_once = (SIGHT * frames as f64 / (now - since).max(1.0)).max(1.0) as usize;
            }
            since = now;
        }
        let (frame, values) = known.pop().expect("a trajectory has at least two frames");
        let nfe = spent + frame.nfe;
        Ok(End { frame, values, nfe })
    }

    /// A frame as it is, the images that it heads for, and the noises that it comes from; at the velocity until the next frame
    /// or, where there is none, from the one before. Here and not on the device, where each operation takes its time.
    fn looks(&self, known: &[Known], number: usize) -> Looks {
        let [(before, from), (after, to)] = &known[number.min(known.len() - 2)..][..2] else {
            unreachable!("two frames")
        };
        let (frame, values) = &known[number];
        let seconds = after.time.get() - before.time.get();
        let moving = values.iter().zip(from.iter().zip(to)).map(|(state, (from, to))| {
            let velocity = f64::from(to - from) / seconds;
            let (noise, image) = path::ends(f64::from(*state), &velocity, frame.time);
            (noise as f32, image as f32)
        });
        let (noise, image): (Vec<f32>, Vec<f32>) = moving.unzip();
        Looks { state: self.pixels(values), image: self.pixels(&image), noise: self.pixels(&noise) }
    }

    /// The pixels of some images' values.
    fn pixels(&self, values: &[f32]) -> Vec<u8> {
        let images = values.chunks_exact(self.model.shape.values());
        images.flat_map(|image| pixels_from_values(self.model.shape, image)).collect()
    }

    pub(super) fn go_on(&self) -> Result<(), Unfinished> {
        if (self.wanted)() { Ok(()) } else { Err(Unfinished::Dropped) }
    }
}

/// The numbers of some tensors in one transfer, awaited: a browser must never be made to wait.
///
/// # Errors
/// If the device is gone.
pub(super) async fn read(tensors: Vec<Tensor<4>>) -> Result<Vec<f32>, Unfinished> {
    let data = Tensor::cat(tensors, 0).into_data_async().await.map_err(|_error| Unfinished::Lost)?;
    Ok(data.iter::<f32>().collect())
}
