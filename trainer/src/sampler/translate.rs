//! Images of one class turned into another, by every method.

use std::num::NonZeroU32;

use shared::card::Direct;
use shared::condition::{Condition, NetField};
use shared::diffusion;
use shared::flow::{self, FlowEdit, VelocityDifference};
use shared::method::Method;
use shared::noise::{Seed, normal};
use shared::time::Time;

use super::{Sampler, SamplerConfig, Samples};

/// Images that are translated together.
const BATCH: usize = 50;

/// What to translate, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Translation {
    /// How.
    pub method: Method,
    /// The class of the images.
    pub from: Condition,
    /// The class to reach.
    pub to: Condition,
    /// Solver, intervals, and the guidance of the second class; the first one is never guided.
    pub config: SamplerConfig,
    /// How far SDEdit goes back.
    pub start: Time,
    /// What noise is added, where the method adds some.
    pub noise: TranslationNoise,
}

/// The noise of FlowEdit, of SDEdit and of direct models: named by seed, image and repeat, so that what becomes of an image does not
/// depend on the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TranslationNoise {
    /// Its seed.
    pub seed: Seed,
    /// The number of the first image.
    pub first_image: u64,
    /// Noises to average over.
    pub repeats: NonZeroU32,
    /// The deviation of the noise that a direct model adds to the image.
    pub deviation: f64,
    /// The deviation of the Brownian bridge that a direct model has learned.
    pub bridge: f64,
}

impl Sampler<'_> {
    /// The images, translated.
    pub fn translate(&self, images: &[Vec<f32>], translation: Translation) -> Samples {
        let mut all = Samples { values: Vec::with_capacity(images.len()), nfe: 0 };
        for part in images.chunks(BATCH) {
            let first_image = translation.noise.first_image + all.values.len() as u64;
            let noise = TranslationNoise { first_image, ..translation.noise };
            let translated = self.translate_batch(part, Translation { noise, ..translation });
            all.nfe = all.nfe.max(translated.nfe);
            all.values.extend(translated.values);
        }
        all
    }

    fn translate_batch(&self, images: &[Vec<f32>], translation: Translation) -> Samples {
        let Translation { method, from, to, config, start: time, noise } = translation;
        let field = |condition, weight| NetField::new(self.net, &vec![condition; images.len()], weight, self.device);
        let (source, target) = (field(from, 1.0), field(to, config.guidance));
        let (grid, start) = (config.grid(), self.tensor(images));
        let (state, nfe) = match method {
            Method::Ddib => {
                let frames: Vec<_> = flow::translate(source, target, config.solver, &grid, start).collect();
                let end = frames.last().expect("a trajectory has a last frame").frame().state.clone();
                (end, flow::nfe(&frames))
            }
            Method::FlowEdit => {
                let share = 1.0 / f64::from(noise.repeats.get());
                let noises: Vec<_> = (0..noise.repeats.get())
                    .map(|repeat| (share, self.tensor(&noise.of(repeat, images.len(), self.shape.values()))))
                    .collect();
                let field = FlowEdit { source, target, image: start.clone(), noises: &noises };
                let end = flow::decode(field, config.solver, &grid, start).finish();
                (end.state, end.nfe)
            }
            Method::VelocityDifference => {
                let end = flow::decode(VelocityDifference { source, target }, config.solver, &grid, start).finish();
                (end.state, end.nfe)
            }
            Method::SdEdit => {
                return mean_over(noise.repeats, |repeat| {
                    let noises = noise.of(repeat, images.len(), self.shape.values());
                    self.renoise(images, &noises, &vec![to; images.len()], time, config)
                });
            }
            Method::Direct => return self.translate_directly(images, to, config, noise),
        };
        Samples { values: self.values(state), nfe }
    }

    /// Images with noise mixed in up to `start`, decoded under `conditions`, all at once.
    pub fn renoise(
        &self,
        images: &[Vec<f32>],
        noises: &[Vec<f32>],
        conditions: &[Condition],
        start: Time,
        config: SamplerConfig,
    ) -> Samples {
        let field = NetField::new(self.net, conditions, config.guidance, self.device);
        let (images, noises) = (self.tensor(images), self.tensor(noises));
        match flow::renoise(field, config.solver, &config.grid(), start, images.clone(), &noises) {
            Some(way) => {
                let end = way.finish();
                Samples { values: self.values(end.state), nfe: end.nfe }
            }
            None => Samples { values: self.values(images), nfe: 0 },
        }
    }

    /// The mean of several trajectories that differ in the noise that is added.
    fn translate_directly(
        &self,
        images: &[Vec<f32>],
        target: Condition,
        config: SamplerConfig,
        noise: TranslationNoise,
    ) -> Samples {
        mean_over(noise.repeats, |repeat| {
            let added = noise.of(repeat, images.len(), self.shape.values());
            let noisy = |(image, added): (&Vec<f32>, &Vec<f32>)| {
                image.iter().zip(added).map(|(x, z)| x + noise.deviation as f32 * z).collect()
            };
            let starts: Vec<Vec<f32>> = images.iter().zip(&added).map(noisy).collect();
            let conditions = vec![target; images.len()];
            if noise.bridge == 0.0 {
                self.decode(&starts, &conditions, config)
            } else {
                self.cross(&starts, &conditions, config, noise, repeat)
            }
        })
    }

    /// Along a bridge ([`SamplerConfig::over_a_bridge`]).
    fn cross(
        &self,
        starts: &[Vec<f32>],
        conditions: &[Condition],
        config: SamplerConfig,
        noise: TranslationNoise,
        repeat: u32,
    ) -> Samples {
        let grid = config.over_a_bridge().grid();
        let field = NetField::new(self.net, conditions, config.guidance, self.device);
        let way = |image| noise.seed.along_a_way(noise.first_image + image, repeat);
        let mut ways: Vec<_> = (0..starts.len() as u64).map(way).collect();
        let fresh = |_step: u32| {
            let drawn: Vec<Vec<f32>> = ways.iter_mut().map(|way| normal(way, self.shape.values())).collect();
            self.tensor(&drawn)
        };
        let (end, nfe) = diffusion::bridge(&field, noise.bridge, &grid, self.tensor(starts), fresh);
        Samples { values: self.values(end), nfe }
    }
}

/// The mean of what several noises lead to.
fn mean_over(repeats: NonZeroU32, one: impl Fn(u32) -> Samples) -> Samples {
    let mut sum = one(0);
    for repeat in 1..repeats.get() {
        let next = one(repeat);
        sum.nfe += next.nfe;
        let values = sum.values.iter_mut().flatten().zip(next.values.iter().flatten());
        values.for_each(|(sum, x)| *sum += x);
    }
    sum.values.iter_mut().flatten().for_each(|sum| *sum /= repeats.get() as f32);
    sum
}

impl TranslationNoise {
    /// The noise of the first images; a direct model tells how much it adds, and is asked once if it adds none.
    pub fn new(seed: Seed, repeats: NonZeroU32, direct: Option<&Direct>) -> Self {
        let repeats = if direct.is_none_or(Direct::adds_noise) { repeats } else { NonZeroU32::MIN };
        let (deviation, bridge) = direct.map_or((0.0, 0.0), |direct| (direct.noise, direct.bridge));
        TranslationNoise { seed, first_image: 0, repeats, deviation, bridge }
    }

    /// Noise number `repeat` of each of `count` images.
    fn of(&self, repeat: u32, count: usize, values: usize) -> Vec<Vec<f32>> {
        let images = self.first_image..self.first_image + count as u64;
        images.map(|image| self.seed.repeated_noise(image, repeat, values)).collect()
    }
}
