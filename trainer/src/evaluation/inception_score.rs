//! The Inception score (Salimans et al., 2016).

use shared::measure::mean_and_deviation;

/// Parts that the images are dealt into, as the literature does.
pub const PARTS: usize = 10;

/// exp(E[KL(p(class | image) ‖ p(class))]) of a classifier's `logits`: 1 if every image is classified alike, the number of
/// classes if each is seen for certain and equally often. The mean over ten parts, each of images in sequence, and the
/// standard deviation among them.
///
/// # Panics
/// If there are fewer than ten images.
pub fn inception_score(logits: &[Vec<f32>]) -> (f64, f64) {
    assert!(logits.len() >= PARTS, "an image for each part");
    let border = |part: usize| part * logits.len() / PARTS;
    let scores: Vec<f64> = (0..PARTS).map(|part| score(&logits[border(part)..border(part + 1)])).collect();
    mean_and_deviation(&scores)
}

fn score(logits: &[Vec<f32>]) -> f64 {
    let certain: Vec<Vec<f64>> = logits.iter().map(|logits| softmax(logits)).collect();
    let count = certain.len() as f64;
    let overall = |class: usize| certain.iter().map(|shares| shares[class]).sum::<f64>() / count;
    let overall: Vec<f64> = (0..logits[0].len()).map(overall).collect();
    let divergence = |shares: &Vec<f64>| -> f64 {
        shares.iter().zip(&overall).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln()).sum()
    };
    (certain.iter().map(divergence).sum::<f64>() / count).exp()
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_known_decisions() {
        let alike = vec![vec![0.3, -1.0, 2.0]; 40];
        assert!((inception_score(&alike).0 - 1.0).abs() < 1e-12);
        let certain: Vec<Vec<f32>> =
            (0..80).map(|i| (0..8).map(|class| if class == i % 8 { 900.0 } else { 0.0 }).collect()).collect();
        let (score, deviation) = inception_score(&certain);
        assert!((score - 8.0).abs() < 1e-9 && deviation < 1e-9, "{score} ± {deviation}");
        // Two classes at 3 : 1 and 1 : 3 by turns: KL = ¾ ln (3/2) + ¼ ln (1/2).
        let doubtful: Vec<Vec<f32>> =
            (0..40).map(|i| if i % 2 == 0 { vec![3_f32.ln(), 0.0] } else { vec![0.0, 3_f32.ln()] }).collect();
        let expected = (0.75 * 1.5_f64.ln() + 0.25 * 0.5_f64.ln()).exp();
        assert!((inception_score(&doubtful).0 - expected).abs() < 1e-6);
    }
}
