//! The learning rate along a run.

use std::f64::consts::PI;

use crate::training::config::Training;

/// Rises along a line during the warm-up, then falls along half a cosine to 0 at the end of the run, if it decays.
pub fn learning_rate(training: &Training, images_seen: u64) -> f64 {
    let seen = images_seen as f64;
    let warm_up = (training.warm_up() as f64).max(1.0);
    let rise = ((seen + training.batch as f64) / warm_up).min(1.0);
    let progress = (seen / training.images as f64).min(1.0);
    let left = if training.decay { 0.5 * (1.0 + (PI * progress).cos()) } else { 1.0 };
    training.learning_rate * rise * left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rises_peaks_and_falls_to_zero() {
        let training = Training { images: 100_000, warm_up_images: Some(10_000), ..Training::default() };
        let at = |seen| learning_rate(&training, seen) / training.learning_rate;
        assert!(at(0) < 0.01);
        assert!(at(10_000) > 0.95);
        assert!((at(50_000) - 0.5).abs() < 1e-12);
        assert!(at(100_000).abs() < 1e-12);
        assert_eq!(learning_rate(&Training { decay: false, ..training }, 100_000), training.learning_rate);
    }
}
