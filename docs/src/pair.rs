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
    fn least_mse(self, of: impl Fn(&Row) -> bool) -> f64 {
        self.0.iter().filter(|row| of(row)).map(|row| row.mse).fold(f64::INFINITY, f64::min)
    }

    /// Whether one of some rows has less error than each of these baselines.
    pub(super) fn is_below(self, of: impl Fn(&Row) -> bool, baselines: &[&str]) -> bool {
        let least = self.least_mse(of);
        baselines.iter().all(|baseline| self.named(baseline).is_some_and(|row| least < row.mse))
    }

    /// Whether some of these rows have less error than all of the others; there must be others.
    pub(super) fn is_less(self, of: impl Fn(&Row) -> bool, others: impl Fn(&Row) -> bool) -> bool {
        let least = self.least_mse(others);
        least.is_finite() && self.least_mse(of) < least
    }

    /// The same beyond chance, in spite of the row's being chosen among others; unknown where errors of single styles are.
    pub(super) fn is_surely_less(self, of: impl Fn(&Row) -> bool, others: impl Fn(&Row) -> bool) -> Option<bool> {
        let ours: Vec<&Row> = self.0.iter().filter(|row| of(row)).collect();
        let others: Vec<&Row> = self.0.iter().filter(|row| others(row)).collect();
        if ours.iter().chain(&others).any(|row| row.style_mse.is_empty()) {
            return None;
        }
        let below = |a: &Row, b: &Row| {
            let differences: Vec<f64> = a.style_mse.iter().zip(&b.style_mse).map(|(a, b)| a - b).collect();
            paired_difference(&differences)
                .is_some_and(|found| found.mean < 0.0 && found.probability * (ours.len() as f64) < 0.05)
        };
        Some(!others.is_empty() && ours.iter().any(|row| others.iter().all(|other| below(row, other))))
    }

    /// On how many pairs that is so; unknown where it is of one.
    pub(super) fn count_surely_less(
        table: &TranslationTable,
        of: impl Fn(&Row) -> bool,
        others: impl Fn(&Row) -> bool,
    ) -> Option<usize> {
        Pair::all(table).map(|pair| pair.is_surely_less(&of, &others).map(usize::from)).sum()
    }

    /// Whether one of some rows is more similar to the truth than each of these baselines.
    pub(super) fn is_more_similar(self, of: impl Fn(&Row) -> bool, baselines: &[&str]) -> bool {
        let most = self.0.iter().filter(|row| of(row)).map(|row| row.ssim).fold(f64::NEG_INFINITY, f64::max);
        baselines.iter().all(|baseline| self.named(baseline).is_some_and(|row| most > row.ssim))
    }
}
