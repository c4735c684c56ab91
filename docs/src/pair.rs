//! What a table of translations says of one pair of classes.

use trainer::evaluation::paired::paired_difference;
use trainer::evaluation::translation::{Row, TranslationTable};

/// The simplest baselines: no change, the same image for all, an image that was trained on.
pub(super) const SIMPLE: [&str; 3] = ["copy", "mean", "nearest"];

/// The rows of one pair.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a>(pub(super) &'a [Row]);

impl<'a> Pair<'a> {
    /// Every pair, in order.
    pub(super) fn all(table: &'a TranslationTable) -> impl Iterator<Item = Pair<'a>> {
        table.rows.chunk_by(|a, b| a.pair == b.pair).map(Pair)
    }

    /// On how many pairs something holds.
    pub(super) fn count(table: &TranslationTable, holds: impl Fn(Pair<'_>) -> bool) -> usize {
        Pair::all(table).filter(|pair| holds(*pair)).count()
    }

    pub(super) fn named(self, method: &str) -> Option<&'a Row> {
        self.0.iter().find(|row| row.method == method)
    }

    /// The least error of some rows.
    pub(super) fn least_mse(self, of: impl Fn(&Row) -> bool) -> f64 {
        self.0.iter().filter(|row| of(row)).map(|row| row.mse).fold(f64::INFINITY, f64::min)
    }

    /// Whether the class-conditional model has, somehow, less error than each of these baselines.
    pub(super) fn is_below(self, baselines: &[&str]) -> bool {
        let least = self.least_mse(Row::is_by_conditional_model);
        baselines.iter().all(|baseline| self.named(baseline).is_some_and(|row| least < row.mse))
    }

    /// Whether some row of it has less error than each of these baselines beyond chance, in spite of its being chosen among
    /// others; unknown where errors of single styles are.
    pub(super) fn is_surely_below(self, baselines: &[&str]) -> Option<bool> {
        let ours: Vec<&Row> = self.0.iter().filter(|row| row.is_by_conditional_model()).collect();
        let others: Vec<&Row> = self.0.iter().filter(|row| baselines.contains(&row.method.as_str())).collect();
        if ours.iter().chain(&others).any(|row| row.style_mse.is_empty()) {
            return None;
        }
        let below = |a: &Row, b: &Row| {
            let differences: Vec<f64> = a.style_mse.iter().zip(&b.style_mse).map(|(a, b)| a - b).collect();
            paired_difference(&differences)
                .is_some_and(|found| found.mean < 0.0 && found.probability * (ours.len() as f64) < 0.05)
        };
        Some(ours.iter().any(|row| others.iter().all(|baseline| below(row, baseline))))
    }

    /// Whether one of some rows is more similar to the truth than ridge regression's.
    pub(super) fn is_more_similar_than_ridge(self, of: impl Fn(&Row) -> bool) -> bool {
        self.named("ridge").is_some_and(|ridge| self.0.iter().any(|row| of(row) && row.ssim > ridge.ssim))
    }
}
