//! Images changed at random in ways that leave their class alone.

use rand_core::Rng;
use rand_distr::{Distribution, StandardUniform};
use shared::image::ImageShape;

/// How images may change while they are learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Augmentation {
    /// Whether half of the images are mirrored.
    pub flip: bool,
    /// Pixels by which images are moved, at most, in each direction.
    pub shift: usize,
    /// How far images are turned (in radians), stretched (in logarithms of the factor) and slanted, at most.
    pub warp: f64,
}

/// The image, mirrored half of the time if `flip`, moved by up to `shift` pixels, and turned, stretched and slanted by up
/// to `warp`; what comes in repeats the border.
pub fn augment(pixels: &[u8], shape: ImageShape, how: Augmentation, generator: &mut impl Rng) -> Vec<u8> {
    let Augmentation { flip, shift, warp: most } = how;
    let moved =
        if flip || shift > 0 { mirror_and_move(pixels, shape, flip, shift, generator) } else { pixels.to_vec() };
    if most == 0.0 {
        return moved;
    }
    let mut draw = || most * (2.0 * Distribution::<f64>::sample(&StandardUniform, generator) - 1.0);
    let ((sin, cos), wider, higher, slant) = (draw().sin_cos(), draw().exp(), draw().exp(), draw());
    warp(&moved, shape, [[wider * cos, wider * (slant - sin)], [higher * sin, higher * cos]])
}

fn mirror_and_move(pixels: &[u8], shape: ImageShape, flip: bool, shift: usize, generator: &mut impl Rng) -> Vec<u8> {
    let mut draw = |choices: usize| {
        let uniform: f64 = StandardUniform.sample(generator);
        (uniform * choices as f64) as usize
    };
    let ImageShape { channels, height, width } = shape;
    let mirrored = flip && draw(2) == 1;
    let (down, right) = (draw(2 * shift + 1), draw(2 * shift + 1));
    let from = |at: usize, moved: usize, extent: usize| (at + moved).saturating_sub(shift).min(extent - 1);
    let mut result = Vec::with_capacity(pixels.len());
    for y in 0..height {
        for x in 0..width {
            let x = if mirrored { width - 1 - x } else { x };
            let at = (from(y, down, height) * width + from(x, right, width)) * channels;
            result.extend_from_slice(&pixels[at..at + channels]);
        }
    }
    result
}

/// The image seen through a linear map about its centre, from (right, down) in the result to (right, down) in `pixels`,
/// with bilinear weights.
fn warp(pixels: &[u8], shape: ImageShape, [to_right, to_down]: [[f64; 2]; 2]) -> Vec<u8> {
    let ImageShape { channels, height, width } = shape;
    let [middle_y, middle_x] = [height, width].map(|extent| (extent - 1) as f64 / 2.0);
    let pixel = |y: f64, x: f64, channel| {
        let [y, x] = [(y, height), (x, width)].map(|(at, extent)| at.clamp(0.0, (extent - 1) as f64) as usize);
        f64::from(pixels[(y * width + x) * channels + channel])
    };
    let mut result = Vec::with_capacity(pixels.len());
    for y in 0..height {
        for x in 0..width {
            let [right, down] = [x as f64 - middle_x, y as f64 - middle_y];
            let x = middle_x + to_right[0] * right + to_right[1] * down;
            let y = middle_y + to_down[0] * right + to_down[1] * down;
            let ([left, top], [rightward, downward]) = ([x.floor(), y.floor()], [x - x.floor(), y - y.floor()]);
            result.extend((0..channels).map(|channel| {
                let row = |y| (1.0 - rightward) * pixel(y, left, channel) + rightward * pixel(y, left + 1.0, channel);
                ((1.0 - downward) * row(top) + downward * row(top + 1.0)).round() as u8
            }));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::noise::Seed;

    fn draws(pixels: &[u8], shape: ImageShape, how: Augmentation) -> std::collections::BTreeSet<Vec<u8>> {
        let mut generator = Seed(0).stream("augmentation", 0);
        (0..200).map(|_| augment(pixels, shape, how, &mut generator)).collect()
    }

    #[test]
    fn augmentation_moves_and_mirrors_and_invents_no_pixel() {
        let shape = ImageShape { channels: 1, height: 1, width: 3 };
        let draws = |flip, shift| draws(&[1, 2, 3], shape, Augmentation { flip, shift, warp: 0.0 });
        assert_eq!(draws(false, 0), [vec![1, 2, 3]].into());
        assert_eq!(draws(true, 0), [vec![1, 2, 3], vec![3, 2, 1]].into());
        assert_eq!(draws(false, 1), [vec![1, 1, 2], vec![1, 2, 3], vec![2, 3, 3]].into());
    }

    #[test]
    fn a_warp_is_the_linear_map_it_claims_to_be() {
        let shape = ImageShape { channels: 2, height: 3, width: 3 };
        // Two planes, one that grows to the right and one that grows downwards.
        let pixels = [0, 0, 100, 0, 200, 0, 0, 100, 100, 100, 200, 100, 0, 200, 100, 200, 200, 200];
        assert_eq!(warp(&pixels, shape, [[1.0, 0.0], [0.0, 1.0]]), pixels);
        // A quarter turn: what lies downwards in the image comes to lie to the right.
        let turned: Vec<u8> = pixels.chunks(2).flat_map(|p| [p[1], 200 - p[0]]).collect();
        assert_eq!(warp(&pixels, shape, [[0.0, 1.0], [-1.0, 0.0]]), turned);
        // Twice the size, and half of that slanted.
        let larger = [50, 50, 100, 50, 150, 50, 50, 100, 100, 100, 150, 100, 50, 150, 100, 150, 150, 150];
        assert_eq!(warp(&pixels, shape, [[0.5, 0.0], [0.0, 0.5]]), larger);
        let slanted = [25, 50, 75, 50, 125, 50, 50, 100, 100, 100, 150, 100, 75, 150, 125, 150, 175, 150];
        assert_eq!(warp(&pixels, shape, [[0.5, 0.25], [0.0, 0.5]]), slanted);
    }

    #[test]
    fn a_warp_goes_no_further_than_told_and_blends_what_there_is() {
        let shape = ImageShape { channels: 1, height: 5, width: 5 };
        let pixels: Vec<u8> = (0..25).map(|at| 100 + 20 * (at % 5)).collect();
        let warped = draws(&pixels, shape, Augmentation { warp: 0.1, ..Augmentation::default() });
        assert!(warped.len() > 100, "{} different of 200", warped.len());
        assert!(warped.iter().flatten().all(|value| (100..=180).contains(value)));
        // At the corner, 2 to the right and 2 down of the centre, |Δ| ≤ 2(e^0.1 (cos 0 + 0.2) − 1) < 0.7 pixels.
        assert!(warped.iter().all(|warped| warped.iter().zip(&pixels).all(|(a, b)| a.abs_diff(*b) <= 14)));
    }
}
