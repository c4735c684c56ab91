//! Many images from a field: noise in, values out, in batches that fit the device.

pub mod likelihood;
pub mod translate;

use std::num::NonZeroU32;

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::flow;
use shared::image::ImageShape;
use shared::measure::rmse;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::{Spacing, TimeGrid};

/// Images that go through the network together.
pub const BATCH: usize = 100;

/// How to cross from noise to image or back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerConfig {
    /// The method.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// How they are spread over time.
    pub spacing: Spacing,
    /// The guidance weight.
    pub guidance: f64,
}

impl SamplerConfig {
    /// The moments from noise to image.
    pub fn grid(&self) -> TimeGrid {
        self.spacing.grid(self.intervals)
    }
}

/// How a direct translation begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DirectOptions {
    /// The deviation of the noise that is added to the image.
    pub noise: f64,
    /// Its seed.
    pub seed: Seed,
    /// Trajectories to take the mean of.
    pub repeats: NonZeroU32,
}

/// Images and what each of them cost.
#[derive(Clone, Debug)]
pub struct Samples {
    /// The values of each image.
    pub values: Vec<Vec<f32>>,
    /// Network evaluations for each of them.
    pub nfe: u32,
}

/// A network that is ready to use.
#[derive(Clone, Debug)]
pub struct Sampler<'a> {
    /// The network.
    pub net: &'a VelocityNet,
    /// The size of its images.
    pub shape: ImageShape,
    /// Where it computes.
    pub device: &'a Device,
}

