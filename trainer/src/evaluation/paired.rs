//! Differences between things that were measured with the same seeds, one with each.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The mean of paired differences and how well it is known (Student, 1908).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// The mean.
    pub mean: f64,
    /// Half of its 95 % interval.
    pub interval: f64,
    /// How likely a mean as far from 0 is if there is no difference, to either side.
    pub probability: f64,
}

/// What some differences say; nothing of fewer than two, or if all are equal.
pub fn paired_difference(differences: &[f64]) -> Option<PairedDifference> {
    let (mean, error) = shared::measure::mean_and_error(differences);
    let (student, quantile) = (student(differences.len())?, quantile(differences.len())?);
    (error > 0.0).then(|| PairedDifference {
        mean,
        interval: quantile * error,
        probability: 2.0 * student.cdf(-(mean / error).abs()),
    })
}

/// How many of its standard errors the mean of so many numbers lies from the truth at most, 95 times in a hundred; nothing is
/// known of one.
pub fn quantile(numbers: usize) -> Option<f64> {
    Some(student(numbers)?.inverse_cdf(0.975))
}

fn student(numbers: usize) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, numbers.checked_sub(1)? as f64).ok()
}

/// Probabilities corrected for their number (Holm, 1979): below 0.05 all those differences exist together, but for one chance in
/// twenty that some does not.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let (mut corrected, mut most) = (vec![0.0; probabilities.len()], 0.0_f64);
    for (rank, &at) in order.iter().enumerate() {
        most = most.max((probabilities.len() - rank) as f64 * probabilities[at]).min(1.0);
        corrected[at] = most;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sample_has_its_known_interval() {
        // Mean 3, deviation √2.5, five numbers: the quantile of Student's t with four degrees of freedom is 2.776445.
        let found = paired_difference(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("they differ");
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert!((found.interval - 2.776_445 * 0.5_f64.sqrt()).abs() < 1e-5, "{found:?}");
        // P(|t₄| > 3/√½ = 4.2426) = 0.013236.
        assert!((found.probability - 0.013_236).abs() < 1e-5, "{found:?}");
        assert_eq!(paired_difference(&[1.0]), None);
    }

    #[test]
    fn many_comparisons_need_smaller_probabilities() {
        let corrected = holm(&[0.04, 0.001, 0.03]);
        assert!((corrected[1] - 0.003).abs() < 1e-12 && (corrected[2] - 0.06).abs() < 1e-12);
        assert_eq!(corrected[0], corrected[2], "never below that of a smaller one");
    }
}
