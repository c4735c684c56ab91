//! One trajectory, frame by frame.

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::flow;
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};
use shared::measure::rmse;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::path;
use shared::solver::{self, Integration};
use shared::velocity::VelocityField;

use super::port::{breathe, post};
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Frame, Job, Leg, Looks, Task};

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
}

/// A job under way.
struct Run<'a, W> {
    model: &'a Model,
    job: &'a Job,
    wanted: W,
    /// When it began, in milliseconds.
    began: f64,
}

/// A frame and its numbers.
type Known = (solver::Frame<Tensor<4>>, Vec<f32>);

/// The end of a leg.
struct End {
    frame: solver::Frame<Tensor<4>>,
    values: Vec<f32>,
    /// Network evaluations so far, in the whole job.
    nfe: u32,
}

/// Computes a job that the model can run, as long as it is `wanted`.
pub(crate) async fn run(model: &Model, job: &Job, wanted: impl Fn() -> bool) -> Result<Done, Unfinished> {
    let run = Run { model, job, wanted, began: js_sys::Date::now() };
    match &job.task {
        Task::Generate { classes, seed, first } => run.generate(classes, Seed(*seed), *first).await,
        Task::Translate { pixels, from, to, converged } => run.translate(pixels, *from, *to, *converged).await,
    }
}

impl<W: Fn() -> bool> Run<'_, W> {
    async fn generate(&self, classes: &[usize], seed: Seed, first: u64) -> Result<Done, Unfinished> {
        let values = self.model.shape.values();
        let noise: Vec<f32> =
            (first..first + classes.len() as u64).flat_map(|number| seed.noise(number, values)).collect();
        let (field, grid) = (self.field(classes, self.job.guidance), self.job.spacing.grid(self.job.intervals));
        let start = self.tensor(noise, classes.len());
        let end = self.follow(flow::decode(field, self.job.solver, &grid, start), Leg::Decode, 0).await?;
        Ok(self.done(end.nfe))
    }

    async fn translate(&self, pixels: &[u8], from: usize, to: usize, converged: bool) -> Result<Done, Unfinished> {
        let image = values_from_pixels(self.model.shape, pixels);
        let start = || self.tensor(image.clone(), 1);
        let (solver, grid) = (self.job.solver, self.job.spacing.grid(self.job.intervals));
        let source = || self.field(&[from], 1.0);

        let noise = self.follow(flow::encode(source(), solver, &grid, start()), Leg::Encode, 0).await?;
        let encoded = noise.frame.into_encoded();
        // As in `flow::translate`, the target begins from the noise alone: what the solver remembers undoes steps of the
        // source, which only the way back takes.
        let target = self.field(&[to], self.job.guidance);
        let result = flow::decode(target, solver, &grid, encoded.state().clone());
        let result = self.follow(result, Leg::Decode, noise.nfe).await?;
        let mut done = self.done(result.nfe);

        let back = self.follow(flow::decode(source(), solver, &grid, encoded), Leg::Return, result.nfe).await?;
        done.round_trip_rmse = Some(rmse(&image, &back.values));
        if converged {
            let (solver, intervals, spacing) = flow::CONVERGED;
            let fine = flow::encode(source(), solver, &spacing.grid(intervals), start());
            let fine = self.follow(fine, Leg::Converge, back.nfe).await?;
            done.converged_rmse = Some(rmse(&noise.values, &fine.values));
        }
        Ok(done)
    }

    fn field(&self, classes: &[usize], weight: f64) -> NetField<'_> {
        let conditions: Vec<Condition> = classes.iter().map(|class| Condition::Class(*class)).collect();
        NetField::new(&self.model.net, &conditions, weight, &self.model.device)
    }

    fn tensor(&self, values: Vec<f32>, batch: usize) -> Tensor<4> {
        Tensor::from_data(TensorData::new(values, self.model.shape.batch(batch)), &self.model.device)
    }

    /// The job after its last frame that counts; measures are still to come.
    fn done(&self, nfe: u32) -> Done {
        let seconds = (js_sys::Date::now() - self.began) / 1000.0;
        Done { id: self.job.id, nfe, seconds, round_trip_rmse: None, converged_rmse: None }
    }

    /// Shows every frame of `integration` to the page; `spent` evaluations came before it.
    async fn follow<F: VelocityField<Tensor<4>>>(
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
            let values = read(strip.iter().map(|frame| frame.state.clone()).collect()).await;
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

    fn go_on(&self) -> Result<(), Unfinished> {
        if (self.wanted)() { Ok(()) } else { Err(Unfinished::Dropped) }
    }
}

/// The numbers of some tensors in one transfer, awaited: a browser must never be made to wait.
async fn read(tensors: Vec<Tensor<4>>) -> Vec<f32> {
    let data = Tensor::cat(tensors, 0).into_data_async().await.expect("the device still works");
    data.iter::<f32>().collect()
}
