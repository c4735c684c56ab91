//! The kernel distance between two clouds of features (Bińkowski et al., 2018).

use std::collections::BTreeMap;

use nalgebra::DMatrix;

/// Points whose products with all others are computed at once.
const PART: usize = 500;

/// Points, and the class that each of them stands for.
#[derive(Clone, Copy, Debug)]
pub struct Cloud<'a> {
    /// The points.
    pub points: &'a [Vec<f32>],
    /// Their classes.
    pub classes: &'a [usize],
}

/// A cloud that others are compared with, and what does not depend on the others.
#[derive(Clone, Debug)]
pub struct KernelReference {
    points: Vec<Vec<f32>>,
    classes: Vec<usize>,
    scale: f64,
    within: f64,
}

impl KernelReference {
    /// Compares with points of these classes, where the scale of the kernel is d·s in d dimensions, s the mean square of all their
    /// numbers: so distances do not depend on the scale of the features.
    ///
    /// # Panics
    /// If there is no point.
    pub fn of(points: Vec<Vec<f32>>, classes: Vec<usize>) -> Self {
        let squares: f64 = points.iter().flatten().map(|x| f64::from(*x).powi(2)).sum();
        let scale = squares / points.len() as f64;
        KernelReference::scaled(points, classes, scale)
    }

    /// Likewise under the kernel (x·y/scale + 1)³.
    pub fn scaled(points: Vec<Vec<f32>>, classes: Vec<usize>, scale: f64) -> Self {
        let within = Cloud { points: &points, classes: &classes }.within(scale);
        KernelReference { points, classes, scale, within }
    }

    /// What others are compared with.
    pub fn cloud(&self) -> Cloud<'_> {
        Cloud { points: &self.points, classes: &self.classes }
    }

    /// The squared maximum mean discrepancy of this cloud and another one, both of whose points were dealt as many from each class.
    ///
    /// Points of one class are independent, those of different classes are dealt on purpose: pairs within a class are weighted
    /// up for the one point that is no pair with itself. Where a class has two points or more the estimate has no bias; it may
    /// come out below 0.
    pub fn distance(&self, other: Cloud<'_>) -> f64 {
        let pairs = (self.points.len() * other.points.len()) as f64;
        let between = kernels(other.points, &self.points, self.scale) / pairs;
        other.within(self.scale) + self.within - 2.0 * between
    }
}

impl Cloud<'_> {
    /// The mean of the kernel over two points, drawn anew.
    fn within(self, scale: f64) -> f64 {
        let mut classes: BTreeMap<usize, Vec<Vec<f32>>> = BTreeMap::new();
        for (point, class) in self.points.iter().zip(self.classes) {
            classes.entry(*class).or_default().push(point.clone());
        }
        let corrections = classes.values().filter(|points| points.len() > 1).map(|points| {
            let (same, count) = (kernels(points, points, scale), points.len() as f64);
            (same - own(points, scale)) * count / (count - 1.0) - same
        });
        let all = kernels(self.points, self.points, scale) + corrections.sum::<f64>();
        all / (self.points.len() * self.points.len()) as f64
    }
}

fn kernel(product: f64, scale: f64) -> f64 {
    (product / scale + 1.0).powi(3)
}

/// The sum of the kernel over all pairs.
fn kernels(a: &[Vec<f32>], b: &[Vec<f32>], scale: f64) -> f64 {
    let matrix = |points: &[Vec<f32>]| DMatrix::from_fn(points[0].len(), points.len(), |i, j| f64::from(points[j][i]));
    let b = matrix(b);
    let part = |a: &[Vec<f32>]| matrix(a).tr_mul(&b).iter().map(|product| kernel(*product, scale)).sum::<f64>();
    // All products of large clouds would not fit into the memory at once.
    a.chunks(PART).map(part).sum()
}

/// The sum of the kernel of each point with itself.
fn own(points: &[Vec<f32>], scale: f64) -> f64 {
    let square = |point: &Vec<f32>| point.iter().map(|x| f64::from(*x).powi(2)).sum();
    points.iter().map(|point| kernel(square(point), scale)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::measure::mean_and_error;
    use shared::noise::Seed;

    /// The distance of independent points, as if all were of one class.
    fn regardless(a: &[Vec<f32>], b: &[Vec<f32>], scale: f64) -> f64 {
        let cloud = Cloud { points: a, classes: &vec![0; a.len()] };
        KernelReference::scaled(b.to_vec(), vec![0; b.len()], scale).distance(cloud)
    }

    /// In one dimension the kernel's mean over independent x, y is Σ binomial(3, k)·m_k(a)·m_k(b), with moments m_k.
    #[test]
    fn it_is_the_difference_of_moments() {
        let cloud = |seed: u64, shift: f32| -> Vec<Vec<f32>> {
            Seed(seed).noise(0, 3_000).into_iter().map(|x| vec![x + shift]).collect()
        };
        // N(0, 1) and N(1, 1) have moments 0, 1, 0 and 1, 2, 4; s is 2, and each moment's product is divided by sᵏ.
        let expected = 3.0 * 1.0 / 2.0 + 3.0 * 1.0 / 4.0 + 16.0 / 8.0;
        let distance = |a: &[Vec<f32>], b: &[Vec<f32>]| regardless(a, b, 2.0);
        let found = distance(&cloud(1, 0.0), &cloud(2, 1.0));
        // Measured: 4.1 to 4.5 for different seeds.
        assert!((found - expected).abs() < 0.5, "{found} instead of {expected}");
        let same = distance(&cloud(1, 0.0), &cloud(2, 0.0));
        assert!(same.abs() < 0.1, "{same}");
    }

    /// Clouds with the classes dealt in turn are compared without bias, which pairs regardless of classes are not.
    #[test]
    fn dealt_classes_cause_no_bias() {
        const CLASSES: usize = 4;
        let cloud = |seed: u64| -> Vec<Vec<f32>> {
            let shift = |i: u64| 3.0 * (i % CLASSES as u64) as f32;
            (0..40).map(|i| Seed(seed).noise(i, 2).iter().map(|x| x + shift(i)).collect()).collect()
        };
        let classes: Vec<usize> = (0..40).map(|i| i % CLASSES).collect();
        let distances = |seed: u64| {
            let (a, b) = (cloud(2 * seed), cloud(2 * seed + 1));
            let by_class = Cloud { points: &a, classes: &classes };
            let squares: f64 = b.iter().flatten().map(|x| f64::from(*x).powi(2)).sum();
            let dealt = KernelReference::of(b.clone(), classes.clone()).distance(by_class);
            [dealt, regardless(&a, &b, squares / 40.0)]
        };
        let all: Vec<[f64; 2]> = (0..200).map(distances).collect();
        let [(dealt, error), (regardless, _)] =
            [0, 1].map(|which| mean_and_error(&all.iter().map(|both| both[which]).collect::<Vec<_>>()));
        assert!(dealt.abs() < 4.0 * error, "{dealt} ± {error}");
        assert!(regardless < -4.0 * error, "{regardless} ± {error}");
    }
}
