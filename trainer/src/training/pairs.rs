//! What a run is fed with: who is paired with whom, before any batch is drawn.

use anyhow::{Context, Result, ensure};
use rand_distr::{Distribution, StandardUniform};
use shared::checkpoint::Example;
use shared::classes;
use shared::image::{ImageShape, values_from_pixels};
use shared::noise::{Seed, normal};

use crate::data::Dataset;
use crate::training::config::Coupling;
use crate::training::reflow_pairs::ReflowPairs;

/// Pairs of a start and an image, ready to be drawn by number.
#[derive(Debug)]
pub enum TrainingPairs<'a> {
    /// Every image with fresh noise.
    Noise {
        /// The images.
        examples: Vec<&'a Example>,
        /// Whether the noises of a batch are exchanged within classes by optimal transport.
        transport: bool,
    },
    /// Every image of one class with an image of another one.
    Direct {
        /// The images to start from; of the same style as the targets if `paired`.
        sources: Vec<&'a Example>,
        /// The images to reach.
        targets: Vec<&'a Example>,
        /// Whether source and target of equal number belong together, or are drawn independently.
        paired: bool,
        /// The deviation of the noise that is added to the source.
        noise: f64,
        /// The deviation of the Brownian bridge between source and target.
        bridge: f64,
    },
    /// Every noise with the image that a model made of it.
    Reflow(ReflowPairs),
}

impl<'a> TrainingPairs<'a> {
    /// Pairs the training images of `data` as `coupling` says.
    ///
    /// # Errors
    /// If the data has no such classes or styles, or the pairs' file cannot be used; the error names key and remedy.
    pub fn new(data: &'a Dataset, coupling: &Coupling) -> Result<Self> {
        Ok(match coupling {
            Coupling::Independent => TrainingPairs::noise(&data.training, false),
            Coupling::OptimalTransport => TrainingPairs::noise(&data.training, true),
            Coupling::Reflow { pairs } => TrainingPairs::Reflow(ReflowPairs::read(pairs, data)?),
            Coupling::Direct { from, to, paired, noise, bridge } => {
                let class = |key: &str, name: &str| {
                    classes::number(&data.classes, name).with_context(|| format!("objective.coupling.{key}"))
                };
                let (source, target) = (class("direct.from", from)?, class("direct.to", to)?);
                ensure!(source != target, "objective.coupling.direct leads from {from:?} to itself");
                ensure!(
                    data.aligned || !paired,
                    "objective.coupling.direct.paired is true, but {} does not come in pairs; set it to false",
                    data.name
                );
                let of = |class: usize| data.training.iter().filter(|e| usize::from(e.class) == class).collect();
                let (sources, targets) = (of(source), of(target));
                TrainingPairs::Direct { sources, targets, paired: *paired, noise: *noise, bridge: *bridge }
            }
        })
    }

    /// Every example with fresh noise.
    pub fn noise(examples: &'a [Example], transport: bool) -> Self {
        TrainingPairs::Noise { examples: examples.iter().collect(), transport }
    }

    /// How many images there are.
    pub fn len(&self) -> usize {
        match self {
            TrainingPairs::Noise { examples, .. } => examples.len(),
            TrainingPairs::Direct { targets, .. } => targets.len(),
            TrainingPairs::Reflow(pairs) => pairs.images.len(),
        }
    }

    /// How many images of `data` are learned from: of a model's own images, those that it has learned from itself.
    pub fn images_of(&self, data: &Dataset) -> usize {
        match self {
            TrainingPairs::Noise { examples, .. } => examples.len(),
            TrainingPairs::Direct { sources, targets, .. } => sources.len() + targets.len(),
            TrainingPairs::Reflow(_) => data.training.len(),
        }
    }

    /// What tells pairs that a model made from other ones.
    pub fn made(&self) -> Option<u64> {
        match self {
            TrainingPairs::Noise { .. } | TrainingPairs::Direct { .. } => None,
            TrainingPairs::Reflow(pairs) => Some(pairs.hash()),
        }
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The class of image number `at`.
    pub fn class(&self, at: usize) -> usize {
        match self {
            TrainingPairs::Noise { examples, .. } => examples[at].class.into(),
            TrainingPairs::Direct { targets, .. } => targets[at].class.into(),
            TrainingPairs::Reflow(pairs) => pairs.classes[at].into(),
        }
    }

    /// The values of image number `at`; `vary` makes them of pixels that may be moved about and dequantised.
    pub fn image(&self, at: usize, shape: ImageShape, vary: impl FnOnce(&[u8]) -> Vec<f32>) -> Vec<f32> {
        match self {
            TrainingPairs::Noise { examples, .. } => vary(&examples[at].pixels),
            TrainingPairs::Direct { targets, .. } => values_from_pixels(shape, &targets[at].pixels),
            TrainingPairs::Reflow(pairs) => pairs.images[at].clone(),
        }
    }

    /// The deviation of the noise that is there on the way only.
    pub fn bridge(&self) -> f64 {
        match self {
            TrainingPairs::Direct { bridge, .. } => *bridge,
            TrainingPairs::Noise { .. } | TrainingPairs::Reflow(_) => 0.0,
        }
    }

    /// What the images numbered `chosen` start from in step `step`.
    pub fn source_samples(
        &self,
        chosen: &[usize],
        images: &[Vec<f32>],
        shape: ImageShape,
        seed: Seed,
        step: u64,
    ) -> Vec<Vec<f32>> {
        let mut generator = seed.stream("training noise", step);
        let mut fresh = || normal(&mut generator, shape.values());
        match self {
            TrainingPairs::Noise { transport, .. } => {
                let mut noise: Vec<Vec<f32>> = chosen.iter().map(|_| fresh()).collect();
                if *transport {
                    let classes: Vec<usize> = chosen.iter().map(|&at| self.class(at)).collect();
                    shared::coupling::transport_within_classes(&mut noise, images, &classes);
                }
                noise
            }
            TrainingPairs::Direct { sources, paired, noise, .. } => {
                let mut drawn = seed.stream("source", step);
                let mut source = |at: usize| {
                    if *paired {
                        return sources[at];
                    }
                    let draw: f64 = StandardUniform.sample(&mut drawn);
                    sources[(draw * sources.len() as f64) as usize]
                };
                let mut start = |&at: &usize| {
                    let values = values_from_pixels(shape, &source(at).pixels);
                    values.iter().zip(fresh()).map(|(x, z)| x + *noise as f32 * z).collect()
                };
                chosen.iter().map(&mut start).collect()
            }
            TrainingPairs::Reflow(pairs) => {
                chosen.iter().map(|&at| ReflowPairs::noise(pairs.seed, at as u64, shape.values())).collect()
            }
        }
    }
}
