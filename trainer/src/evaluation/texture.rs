//! What images look like from close by.

use shared::image::ImageShape;
use shared::measure::neighbours;

/// Values that differ by no more are equal to the eye: 2.5 of 255 levels.
pub const EQUAL: f32 = 0.02;

/// The share of neighbouring values, to the right and below, that are equal within [`EQUAL`], after images were brought
/// into the range of pixels. Flat drawings have many, and noise that a model leaves in them shows here first.
pub fn equal_neighbours(shape: ImageShape, images: &[Vec<f32>]) -> f64 {
    let (mut equal, mut all) = (0_usize, 0_usize);
    for (a, b) in images.iter().flat_map(|image| neighbours(shape, image)) {
        all += 1;
        equal += usize::from((a.clamp(-1.0, 1.0) - b.clamp(-1.0, 1.0)).abs() <= EQUAL);
    }
    equal as f64 / all as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_seen_where_it_is() {
        let shape = ImageShape { channels: 1, height: 2, width: 3 };
        // Of the four pairs in rows two differ, of the three in columns none; what is too bright is white.
        let image = vec![-1.0, -1.01, 1.0, -1.0, -1.0, 1.7];
        assert_eq!(equal_neighbours(shape, &[image]), 5.0 / 7.0);
        assert_eq!(equal_neighbours(shape, &[vec![0.5; 6], vec![0.1; 6]]), 1.0);
    }
}
