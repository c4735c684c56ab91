use trainer::evaluation::translation::{Row, TranslationTable};

use super::shows;
use crate::pair::{Pair, SIMPLE};

pub(crate) fn translation(report: &TranslationTable) -> String {
    let sure = |baselines: &[&str]| -> Option<usize> {
        Pair::all(report).map(|pair| pair.is_surely_below(baselines).map(usize::from)).sum()
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
        "Of {} pairs of classes, the one class-conditional model, at the best of the methods and weights below, has less error to \
         the truth than copying, the mean and the nearest training image on {}, less than ridge regression on {}, and a \
         higher SSIM than ridge regression on {}. The best is chosen on the same images; {surely}.",
        Pair::all(report).count(),
        Pair::count(report, |pair| pair.is_below(&SIMPLE)),
        Pair::count(report, |pair| pair.is_below(&["ridge"])),
        Pair::count(report, |pair| pair.is_more_similar_than_ridge(Row::is_by_conditional_model))
    ))
}

pub(crate) fn pairs(report: &TranslationTable) -> String {
    let better =
        |pair: Pair<'_>| pair.least_mse(Row::is_by_conditional_model) < pair.least_mse(Row::is_by_direct_model);
    shows(format!(
        "On {} of {} pairs the one class-conditional model has less error to the truth than the best model trained for that \
         pair alone. One of the latter has a higher SSIM than ridge regression on {}, and in one step, which gives the mean of \
         the targets that a source may have, on {}.",
        Pair::count(report, better),
        Pair::all(report).count(),
        Pair::count(report, |pair| {
            pair.is_more_similar_than_ridge(|row| row.is_by_direct_model() && !row.is_mean_by_direct_model())
        }),
        Pair::count(report, |pair| pair.is_more_similar_than_ridge(Row::is_mean_by_direct_model))
    ))
}
