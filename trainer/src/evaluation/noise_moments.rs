//! Whether encoded images are the noise that a perfect model would find: independent draws from N(0, 1).

use shared::image::ImageShape;
use shared::measure::neighbours;

/// The moments of many noises' numbers about 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseMoments {
    /// √(Σz²/n): 1 for N(0, 1).
    pub deviation: f64,
    /// Σz⁴/n / (Σz²/n)² − 3: 0 for N(0, 1).
    pub excess_kurtosis: f64,
    /// The mean product of neighbouring numbers, to the right and below, over the mean square: 0 for independent numbers.
    pub neighbours: f64,
}

impl NoiseMoments {
    /// Those of noises in the shape of images.
    pub fn of(shape: ImageShape, noises: &[Vec<f32>]) -> Self {
        let power = |exponent: i32| mean(noises.iter().flatten().map(|z| f64::from(*z).powi(exponent)));
        let (square, fourth) = (power(2), power(4));
        let pairs = noises.iter().flat_map(|noise| neighbours(shape, noise));
        let products = mean(pairs.map(|(a, b)| f64::from(a) * f64::from(b)));
        NoiseMoments {
            deviation: square.sqrt(),
            excess_kurtosis: fourth / (square * square) - 3.0,
            neighbours: products / square,
        }
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0_usize), |(sum, count), x| (sum + x, count + 1));
    sum / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::noise::Seed;

    #[test]
    fn noise_is_normal_and_its_running_mean_is_not_independent() {
        let shape = ImageShape { channels: 3, height: 8, width: 8 };
        let noises: Vec<Vec<f32>> = (0..200).map(|i| Seed(2).noise(i, shape.values())).collect();
        let NoiseMoments { deviation, excess_kurtosis, neighbours } = NoiseMoments::of(shape, &noises);
        // 38,400 draws: standard errors 0.004, 0.025 and 0.004.
        assert!((deviation - 1.0).abs() < 0.015 && excess_kurtosis.abs() < 0.1 && neighbours.abs() < 0.015);
        let smooth: Vec<Vec<f32>> =
            noises.iter().map(|z| z.windows(2).map(|z| z[0] + z[1]).chain([0.0]).collect()).collect();
        // To the right half of each number is shared, below nothing is.
        let neighbours = NoiseMoments::of(shape, &smooth).neighbours;
        assert!((neighbours - 0.25).abs() < 0.03, "{neighbours}");
    }
}
