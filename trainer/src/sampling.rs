//! Many pictures from a field: noise in, values out, in batches that fit the device.

use std::num::NonZeroU32;

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::flow;
use shared::image::ImageShape;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::TimeGrid;

/// Pictures that go through the network together.
const BATCH: usize = 100;

/// How to cross from noise to image or back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// The method.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// The guidance weight.
    pub guidance: f64,
}

/// Pictures and what each of them cost.
#[derive(Clone, Debug)]
pub struct Pictures {
    /// The values of each picture.
    pub values: Vec<Vec<f32>>,
    /// Network passes for each of them.
    pub nfe: u32,
}

/// A network that is ready to use.
#[derive(Clone, Debug)]
pub struct Ready<'a> {
    /// The network.
    pub net: &'a VelocityNet,
    /// The size of its pictures.
    pub shape: ImageShape,
    /// Where it computes.
    pub device: &'a Device,
}

impl Ready<'_> {
    /// One picture for each condition; picture `i` grows from noise number `first + i` of `seed`.
    pub fn generate(&self, conditions: &[Condition], journey: Journey, seed: Seed, first: u64) -> Pictures {
        let noise =
            (0..conditions.len() as u64).map(|i| seed.noise(first + i, self.shape.values())).collect::<Vec<_>>();
        self.decode(&noise, conditions, journey)
    }

    /// Noise to image.
    pub fn decode(&self, noise: &[Vec<f32>], conditions: &[Condition], journey: Journey) -> Pictures {
        self.integrate(noise, conditions, journey, &TimeGrid::uniform(journey.intervals))
    }

    /// Image to noise.
    pub fn encode(&self, images: &[Vec<f32>], conditions: &[Condition], journey: Journey) -> Pictures {
        self.integrate(images, conditions, journey, &TimeGrid::uniform(journey.intervals).reversed())
    }

    fn integrate(&self, start: &[Vec<f32>], conditions: &[Condition], journey: Journey, grid: &TimeGrid) -> Pictures {
        let mut pictures = Pictures { values: Vec::with_capacity(start.len()), nfe: 0 };
        for (start, conditions) in start.chunks(BATCH).zip(conditions.chunks(BATCH)) {
            let field = NetField::new(self.net, conditions, journey.guidance, self.device);
            let end = flow::decode(field, journey.solver, grid, self.tensor(start)).finish();
            pictures.nfe = end.passes;
            pictures.values.extend(self.values(end.state));
        }
        pictures
    }

    /// Pictures as one tensor [batch, channels, height, width].
    pub fn tensor(&self, pictures: &[Vec<f32>]) -> Tensor<4> {
        Tensor::from_data(TensorData::new(pictures.concat(), self.shape.batch(pictures.len())), self.device)
    }

    /// The pictures of a tensor [batch, channels, height, width].
    pub fn values(&self, tensor: Tensor<4>) -> Vec<Vec<f32>> {
        let values: Vec<f32> = tensor.into_data().iter::<f32>().collect();
        values.chunks_exact(self.shape.values()).map(<[f32]>::to_vec).collect()
    }
}

/// Every class in turn.
pub fn balanced(count: usize, classes: usize) -> Vec<Condition> {
    (0..count).map(|i| Condition::Class(i % classes)).collect()
}