impl Sampler<'_> {
    /// One image for each condition; image `i` grows from noise number `first + i` of `seed`.
    pub fn generate(&self, conditions: &[Condition], config: SamplerConfig, seed: Seed, first: u64) -> Samples {
        let noise =
            (0..conditions.len() as u64).map(|i| seed.noise(first + i, self.shape.values())).collect::<Vec<_>>();
        self.decode(&noise, conditions, config)
    }

    /// Like [`generate`](Self::generate) from the first noise on; `progress` hears how many are drawn.
    pub fn generate_many(
        &self,
        conditions: &[Condition],
        config: SamplerConfig,
        seed: Seed,
        mut progress: impl FnMut(usize),
    ) -> Samples {
        let mut drawn = Samples { values: Vec::with_capacity(conditions.len()), nfe: 0 };
        for part in conditions.chunks(BATCH) {
            let Samples { values, nfe } = self.generate(part, config, seed, drawn.values.len() as u64);
            drawn.values.extend(values);
            drawn.nfe = nfe;
            progress(drawn.values.len());
        }
        drawn
    }

    /// Noise to image.
    pub fn decode(&self, noise: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> Samples {
        self.integrate(noise, conditions, config, &config.grid())
    }

    /// Image to noise.
    pub fn encode(&self, images: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> Samples {
        self.integrate(images, conditions, config, &config.grid().reversed())
    }

    /// The mean root mean square difference of images to themselves, encoded and decoded under the same conditions.
    pub fn round_trip(&self, images: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> f64 {
        let grid = config.grid();
        let mut errors = Vec::with_capacity(images.len());
        for (images, conditions) in images.chunks(BATCH).zip(conditions.chunks(BATCH)) {
            let field = NetField::new(self.net, conditions, config.guidance, self.device);
            let noise = flow::encode(&field, config.solver, &grid, self.tensor(images)).finish();
            let back = self.values(config.solver.retrace(&field, grid.clone(), noise).finish().state);
            errors.extend(images.iter().zip(&back).map(|(image, back)| rmse(image, back)));
        }
        errors.iter().sum::<f64>() / errors.len() as f64
    }

    /// How far trajectories from noise are from straight: ∫‖(x₁ − x₀) − v‖² dt / ‖x₁ − x₀‖², by differences of the visited
    /// states, on average. 0 if the velocity never changes.
    pub fn straightness(&self, conditions: &[Condition], config: SamplerConfig, seed: Seed) -> f64 {
        let mut all = Vec::with_capacity(conditions.len());
        for (number, conditions) in conditions.chunks(BATCH).enumerate() {
            let first = (number * BATCH) as u64;
            let noise: Vec<Vec<f32>> =
                (0..conditions.len() as u64).map(|i| seed.noise(first + i, self.shape.values())).collect();
            let field = NetField::new(self.net, conditions, config.guidance, self.device);
            let frames: Vec<(f64, Tensor<4>)> = flow::decode(field, config.solver, &config.grid(), self.tensor(&noise))
                .map(|frame| (frame.time.get(), frame.state))
                .collect();
            let squares = |difference: Tensor<4>| difference.square().sum_dim(1).sum_dim(2).sum_dim(3);
            let whole = frames[frames.len() - 1].1.clone() - frames[0].1.clone();
            let parts = frames.windows(2).map(|pair| {
                let h = pair[1].0 - pair[0].0;
                squares(whole.clone() - (pair[1].1.clone() - pair[0].1.clone()) / h) * h
            });
            let straightness =
                parts.reduce(|a, b| a + b).expect("a trajectory has an interval") / squares(whole.clone());
            all.extend(straightness.into_data().iter::<f64>());
        }
        all.iter().sum::<f64>() / all.len() as f64
    }

    /// Images of one class to images of another, with a model that leads from one to the other: the mean of several
    /// trajectories, which differ in the noise that is added to the start; without noise there is one.
    pub fn direct(
        &self,
        images: &[Vec<f32>],
        target: Condition,
        config: SamplerConfig,
        start: DirectOptions,
    ) -> Samples {
        let DirectOptions { noise: deviation, seed, repeats } = start;
        let mut sum = Samples { values: vec![vec![0.0; self.shape.values()]; images.len()], nfe: 0 };
        let repeats = if deviation == 0.0 { NonZeroU32::MIN } else { repeats };
        for repeat in 0..u64::from(repeats.get()) {
            let noisy = |(number, image): (usize, &Vec<f32>)| {
                let noise = seed.noise(repeat * images.len() as u64 + number as u64, image.len());
                image.iter().zip(noise).map(|(x, z)| x + deviation as f32 * z).collect()
            };
            let starts: Vec<Vec<f32>> = images.iter().enumerate().map(noisy).collect();
            let reached = self.decode(&starts, &vec![target; images.len()], config);
            sum.nfe += reached.nfe;
            for (sum, one) in sum.values.iter_mut().zip(&reached.values) {
                sum.iter_mut().zip(one).for_each(|(sum, x)| *sum += x / repeats.get() as f32);
            }
        }
        sum
    }

    fn integrate(
        &self,
        start: &[Vec<f32>],
        conditions: &[Condition],
        config: SamplerConfig,
        grid: &TimeGrid,
    ) -> Samples {
        let mut images = Samples { values: Vec::with_capacity(start.len()), nfe: 0 };
        for (start, conditions) in start.chunks(BATCH).zip(conditions.chunks(BATCH)) {
            let field = NetField::new(self.net, conditions, config.guidance, self.device);
            let end = flow::decode(field, config.solver, grid, self.tensor(start)).finish();
            images.nfe = end.nfe;
            images.values.extend(self.values(end.state));
        }
        images
    }

    /// Images as one tensor [batch, channels, height, width].
    pub fn tensor(&self, images: &[Vec<f32>]) -> Tensor<4> {
        Tensor::from_data(TensorData::new(images.concat(), self.shape.batch(images.len())), self.device)
    }

    /// The images of a tensor [batch, channels, height, width].
    pub fn values(&self, tensor: Tensor<4>) -> Vec<Vec<f32>> {
        let values: Vec<f32> = tensor.into_data().iter::<f32>().collect();
        values.chunks_exact(self.shape.values()).map(<[f32]>::to_vec).collect()
    }
}

/// Every class in turn.
pub fn in_turn(count: usize, classes: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |i| i % classes)
}

/// Every class in turn, to draw under.
pub fn balanced(count: usize, classes: usize) -> Vec<Condition> {
    in_turn(count, classes).map(Condition::Class).collect()
}
