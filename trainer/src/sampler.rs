//! Many images from a field: noise in, values out, in batches that fit the device.

pub mod likelihood;
pub mod translate;

use std::num::NonZeroU32;

use burn::tensor::{Device, Tensor, TensorData};
use shared::condition::{Condition, NetField};
use shared::diffusion::diffuse;
use shared::flow;
use shared::image::ImageShape;
use shared::measure::rmse;
use shared::model::VelocityNet;
use shared::noise::Seed;
use shared::solver::{Encoded, Solver};
use shared::time::{Spacing, TimeGrid};

use crate::report::circumstances::SolverSettings;

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
    /// What is good enough for most ends: ten intervals of the midpoint rule.
    pub const DEFAULT: Self =
        SamplerConfig { solver: Solver::Midpoint, intervals: TEN, spacing: Spacing::Edm, guidance: 1.0 };

    /// The beginning's velocity all the way.
    pub const ONE_STEP: Self =
        SamplerConfig { solver: Solver::Euler, intervals: NonZeroU32::MIN, spacing: Spacing::Uniform, guidance: 1.0 };

    /// The moments from noise to image.
    pub fn grid(&self) -> TimeGrid {
        self.spacing.grid(self.intervals)
    }

    /// The same for a bridge: as many equal steps as the solver would ask for velocities.
    pub fn over_a_bridge(self) -> Self {
        let evaluations = self.solver.evaluations().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let intervals = self.intervals.saturating_mul(evaluations);
        SamplerConfig { solver: Solver::Euler, intervals, spacing: Spacing::Uniform, ..self }
    }

    /// What answers say of it, beside the guidance.
    pub fn settings(&self) -> SolverSettings {
        SolverSettings { solver: self.solver, intervals: self.intervals.get(), spacing: self.spacing }
    }
}

const TEN: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

/// Images and what each of them cost.
#[derive(Clone, Debug)]
pub struct Samples {
    /// The values of each image.
    pub values: Vec<Vec<f32>>,
    /// Network evaluations for each of them; where the solver decides step by step for a whole batch, the most.
    pub nfe: u32,
}

/// The ends of many trajectories, batch by batch, with what their ways back need.
#[derive(Clone, Debug)]
pub struct EncodedImages {
    /// At most [`BATCH`] states each.
    pub batches: Vec<Encoded<Vec<Vec<f32>>>>,
    /// Network evaluations for each of them; where the solver decides step by step for a whole batch, the most.
    pub nfe: u32,
}

impl EncodedImages {
    /// The noises alone, for those who look at them.
    pub fn noises(&self) -> Vec<Vec<f32>> {
        self.batches.iter().flat_map(|batch| batch.state().iter().cloned()).collect()
    }

    /// The states alone, for those who change or publish them.
    pub fn into_samples(self) -> Samples {
        Samples { values: self.batches.into_iter().flat_map(Encoded::into_state).collect(), nfe: self.nfe }
    }
}

