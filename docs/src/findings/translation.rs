use shared::method::Method;
use trainer::evaluation::translation::{Row, TranslationTable};

use super::shows;
use crate::pair::{Pair, SIMPLE};

/// What learns from true pairs, which the class-conditional model never sees.
const RIDGE: &str = "ridge";

pub(crate) fn translation(report: &TranslationTable) -> String {
    let ways = [(Method::Ddib, "through the noise"), (Method::FlowEdit, "by FlowEdit"), (Method::SdEdit, "by SDEdit")];
    let of_method = |(method, title): (Method, &str)| {
        let of = |row: &Row| row.method == method.name();
        format!(
            "{title} {}, {} and {}",
            Pair::count(report, |pair| pair.is_below(of, &SIMPLE)),
            Pair::count(report, |pair| pair.is_below(of, &[RIDGE])),
            Pair::count(report, |pair| pair.is_more_similar(of, &[RIDGE, "copy"]))
        )
    };
    let sure = |baselines: &[&str]| {
        Pair::count_surely_less(report, Row::is_by_conditional_model, |row| baselines.contains(&row.method.as_str()))
    };
    let surely = sure(&SIMPLE).zip(sure(&[RIDGE])).map_or_else(
        || "differences below their errors count".to_owned(),
        |(simple, ridge)| {
            format!(
                "of the two kinds of less error, at whatever method and weight, {simple} and {ridge} are beyond chance (paired by \
                 style, corrected for the choice), SSIM is not tested"
            )
        },
    );
    shows(format!(
        "Of {} pairs of classes, the one class-conditional model, at the best of the weights below, has less error to the truth than \
         copying, the mean and the nearest training image, less than ridge regression, and a higher SSIM than ridge regression \
         and copying on so many: {}. The nearest and ridge regression know true pairs, which the model has never seen. The weight \
         is chosen on the same images; {surely}.",
        Pair::all(report).count(),
        ways.map(of_method).join("; "),
    ))
}

pub(crate) fn pairs(report: &TranslationTable) -> String {
    let (ours, paired) = (Row::is_by_conditional_model, |row: &Row| row.method.starts_with("paired"));
    let unpaired = |row: &Row| row.method.starts_with("unpaired");
    let in_one_step = report.rows.iter().any(Row::is_mean_by_direct_model).then(|| {
        format!(
            ", and in one step, which gives the mean of the targets that a source may have, on {}",
            Pair::count(report, |pair| pair.is_more_similar(Row::is_mean_by_direct_model, &[RIDGE]))
        )
    });
    let surely = |of: Option<usize>| of.map_or(String::new(), |sure| format!(" ({sure} beyond chance)"));
    shows(format!(
        "Of {} pairs, the one class-conditional model has less error to the truth than the best model for the pair alone that was \
         trained on true pairs on {}{}, and than the best one that was trained without them on {}{}; the models for a pair are narrower than the one for all, {}. One of \
         the models for a pair has a higher SSIM than ridge regression on {}{}.",
        Pair::all(report).count(),
        Pair::count(report, |pair| pair.is_less(ours, paired)),
        surely(Pair::count_surely_less(report, ours, paired)),
        Pair::count(report, |pair| pair.is_less(ours, unpaired)),
        surely(Pair::count_surely_less(report, ours, unpaired)),
        report.trained.as_ref().map_or(String::new(), |trained| {
            format!("of {} channels, and saw {} images each", trained.width, trained.images)
        }),
        Pair::count(report, |pair| {
            pair.is_more_similar(|row| row.is_by_direct_model() && !row.is_mean_by_direct_model(), &[RIDGE])
        }),
        in_one_step.unwrap_or_default()
    ))
}
