//! What one step sees: images, classes, noise and times, all drawn from the seed and the step's number.

use rand_distr::{Distribution, StandardUniform};
use shared::condition::Condition;
use shared::image::{ImageShape, values_from_pixels};
use shared::likelihood::dequantised;
use shared::noise::{Seed, normal};
use shared::objective::TimeDensity;
use shared::time::Time;

use crate::data::augmentation::augment;
use crate::training::config::Training;
use crate::training::pairs::TrainingPairs;

/// One step's pairs of noise and image.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Values of the images, one after the other; those that are reached from noise, dequantised.
    pub images: Vec<f32>,
    /// Values of what they start from, likewise: noise, unless a model leads from image to image.
    pub noise: Vec<f32>,
    /// Values of the noise that is there on the way only, likewise, where there is any.
    pub between: Option<Vec<f32>>,
    /// One moment for each pair.
    pub times: Vec<Time>,
    /// One condition for each pair.
    pub conditions: Vec<Condition>,
}

/// The batches of a run. Batch `n` is the same however the run came there, so a resumed run never loses its place.
#[derive(Debug)]
pub struct Batches<'a> {
    pairs: &'a TrainingPairs<'a>,
    shape: ImageShape,
    seed: Seed,
    training: Training,
    times: TimeDensity,
    order: (u64, Vec<u32>),
}

impl<'a> Batches<'a> {
    /// Batches of `training.batch` pairs. Each epoch visits every image once, in an order of its own.
    pub fn new(
        pairs: &'a TrainingPairs<'a>,
        shape: ImageShape,
        seed: Seed,
        training: &Training,
        times: TimeDensity,
    ) -> Self {
        assert!(!pairs.is_empty(), "a data set without images is refused when it is loaded");
        let order = (0, order(seed, 0, pairs.len()));
        Batches { pairs, shape, seed, training: *training, times, order }
    }

    /// The batch of step number `step`.
    pub fn batch(&mut self, step: u64) -> Batch {
        let size = self.training.batch as u64;
        let chosen: Vec<usize> = (0..size).map(|i| self.visited(step * size + i)).collect();
        let mut times = self.seed.stream("time", step);
        let mut dropout = self.seed.stream("label dropout", step);
        let conditions = chosen.iter().map(|&at| {
            let draw: f64 = StandardUniform.sample(&mut dropout);
            if draw < self.training.label_dropout { Condition::None } else { Condition::Class(self.pairs.class(at)) }
        });
        let mut moves = self.seed.stream("augmentation", step);
        let image = |(visit, &at): (u64, &usize)| {
            self.pairs.image(at, self.shape, |pixels| {
                let moved = augment(pixels, self.shape, self.training.augmentation(), &mut moves);
                dequantised(&values_from_pixels(self.shape, &moved), self.seed, visit)
            })
        };
        let images: Vec<Vec<f32>> = (step * size..).zip(&chosen).map(image).collect();
        let bridge = self.pairs.bridge();
        let mut between = self.seed.stream("bridge noise", step);
        let between = (bridge > 0.0).then(|| {
            let noise = normal(&mut between, self.shape.batch(chosen.len()).iter().product());
            noise.into_iter().map(|z| bridge as f32 * z).collect()
        });
        Batch {
            between,
            noise: self.pairs.source_samples(&chosen, &images, self.shape, self.seed, step).concat(),
            images: images.concat(),
            times: chosen.iter().map(|_| self.times.draw(&mut times)).collect(),
            conditions: conditions.collect(),
        }
    }

    /// The image that is visited as number `visit` since the beginning of the run.
    fn visited(&mut self, visit: u64) -> usize {
        let count = self.pairs.len() as u64;
        let (epoch, place) = (visit / count, visit % count);
        if self.order.0 != epoch {
            self.order = (epoch, order(self.seed, epoch, self.pairs.len()));
        }
        self.order.1[place as usize] as usize
    }
}

/// A random order of `count` things (Fisher and Yates).
fn order(seed: Seed, epoch: u64, count: usize) -> Vec<u32> {
    let mut generator = seed.stream("shuffle", epoch);
    let mut order: Vec<u32> = (0..count as u32).collect();
    for last in (1..count).rev() {
        let draw: f64 = StandardUniform.sample(&mut generator);
        order.swap(last, (draw * (last + 1) as f64) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::checkpoint::Example;
    use shared::image::pixel_from_value;

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 1 };

    fn training(batch: usize, label_dropout: f64) -> Training {
        Training { batch, label_dropout, ..Training::default() }
    }

    fn examples() -> Vec<Example> {
        (0..10).map(|class| Example { class, pixels: vec![class * 20] }).collect()
    }

    #[test]
    fn an_epoch_visits_every_example_once_and_any_batch_can_be_drawn_first() {
        let examples = examples();
        let pairs = TrainingPairs::noise(&examples, false);
        let batches = || Batches::new(&pairs, SHAPE, Seed(3), &training(4, 0.0), TimeDensity::Uniform);
        let mut batches_in_turn = batches();
        let all: Vec<Batch> = (0..5).map(|step| batches_in_turn.batch(step)).collect();
        let values = all.iter().flat_map(|batch| &batch.images);
        let mut seen: Vec<u8> = values.clone().map(|&value| pixel_from_value(value)).collect();
        seen.sort_unstable();
        assert!(seen.chunks(2).all(|pair| pair[0] == pair[1]), "two epochs see each image twice: {seen:?}");
        let distinct = values.map(|value| value.to_bits()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(distinct.len(), 20, "each visit is dequantised anew");
        assert_eq!(batches().batch(3), all[3]);
        assert_ne!(all[0].noise, all[1].noise);
    }

    #[test]
    fn label_dropout_hides_its_share_of_classes() {
        let examples = examples();
        let pairs = TrainingPairs::noise(&examples, false);
        let mut batches = Batches::new(&pairs, SHAPE, Seed(0), &training(2_000, 0.25), TimeDensity::Uniform);
        let hidden = batches.batch(0).conditions.iter().filter(|c| **c == Condition::None).count();
        // 500 expected with a standard deviation of 19.
        assert!((420..580).contains(&hidden), "{hidden} of 2,000");
    }
}
