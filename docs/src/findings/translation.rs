use trainer::evaluation::paired::paired_difference;
use trainer::evaluation::translation::{Row, TranslationTable};

use super::shows;

pub(crate) fn translation(report: &TranslationTable) -> String {
    const SIMPLE: [&str; 3] = ["copy", "mean", "nearest"];
    let (mut pairs, mut simple, mut ridge, mut similar) = (0, 0, 0, 0);
    for rows in report.rows.chunk_by(|a, b| a.pair == b.pair) {
        let of = |name: &str| rows.iter().find(|row| row.method == name);
        let with_model = || rows.iter().filter(|row| row.is_by_conditional_model());
        let least = with_model().map(|row| row.mse).fold(f64::INFINITY, f64::min);
        let most = with_model().map(|row| row.ssim).fold(f64::NEG_INFINITY, f64::max);
        let below = |name: &str| of(name).is_some_and(|row| least < row.mse);
        pairs += 1;
        simple += usize::from(SIMPLE.into_iter().all(below));
        ridge += usize::from(below("ridge"));
        similar += usize::from(of("ridge").is_some_and(|row| most > row.ssim));
    }
    let sure = |baselines: &[&str]| -> Option<usize> {
        let pairs = report.rows.chunk_by(|a, b| a.pair == b.pair);
        pairs.map(|rows| is_surely_below(rows, baselines).map(usize::from)).sum()
    };
    let surely = sure(&SIMPLE).zip(sure(&["ridge"])).map_or_else(
        || "differences below their errors count".to_owned(),
        |(simple, ridge)| {
            format!(
                "of the two kinds of less error, {simple} and {ridge} are beyond chance (paired by style, corrected for the choice)"
            )
        },
    );
    shows(format!(
        "Of {pairs} pairs of classes, the one class-conditional model, at the best of the methods and weights below, has less error to \
         the truth than copying, the mean and the nearest training image on {simple}, less than ridge regression on {ridge}, and a \
         higher SSIM than ridge regression on {similar}. The best is chosen on the same images; {surely}."
    ))
}

pub(crate) fn pairs(report: &TranslationTable) -> String {
    let (mut pairs, mut one) = (0, 0);
    for rows in report.rows.chunk_by(|a, b| a.pair == b.pair) {
        let least =
            |of: fn(&Row) -> bool| rows.iter().filter(|row| of(row)).map(|row| row.mse).fold(f64::INFINITY, f64::min);
        pairs += 1;
        one += usize::from(least(Row::is_by_conditional_model) < least(Row::is_by_direct_model));
    }
    shows(format!(
        "On {one} of {pairs} pairs the one class-conditional model has less error to the truth than the best model trained for that \
         pair alone."
    ))
}

/// Whether some row of the class-conditional model has less error than each of these baselines beyond chance, in spite of its being
/// chosen among others; unknown where errors of single styles are.
fn is_surely_below(rows: &[Row], baselines: &[&str]) -> Option<bool> {
    let ours: Vec<&Row> = rows.iter().filter(|row| row.is_by_conditional_model()).collect();
    let others: Vec<&Row> = rows.iter().filter(|row| baselines.contains(&row.method.as_str())).collect();
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
