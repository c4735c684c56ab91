use std::num::NonZeroU32;

use clap::ValueEnum;
use serde::Serialize;
use shared::condition::{Condition, NetField};
use shared::flow::{self, FlowEdit, VelocityDifference};
use shared::noise::Seed;

use super::{DirectOptions, Ready, SamplerConfig, Samples};

/// Images that are translated together.
const BATCH: usize = 50;

/// How to turn images of one class into another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum Method {
    /// Through the shared noise: encode under the first class, decode under the second (DDIB; Su et al., 2022)
    #[default]
    Ddib,
    /// Without encoding: follow the mean difference of both fields around several noises (Kulikov et al., 2025)
    FlowEdit,
    /// The difference of both fields on one path. Wrong, and here to be measured
    VelocityDifference,
    /// With a model that was trained to lead from the one class to the other
    Direct,
}

impl Method {
    /// Those that need a class-conditional model only.
    pub const CONDITIONAL: [Method; 3] = [Method::Ddib, Method::FlowEdit, Method::VelocityDifference];

    /// The name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Method::Ddib => "ddib",
            Method::FlowEdit => "flowedit",
            Method::VelocityDifference => "velocity-difference",
            Method::Direct => "direct",
        }
    }
}

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
    /// Where noise is added (FlowEdit, direct): its seed.
    pub seed: Seed,
    /// Likewise: noises to average over.
    pub repeats: NonZeroU32,
    /// The deviation of the noise that a direct model adds to the image.
    pub noise: f64,
}

impl Sampler<'_> {
    /// The images, translated.
    pub fn translate(&self, images: &[Vec<f32>], translation: Translation) -> Samples {
        let mut all = Samples { values: Vec::with_capacity(images.len()), nfe: 0 };
        for (number, part) in images.chunks(BATCH).enumerate() {
            let translated = self.translate_together(part, translation, number as u64);
            all.nfe = translated.nfe;
            all.values.extend(translated.values);
        }
        all
    }

    fn translate_together(&self, images: &[Vec<f32>], translation: Translation, part: u64) -> Samples {
        let Translation { method, from, to, config, seed, repeats, noise } = translation;
        // Each part has noises of its own.
        let seed = Seed(seed.0.wrapping_add(part << 32));
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
                let noise_of = |repeat: u32| {
                    let first = u64::from(repeat) * images.len() as u64;
                    let noise: Vec<Vec<f32>> =
                        (0..images.len() as u64).map(|i| seed.noise(first + i, self.shape.values())).collect();
                    (1.0 / f64::from(repeats.get()), self.tensor(&noise))
                };
                let noises: Vec<_> = (0..repeats.get()).map(noise_of).collect();
                let field = FlowEdit { source, target, image: start.clone(), noises: &noises };
                let end = flow::decode(field, config.solver, &grid, start).finish();
                (end.state, end.nfe)
            }
            Method::VelocityDifference => {
                let end = flow::decode(VelocityDifference { source, target }, config.solver, &grid, start).finish();
                (end.state, end.nfe)
            }
            Method::Direct => return self.direct(images, to, config, DirectOptions { noise, seed, repeats }),
        };
        Samples { values: self.values(state), nfe }
    }
}
