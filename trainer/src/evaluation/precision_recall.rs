//! What the nearest neighbours of drawn images tell: realism, variety, and whether images were learned by heart.

use rayon::prelude::*;

/// Neighbours that decide how far a point reaches.
const NEIGHBOURS: usize = 3;

/// Improved precision and recall (Kynkäänniemi et al., 2019): the share of drawn points within reach of a real one, and
/// the share of real points within reach of a drawn one. A point reaches as far as its third nearest neighbour in its own
/// cloud.
///
/// Compare clouds of equal size only.
pub fn precision_and_recall(drawn: &[Vec<f32>], real: &[Vec<f32>]) -> (f64, f64) {
    let covered = |points: &[Vec<f32>], by: &[Vec<f32>]| {
        let reaches: Vec<f32> = by.par_iter().map(|point| reach(point, by)).collect();
        let within = |point: &&Vec<f32>| by.iter().zip(&reaches).any(|(other, reach)| squared(point, other) <= *reach);
        points.par_iter().filter(within).count() as f64 / points.len() as f64
    };
    (covered(drawn, real), covered(real, drawn))
}

/// The squared distance to the third nearest other point.
fn reach(point: &[f32], cloud: &[Vec<f32>]) -> f32 {
    let mut distances: Vec<f32> = cloud.iter().map(|other| squared(point, other)).collect();
    // The nearest one is the point itself.
    let last = NEIGHBOURS.min(distances.len() - 1);
    *distances.select_nth_unstable_by(last, f32::total_cmp).1
}

/// The root mean square difference of each image to the nearest of `others`.
pub fn nearest_differences(images: &[Vec<f32>], others: &[Vec<f32>]) -> Vec<f64> {
    let nearest = |image: &Vec<f32>| {
        let least = others.iter().map(|other| squared(image, other)).fold(f32::INFINITY, f32::min);
        (f64::from(least) / image.len() as f64).sqrt()
    };
    images.par_iter().map(nearest).collect()
}

fn squared(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::noise::Seed;

    fn cloud(seed: u64, count: usize, scale: f32) -> Vec<Vec<f32>> {
        (0..count as u64).map(|i| Seed(seed).noise(i, 2).iter().map(|x| x * scale).collect()).collect()
    }

    #[test]
    fn a_narrow_cloud_is_precise_and_recalls_little_and_a_wide_one_the_reverse() {
        let real = cloud(0, 400, 1.0);
        let (precision, recall) = precision_and_recall(&cloud(1, 400, 0.2), &real);
        assert!(precision > 0.95 && recall < 0.4, "{precision} {recall}");
        let (precision, recall) = precision_and_recall(&cloud(1, 400, 5.0), &real);
        assert!(precision < 0.4 && recall > 0.8, "{precision} {recall}");
        assert_eq!(precision_and_recall(&real, &real), (1.0, 1.0));
    }

    #[test]
    fn a_copy_is_its_own_nearest_neighbour() {
        let others = cloud(0, 50, 1.0);
        assert_eq!(nearest_differences(&others[..3], &others), [0.0; 3]);
        let moved = vec![vec![others[7][0] + 0.001, others[7][1]]];
        let difference = nearest_differences(&moved, &others)[0];
        assert!((difference - 0.001 / 2.0_f64.sqrt()).abs() < 1e-6, "{difference}");
    }
}
