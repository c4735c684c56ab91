//! One trajectory, frame by frame.

use std::future::Future;

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::flow;
use shared::image::{ImageShape, pixels_from_values, values_from_pixels};
use shared::measure::rmse;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::Integration;
use shared::time::TimeGrid;
use web::protocol::{Event, Frame, Job, Leg, Task};

use super::port::{breathe, post};

/// A model on its device.
pub(crate) struct Model {
    pub(crate) net: VelocityNet,
    pub(crate) shape: ImageShape,
    pub(crate) device: Device,
}

/// A job was dropped before its end.
pub(crate) struct Dropped;

/// Where frames go.
struct Reporter<'a, F> {
    job: &'a Job,
    shape: ImageShape,
    wanted: F,
}

/// Computes `job`, as long as it is `wanted`.
pub(crate) async fn run(model: &Model, job: &Job, wanted: impl Fn() -> bool) -> Result<(), Dropped> {
    let began = js_sys::Date::now();
    let reporter = Reporter { job, shape: model.shape, wanted };
    let (nfe, round_trip_rmse) = match &job.task {
        Task::Generate { classes, seed } => (generate(model, job, classes, Seed(*seed), &reporter).await?, None),
        Task::Translate { pixels, from, to } => {
            let (nfe, rmse) = translate(model, job, pixels, *from, *to, &reporter).await?;
            (nfe, Some(rmse))
        }
    };
    let seconds = (js_sys::Date::now() - began) / 1000.0;
    post(&Event::Done { id: job.id, nfe, seconds, round_trip_rmse });
    Ok(())
}

async fn generate<F: Fn() -> bool>(
    model: &Model,
    job: &Job,
    classes: &[usize],
    seed: Seed,
    reporter: &Reporter<'_, F>,
) -> Result<u32, Dropped> {
    let noise: Vec<f32> = (0..classes.len() as u64).flat_map(|i| seed.noise(i, model.shape.values())).collect();
    let conditions: Vec<Condition> = classes.iter().map(|&class| Condition::Class(class)).collect();
    let field = NetField::new(&model.net, &conditions, job.guidance, &model.device);
    let start = tensor(model, noise, classes.len());
    let end = reporter.follow(flow::decode(field, job.solver, &grid(job), start), Leg::Decode, 0).await?;
    Ok(end.nfe)
}

/// Evaluations of the translation, and the error of the round trip. The evaluations of the way back are not counted in.
async fn translate<F: Fn() -> bool>(
    model: &Model,
    job: &Job,
    pixels: &[u8],
    from: usize,
    to: usize,
    reporter: &Reporter<'_, F>,
) -> Result<(u32, f64), Dropped> {
    let image = values_from_pixels(model.shape, pixels);
    let field = |class, weight| NetField::new(&model.net, &[Condition::Class(class)], weight, &model.device);
    let (grid, solver) = (grid(job), job.solver);

    let start = tensor(model, image.clone(), 1);
    let noise = reporter.follow(flow::encode(field(from, 1.0), solver, &grid, start), Leg::Encode, 0).await?;
    let target = flow::decode(field(to, job.guidance), solver, &grid, noise.state.clone());
    let result = reporter.follow(target, Leg::Decode, noise.nfe).await?;
    let back = flow::decode(field(from, 1.0), solver, &grid, noise.state);
    let back = reporter.follow(back, Leg::Return, result.nfe).await?;
    Ok((result.nfe, rmse(&image, &back.values)))
}

fn grid(job: &Job) -> TimeGrid {
    TimeGrid::uniform(job.intervals)
}

fn tensor(model: &Model, values: Vec<f32>, batch: usize) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, model.shape.batch(batch)), &model.device)
}

/// The end of a leg.
struct End {
    state: Tensor<4>,
    values: Vec<f32>,
    nfe: u32,
}

impl<F: Fn() -> bool> Reporter<'_, F> {
    /// Shows every frame of `integration` to the page; `spent` evaluations came before it.
    async fn follow<V>(&self, integration: Integration<Tensor<4>, V>, leg: Leg, spent: u32) -> Result<End, Dropped>
    where
        V: shared::velocity::VelocityField<Tensor<4>>,
    {
        let mut end = None;
        for (index, frame) in integration.enumerate() {
            let values = read(frame.state.clone()).await;
            let nfe = spent + frame.nfe;
            let pixels = values.chunks_exact(self.shape.values());
            let pixels = pixels.flat_map(|image| pixels_from_values(self.shape, image)).collect();
            if !(self.wanted)() {
                return Err(Dropped);
            }
            post(&Event::Frame(Frame { id: self.job.id, leg, time: frame.time.get(), index, nfe, pixels }));
            end = Some(End { state: frame.state, values, nfe });
            breathe().await;
            if !(self.wanted)() {
                return Err(Dropped);
            }
        }
        Ok(end.expect("a trajectory has at least two frames"))
    }
}

/// The numbers of a tensor, awaited: a browser must never be made to wait.
fn read(tensor: Tensor<4>) -> impl Future<Output = Vec<f32>> {
    async move {
        let data = tensor.into_data_async().await.expect("the device still works");
        data.iter::<f32>().collect()
    }
}
