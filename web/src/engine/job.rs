//! One trajectory, frame by frame.

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::flow;
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};
use shared::measure::rmse;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::{self, Integration};
use shared::velocity::VelocityField;

use super::port::{breathe, post};
use super::unfinished::Unfinished;
use crate::protocol::{Done, Event, Frame, Job, Leg, Task};

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
        Task::Generate { classes, seed } => run.generate(classes, Seed(*seed)).await,
        Task::Translate { pixels, from, to, converged } => run.translate(pixels, *from, *to, *converged).await,
    }
}

impl<W: Fn() -> bool> Run<'_, W> {
    async fn generate(&self, classes: &[usize], seed: Seed) -> Result<Done, Unfinished> {
        let values = self.model.shape.values();
        let noise: Vec<f32> = (0..classes.len() as u64).flat_map(|number| seed.noise(number, values)).collect();
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
        let mut end = None;
        for (index, frame) in integration.enumerate() {
            let values = read(frame.state.clone()).await;
            self.go_on()?;
            let nfe = spent + frame.nfe;
            let images = values.chunks_exact(self.model.shape.values());
            let pixels = images.flat_map(|image| pixels_from_values(self.model.shape, image)).collect();
            post(&Event::Frame(Frame { id: self.job.id, leg, time: frame.time.get(), index, nfe, pixels }));
            end = Some(End { frame, values, nfe });
            breathe().await;
            self.go_on()?;
        }
        Ok(end.expect("a trajectory has at least two frames"))
    }

    fn go_on(&self) -> Result<(), Unfinished> {
        if (self.wanted)() { Ok(()) } else { Err(Unfinished::Dropped) }
    }
}

/// The numbers of a tensor, awaited: a browser must never be made to wait.
async fn read(tensor: Tensor<4>) -> Vec<f32> {
    let data = tensor.into_data_async().await.expect("the device still works");
    data.iter::<f32>().collect()
}
