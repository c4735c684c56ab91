//! Translations that use no model.

use nalgebra::DMatrix;
use serde::Serialize;
use shared::checkpoint::Example;
use shared::image::{ImageShape, values_from_pixels};

/// Principal components that ridge regression sees.
const COMPONENTS: usize = 150;

/// Its penalty, in units of pixels within 0..=1.
const RIDGE: f64 = 20.0;

/// Translations that use no model: what a model has to beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Baseline {
    /// The image itself.
    Copy,
    /// The mean of the training images of the wanted class.
    Mean,
    /// The wanted class in the training style whose image of the first class is nearest.
    Nearest,
    /// Ridge regression from principal components of the first class to the pixels of the second.
    Ridge,
}

impl Baseline {
    /// All of them.
    pub const ALL: [Baseline; 4] = [Baseline::Copy, Baseline::Mean, Baseline::Nearest, Baseline::Ridge];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Baseline::Copy => "copy",
            Baseline::Mean => "mean",
            Baseline::Nearest => "nearest",
            Baseline::Ridge => "ridge",
        }
    }

    /// The images, translated, after looking at the same two classes in the training styles. Only ridge regression
    /// leaves the range of images.
    pub fn translate(self, images: &[Vec<f32>], training: &AlignedPair) -> Vec<Vec<f32>> {
        let AlignedPair { sources, targets } = training;
        match self {
            Baseline::Copy => images.to_vec(),
            Baseline::Mean => vec![mean(targets); images.len()],
            Baseline::Nearest => images.iter().map(|image| targets[nearest(image, sources)].clone()).collect(),
            Baseline::Ridge => ridge(images, training),
        }
    }
}

/// Every style in two classes; corresponding numbers belong together.
#[derive(Clone, Debug)]
pub struct AlignedPair {
    /// The images of the first class.
    pub sources: Vec<Vec<f32>>,
    /// The same styles in the second class.
    pub targets: Vec<Vec<f32>>,
}

impl AlignedPair {
    /// Of paired examples: style by style, class by class.
    pub fn of(examples: &[Example], shape: ImageShape, classes: usize, from: usize, to: usize) -> Self {
        let class = |class: usize| -> Vec<Vec<f32>> {
            let of_class = examples.iter().skip(class).step_by(classes);
            of_class.map(|example| values_from_pixels(shape, &example.pixels)).collect()
        };
        AlignedPair { sources: class(from), targets: class(to) }
    }
}

/// The number of the candidate with the least squared distance.
pub(crate) fn nearest(image: &[f32], candidates: &[Vec<f32>]) -> usize {
    let distance = |other: &Vec<f32>| image.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
    let distances: Vec<f32> = candidates.iter().map(distance).collect();
    (0..distances.len()).min_by(|&a, &b| distances[a].total_cmp(&distances[b])).unwrap_or(0)
}

fn mean(images: &[Vec<f32>]) -> Vec<f32> {
    let mut sum = vec![0.0; images[0].len()];
    images.iter().for_each(|image| sum.iter_mut().zip(image).for_each(|(sum, x)| *sum += x));
    sum.iter().map(|x| x / images.len() as f32).collect()
}

/// With as many principal components as there are styles to find them in, at most.
fn ridge(images: &[Vec<f32>], training: &AlignedPair) -> Vec<Vec<f32>> {
    let (source_mean, target_mean) = (mean(&training.sources), mean(&training.targets));
    // Values are twice as far apart as pixels within 0..=1.
    let centred = |images: &[Vec<f32>], mean: &[f32]| {
        DMatrix::from_fn(images.len(), mean.len(), |i, j| f64::from(images[i][j] - mean[j]) / 2.0)
    };
    let (x, y) = (centred(&training.sources, &source_mean), centred(&training.targets, &target_mean));
    // The components are eigenvectors of XᵀX; those of the smaller XXᵀ lead to them.
    let gram = (&x * x.transpose()).symmetric_eigen();
    let mut order: Vec<usize> = (0..gram.eigenvalues.len()).collect();
    order.sort_by(|&a, &b| gram.eigenvalues[b].total_cmp(&gram.eigenvalues[a]));
    let kept: Vec<usize> = order.into_iter().take(COMPONENTS).filter(|&i| gram.eigenvalues[i] > 1e-9).collect();
    let vectors = gram.eigenvectors.select_columns(&kept);
    let mut axes = x.transpose() * &vectors;
    for (mut axis, &i) in axes.column_iter_mut().zip(&kept) {
        axis /= gram.eigenvalues[i].sqrt();
    }
    // Along principal components ZᵀZ is diagonal, so each coefficient has its own denominator.
    let mut coefficients = (&x * &axes).transpose() * y;
    for (mut row, &i) in coefficients.row_iter_mut().zip(&kept) {
        row /= gram.eigenvalues[i] + RIDGE;
    }
    let predicted = centred(images, &source_mean) * axes * coefficients;
    let image =
        |row: usize| target_mean.iter().enumerate().map(|(j, m)| m + 2.0 * predicted[(row, j)] as f32).collect();
    (0..images.len()).map(image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::noise::Seed;

    #[test]
    fn baselines_find_what_they_are_made_for() {
        let sources: Vec<Vec<f32>> = (0..60).map(|i| Seed(0).noise(i, 5).iter().map(|x| 100.0 * x).collect()).collect();
        // A linear map with a constant: ridge regression finds it, up to its small penalty.
        let map = |x: &Vec<f32>| vec![x[1] - 2.0 * x[4] + 7.0, 0.5 * x[0] - 1.0];
        let training = AlignedPair { targets: sources.iter().map(map).collect(), sources: sources.clone() };
        let ridge = Baseline::Ridge.translate(&sources, &training);
        for (found, expected) in ridge.iter().flatten().zip(training.targets.iter().flatten()) {
            assert!((found - expected).abs() < 0.2, "{found} instead of {expected}");
        }
        assert_eq!(Baseline::Nearest.translate(&sources, &training), training.targets);
        let mean = Baseline::Mean.translate(&sources[..1], &training);
        assert!((mean[0][0] - training.targets.iter().map(|t| t[0]).sum::<f32>() / 60.0).abs() < 1e-3);
    }
}
