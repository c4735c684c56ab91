//! How well a number is known that comes of samples: the bootstrap (Efron, 1979).

use rand_distr::{Distribution, StandardUniform};
use shared::measure::mean_and_deviation;
use shared::noise::Seed;

/// How often samples are drawn anew. So many tell a deviation to about 7 %.
const TIMES: u64 = 100;

/// Standard deviations of a normal number from its mean to either end of its 95 % interval.
const NORMAL_95: f64 = 1.96;

/// Half of the 95 % interval of what `of` says of two samples of points: 1.96 times the deviation of what it says of as many
/// points drawn from each, with replacement.
pub fn interval(samples: [&[Vec<f32>]; 2], seed: Seed, of: impl Fn(&[Vec<f32>], &[Vec<f32>]) -> f64) -> f64 {
    let again = |time| {
        let mut generator = seed.stream("bootstrap", time);
        let [a, b] = samples.map(|points| {
            let mut draw = || {
                let place: f64 = StandardUniform.sample(&mut generator);
                points[(place * points.len() as f64) as usize].clone()
            };
            points.iter().map(|_| draw()).collect::<Vec<_>>()
        });
        of(&a, &b)
    };
    NORMAL_95 * mean_and_deviation(&(0..TIMES).map(again).collect::<Vec<_>>()).1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The difference of two means has a standard error of √(s²/n + r²/m).
    #[test]
    fn the_interval_of_a_difference_of_means_is_the_known_one() {
        let points = |index, count, scale: f32| -> Vec<Vec<f32>> {
            Seed(1).noise(index, count).iter().map(|x| vec![scale * x]).collect()
        };
        let (a, b) = (points(0, 400, 1.0), points(1, 900, 3.0));
        let mean = |points: &[Vec<f32>]| mean_and_deviation(&points.iter().map(|p| p[0].into()).collect::<Vec<_>>());
        let found = interval([&a, &b], Seed(0), |a, b| mean(a).0 - mean(b).0);
        let known = NORMAL_95 * (mean(&a).1.powi(2) / 400.0 + mean(&b).1.powi(2) / 900.0).sqrt();
        // A deviation of 100 numbers is off by 7 % in two of three cases: three times that is allowed.
        assert!((found / known - 1.0).abs() < 0.21, "{found} and {known}");
    }
}