/// The mean over all images of their root mean square difference to their counterparts.
pub fn mean_rmse(images: &[Vec<f32>], others: &[Vec<f32>]) -> f64 {
    images.iter().zip(others).map(|(image, other)| rmse(image, other)).sum::<f64>() / images.len() as f64
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
    /// So many noises of a seed, from number `first` on.
    fn noise(&self, seed: Seed, first: u64, count: usize) -> Vec<Vec<f32>> {
        (first..first + count as u64).map(|image| seed.noise(image, self.shape.values())).collect()
    }

    /// Every moment of what [`generate_many`](Self::generate_many) draws from the first noises, at most [`BATCH`] of them.
    pub fn trajectory(&self, conditions: &[Condition], config: SamplerConfig, seed: Seed) -> Vec<Vec<Vec<f32>>> {
        let field = NetField::new(self.net, conditions, config.guidance, self.device);
        let noise = self.tensor(&self.noise(seed, 0, conditions.len()));
        let frames = flow::decode(field, config.solver, &config.grid(), noise);
        frames.map(|frame| self.values(frame.state)).collect()
    }

    /// Like [`generate_many`](Self::generate_many) from the first noise on; `progress` is called with the number of those drawn.
    pub fn generate_many(
        &self,
        conditions: &[Condition],
        config: SamplerConfig,
        seed: Seed,
        progress: impl FnMut(usize),
    ) -> Samples {
        self.decode_many(conditions, config, |image| seed.noise(image, self.shape.values()), progress)
    }

    /// Likewise from other noises, each by the number of its image.
    pub fn decode_many(
        &self,
        conditions: &[Condition],
        config: SamplerConfig,
        noise: impl Fn(u64) -> Vec<f32>,
        mut progress: impl FnMut(usize),
    ) -> Samples {
        in_batches(conditions, |part, first| {
            let last = first + part.len() as u64;
            let noises: Vec<Vec<f32>> = (first..last).map(&noise).collect();
            let drawn = self.decode(&noises, part, config);
            progress(last as usize);
            drawn
        })
    }

    /// Noise to image.
    pub fn decode(&self, noise: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> Samples {
        let starts = noise.chunks(BATCH).map(|noise| Encoded::from(noise.to_vec())).collect();
        self.integrate(starts, conditions, config, &config.grid()).into_samples()
    }

    /// Like [`generate_many`](Self::generate_many), from the first noise on and with fresh noise on the way ([`diffuse`]); the solver is not
    /// asked.
    pub fn diffuse(&self, conditions: &[Condition], config: SamplerConfig, strength: f64, seed: Seed) -> Samples {
        in_batches(conditions, |part, first| {
            let fresh = |number: u32| {
                let images = first..first + part.len() as u64;
                let of = |image| seed.repeated_noise(image, number, self.shape.values());
                self.tensor(&images.map(of).collect::<Vec<_>>())
            };
            let field = NetField::new(self.net, part, config.guidance, self.device);
            let start = self.tensor(&self.noise(seed, first, part.len()));
            let (end, nfe) = diffuse(&field, strength, &config.grid(), start, fresh);
            Samples { values: self.values(end), nfe }
        })
    }

    /// Image to noise.
    pub fn encode(&self, images: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> EncodedImages {
        let starts = images.chunks(BATCH).map(|images| Encoded::from(images.to_vec())).collect();
        self.integrate(starts, conditions, config, &config.grid().reversed())
    }

    /// The way back of [`encode`](Self::encode), with all that the solver remembers: over the same grid and under the
    /// same conditions the reversible solver returns exactly.
    pub fn decode_encoded(&self, encoded: EncodedImages, conditions: &[Condition], config: SamplerConfig) -> Samples {
        self.integrate(encoded.batches, conditions, config, &config.grid()).into_samples()
    }

    /// The mean root mean square difference of images to themselves, encoded and decoded under the same conditions.
    pub fn round_trip(&self, images: &[Vec<f32>], conditions: &[Condition], config: SamplerConfig) -> f64 {
        let back = self.decode_encoded(self.encode(images, conditions, config), conditions, config);
        mean_rmse(images, &back.values)
    }

    /// The straightness of rectified flow (Liu et al., 2023), ∫‖(x₁ − x₀) − v‖² dt, here divided by ‖x₁ − x₀‖² so that it
    /// has no unit; by differences of the visited states, on average over trajectories. 0 is straight. And the network
    /// evaluations of one trajectory.
    pub fn straightness(&self, conditions: &[Condition], config: SamplerConfig, seed: Seed) -> (f64, u32) {
        let (mut all, mut nfe) = (Vec::with_capacity(conditions.len()), 0);
        for (number, conditions) in conditions.chunks(BATCH).enumerate() {
            let first = (number * BATCH) as u64;
            let noise = self.tensor(&self.noise(seed, first, conditions.len()));
            let field = NetField::new(self.net, conditions, config.guidance, self.device);
            let frames: Vec<_> = flow::decode(field, config.solver, &config.grid(), noise).collect();
            nfe = nfe.max(frames[frames.len() - 1].nfe);
            let squares = |difference: Tensor<4>| difference.square().sum_dim(1).sum_dim(2).sum_dim(3);
            let whole = frames[frames.len() - 1].state.clone() - frames[0].state.clone();
            let parts = frames.windows(2).map(|pair| {
                let h = pair[1].time.get() - pair[0].time.get();
                squares(whole.clone() - (pair[1].state.clone() - pair[0].state.clone()) / h) * h
            });
            let straightness =
                parts.reduce(|a, b| a + b).expect("a trajectory has an interval") / squares(whole.clone());
            all.extend(straightness.into_data().iter::<f64>());
        }
        (all.iter().sum::<f64>() / all.len() as f64, nfe)
    }

    fn integrate(
        &self,
        starts: Vec<Encoded<Vec<Vec<f32>>>>,
        conditions: &[Condition],
        config: SamplerConfig,
        grid: &TimeGrid,
    ) -> EncodedImages {
        let mut ends = EncodedImages { batches: Vec::with_capacity(starts.len()), nfe: 0 };
        let mut conditions = conditions;
        for start in starts {
            let (here, later) = conditions.split_at(start.state().len());
            conditions = later;
            let field = NetField::new(self.net, here, config.guidance, self.device);
            let start = start.map(|images| self.tensor(&images));
            let end = config.solver.integrate(field, grid.clone(), start).finish();
            ends.nfe = ends.nfe.max(end.nfe);
            ends.batches.push(end.into_encoded().map(|state| self.values(state)));
        }
        ends
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

/// Draws as many images as go through the network together, one part after the other; `draw` is given the conditions of a part
/// and the number of its first image.
pub fn in_batches(conditions: &[Condition], mut draw: impl FnMut(&[Condition], u64) -> Samples) -> Samples {
    let mut drawn = Samples { values: Vec::with_capacity(conditions.len()), nfe: 0 };
    for part in conditions.chunks(BATCH) {
        let Samples { values, nfe } = draw(part, drawn.values.len() as u64);
        drawn.values.extend(values);
        drawn.nfe = drawn.nfe.max(nfe);
    }
    drawn
}

/// Every class in turn.
pub fn in_turn(count: usize, classes: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |i| i % classes)
}

/// Every class in turn, to draw under.
pub fn balanced(count: usize, classes: usize) -> Vec<Condition> {
    in_turn(count, classes).map(Condition::Class).collect()
}
