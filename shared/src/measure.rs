//! Numbers that we publish about images.

use crate::image::ImageShape;

/// Root mean square difference of two images, √(Σᵢ (aᵢ − bᵢ)² / n), in the units of their values.
///
/// Both images are n values. For images within −1..=1 the largest possible value is 2. The round-trip error of an
/// encoding is `rmse(image, decoded(encoded(image)))`.
///
/// ```
/// use shared::measure::rmse;
///
/// assert_eq!(rmse(&[1.0, -1.0, 0.0, 0.5], &[1.0, 1.0, 0.0, 0.5]), 1.0);
/// ```
///
/// # Panics
/// If the lengths differ.
pub fn rmse(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len(), "two images of one size are compared");
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    (sum / a.len() as f64).sqrt()
}

/// Structural similarity (Wang et al., 2004), at most 1 and only for equal images: the mean over all pixels and channels
/// of (2μ_aμ_b + C₁)(2σ_ab + C₂) / ((μ_a² + μ_b² + C₁)(σ_a² + σ_b² + C₂)), in Gaussian windows of deviation 1.5 and
/// radius 5 that repeat the border; values within −1..=1.
///
/// # Panics
/// If an image is not of this shape.
pub fn ssim(shape: ImageShape, a: &[f32], b: &[f32]) -> f64 {
    const RANGE: f64 = 2.0;
    let (c1, c2) = ((0.01 * RANGE).powi(2), (0.03 * RANGE).powi(2));
    assert!(a.len() == shape.values() && b.len() == shape.values(), "two images of shape {shape:?}");
    let plane = shape.height * shape.width;
    let mut sum = 0.0;
    for (a, b) in a.chunks_exact(plane).zip(b.chunks_exact(plane)) {
        let local = |of: &dyn Fn(f64, f64) -> f64| {
            blur(shape, a.iter().zip(b).map(|(a, b)| of(f64::from(*a), f64::from(*b))).collect())
        };
        let (mean_a, mean_b) = (local(&|a, _| a), local(&|_, b| b));
        let (aa, bb, ab) = (local(&|a, _| a * a), local(&|_, b| b * b), local(&|a, b| a * b));
        for i in 0..plane {
            let (ma, mb) = (mean_a[i], mean_b[i]);
            let (var_a, var_b, both) = (aa[i] - ma * ma, bb[i] - mb * mb, ab[i] - ma * mb);
            sum += (2.0 * ma * mb + c1) * (2.0 * both + c2) / ((ma * ma + mb * mb + c1) * (var_a + var_b + c2));
        }
    }
    sum / (shape.channels * plane) as f64
}

fn blur(shape: ImageShape, plane: Vec<f64>) -> Vec<f64> {
    const RADIUS: isize = 5;
    let kernel: Vec<f64> = (-RADIUS..=RADIUS).map(|d| (-((d * d) as f64) / (2.0 * 1.5 * 1.5)).exp()).collect();
    let total: f64 = kernel.iter().sum();
    let (height, width) = (shape.height as isize, shape.width as isize);
    let along = |plane: &[f64], down: isize, right: isize| -> Vec<f64> {
        let at = |y: isize, x: isize| plane[(y.clamp(0, height - 1) * width + x.clamp(0, width - 1)) as usize];
        let mean = |y: isize, x: isize| -> f64 {
            let moved = |(i, weight): (usize, &f64)| {
                let d = i as isize - RADIUS;
                weight * at(y + d * down, x + d * right)
            };
            kernel.iter().enumerate().map(moved).sum::<f64>() / total
        };
        (0..height).flat_map(|y| (0..width).map(move |x| (y, x))).map(|(y, x)| mean(y, x)).collect()
    };
    along(&along(&plane, 1, 0), 0, 1)
}

/// The mean difference of neighbouring values: what blur takes away from an image.
///
/// # Panics
/// If the image is not of this shape.
pub fn contrast(shape: ImageShape, image: &[f32]) -> f64 {
    assert_eq!(image.len(), shape.values(), "an image of shape {shape:?}");
    let differences: Vec<f64> = neighbours(shape, image).map(|(a, b)| f64::from((b - a).abs())).collect();
    differences.iter().sum::<f64>() / differences.len() as f64
}

/// All pairs of neighbouring values of one channel: each with the one to its right, and with the one below.
pub fn neighbours(shape: ImageShape, image: &[f32]) -> impl Iterator<Item = (f32, f32)> {
    let right = image.chunks_exact(shape.width).flat_map(|row| row.windows(2).map(|pair| (pair[0], pair[1])));
    let planes = image.chunks_exact(shape.height * shape.width);
    let down = planes.flat_map(move |plane| plane.iter().zip(&plane[shape.width..]).map(|(a, b)| (*a, *b)));
    right.chain(down)
}

/// The mean, and its standard error: how far it may be off because only so many were measured.
pub fn mean_and_error(numbers: &[f64]) -> (f64, f64) {
    let (mean, deviation) = mean_and_deviation(numbers);
    (mean, deviation / (numbers.len() as f64).sqrt())
}

/// The mean, and the standard deviation of single numbers about it.
pub fn mean_and_deviation(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rmse_of_known_images() {
        assert_eq!(rmse(&[1.0, -1.0], &[1.0, -1.0]), 0.0);
        assert_eq!(rmse(&[1.0, 1.0], &[-1.0, -1.0]), 2.0);
        assert!((rmse(&[3.0, 0.0], &[0.0, 4.0]) - 12.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn equal_images_are_similar_and_blur_loses_contrast() {
        let shape = ImageShape { channels: 1, height: 12, width: 16 };
        let image: Vec<f32> = (0..192).map(|i| if (i + i / 16) % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert!((ssim(shape, &image, &image) - 1.0).abs() < 1e-12);
        let negative: Vec<f32> = image.iter().map(|x| -x).collect();
        assert!(ssim(shape, &image, &negative) < 0.0);
        let blurred: Vec<f32> =
            blur(shape, image.iter().map(|x| f64::from(*x)).collect()).iter().map(|x| *x as f32).collect();
        assert!(contrast(shape, &blurred) < 0.5 * contrast(shape, &image));
        // Two constants: only their means differ, (2ab + C₁)/(a² + b² + C₁).
        let (a, b) = (vec![0.5; 192], vec![-0.25; 192]);
        assert!((ssim(shape, &a, &b) - (2.0 * 0.5 * -0.25 + 4e-4) / (0.25 + 0.0625 + 4e-4)).abs() < 1e-9);
    }

    #[test]
    fn a_mean_has_a_standard_error() {
        let (mean, error) = mean_and_error(&[1.0, 2.0, 3.0, 4.0]);
        assert!((mean - 2.5).abs() < 1e-12 && (error - (5.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
    }
}
