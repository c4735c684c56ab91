//! What each section shows, in one sentence that is made of its numbers: also where the answer is no.

mod studies;
mod translation;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Display;

use shared::card::{Measure, ModelCard};
use shared::solver::Solver;
use shared::time::Spacing;
use trainer::evaluation::confusion::Confusion;
use trainer::evaluation::encoding::EncodingTable;
use trainer::evaluation::exact_mixture::Solved;
use trainer::evaluation::guidance::Guidance;
use trainer::evaluation::likelihood::LikelihoodTable;
use trainer::evaluation::paired::quantile;
use trainer::evaluation::pretrained_table::{PART, PretrainedTable, Row as Seen};
use trainer::evaluation::work_precision::{Row as Setting, WorkPrecision};
use trainer::report::circumstances::SolverSettings;

use crate::cells::{number, percent, spread};
pub(super) use studies::{objectives, recipes};
pub(super) use translation::{pairs, translation};

/// Whether a difference is told from none: by more than two standard errors.
fn told(difference: f64, error: f64) -> Ordering {
    told_beyond(difference, 2.0 * error)
}

/// Whether a difference is told from none: by more than `most`, which chance may do.
fn told_beyond(difference: f64, most: f64) -> Ordering {
    if difference.abs() > most { difference.total_cmp(&0.0) } else { Ordering::Equal }
}

/// What became of a number from `before` to `after`, each a mean over so many seeds and its standard deviation.
fn moved(before: (f64, f64), after: (f64, f64), seeds: u64) -> String {
    let word = match told(after.0 - before.0, before.1.hypot(after.1) / (seeds as f64).sqrt()) {
        Ordering::Greater => "rises",
        Ordering::Less => "falls",
        Ordering::Equal => "moves by less than two standard errors",
    };
    format!("{word}, from {} to {}", spread(before.0, Some(before.1)), spread(after.0, Some(after.1)))
}

/// Of errors of one step at even distances from t = 0 to t = 1, those at t = 0.5 and t = 1.
fn half_and_end(errors: &[f64]) -> Option<(f64, f64)> {
    Some((*errors.get((errors.len() / 2).checked_sub(1)?)?, *errors.last()?))
}

/// The sentence as a paragraph.
pub(super) fn shows(sentence: impl Display) -> String {
    format!("**What this shows.** {sentence}\n\n")
}

pub(super) fn card(card: &ModelCard) -> String {
    let measure = |name: &str| card.measures.iter().find(|measure| measure.name == name);
    let beside = |name: &str, title: &str| {
        let Measure { value, deviation, real, control, .. } = measure(name)?;
        let real = real.map_or(String::new(), |real| format!(", real images {}", number(real)));
        let control =
            control.map_or(String::new(), |control| format!(", the same few images repeated {}", number(control)));
        Some(format!("{title} {}{real}{control}", spread(*value, *deviation)))
    };
    let parts = [
        beside("classifier_fid", "classifier FID"),
        beside("pixel_fid", "pixel FID"),
        beside("class_accuracy", "class accuracy"),
    ];
    let drawn = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    let interval = measure("classifier_fid_interval").map_or(String::new(), |Measure { value, real, .. }| {
        let real = real.map_or(String::new(), |real| format!(", that of real images ± {}", number(real)));
        let wide = measure("classifier_fid").is_some_and(|fid| *value > fid.value);
        format!(
            " The 95 % interval of the classifier FID of one seed is ± {}{real} (bootstrap, of drawn and held-out images){}.",
            number(*value),
            if wide {
                ", wider than the distance itself: that hangs on a few unusual images, and only distances to the very same held-out \
                 images compare"
            } else {
                ""
            }
        )
    });
    let noise = measure("noise_deviation").map_or(String::new(), |measure| {
        format!(
            " The encoded noise of held-out images has a deviation of {}, which should be 1.",
            number(measure.value)
        )
    });
    let repeated = measure("classifier_fid").zip(measure("recall")).and_then(|(fid, recall)| {
        let (least, variety) = (fid.control?, recall.control?);
        (fid.value >= least).then(|| {
            format!(
                " By the classifier's features alone they are no nearer to real images than the same few images repeated; recall ({} against \
                 {}) tells them apart.",
                number(recall.value),
                number(variety)
            )
        })
    });
    shows(format!("Of drawn images: {drawn}.{}{interval}{noise}", repeated.unwrap_or_default()))
}

pub(super) fn work_precision(report: &WorkPrecision) -> String {
    let best = report.rows.iter().min_by(|a, b| a.classifier_fid.total_cmp(&b.classifier_fid));
    // Without a spread nothing can be said.
    let Some((best, own)) = best.and_then(|best| Some((best, best.classifier_fid_deviation?))) else {
        return String::new();
    };
    // The others' own spread does not count: it would make a setting good for being uncertain.
    let error = own / (report.seeds as f64).sqrt();
    let near = |row: &&Setting| row.classifier_fid <= best.classifier_fid + 2.0 * error;
    let enough = report.rows.iter().filter(near).min_by_key(|row| row.nfe).unwrap_or(best);
    let fewer: BTreeSet<u32> = report.rows.iter().map(|row| row.nfe).filter(|nfe| *nfe < enough.nfe).collect();
    let fewer: Vec<String> = fewer.iter().map(u32::to_string).collect();
    let most = report.rows.iter().all(|row| row.nfe <= enough.nfe);
    let control = report.control.map_or(f64::INFINITY, |control| control.classifier_fid);
    let beyond: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row.classifier_fid >= control)
        .map(|row| format!("{} {} {}", row.settings.solver, row.settings.intervals, row.settings.spacing))
        .collect();
    let beyond = if beyond.is_empty() {
        String::new()
    } else {
        format!(
            " By classifier FID alone these settings are no nearer to real images than the same few images repeated ({}): {}.",
            number(control),
            beyond.join(", ")
        )
    };
    let setting = |row: &Setting| {
        let SolverSettings { solver, intervals, spacing } = row.settings;
        let pixels =
            row.pixel_fid.map_or(String::new(), |fid| format!(", pixel FID {}", spread(fid, row.pixel_fid_deviation)));
        let fid = spread(row.classifier_fid, row.classifier_fid_deviation);
        format!("{solver}, {intervals} {spacing} intervals: classifier FID {fid}{pixels}")
    };
    let least = if most {
        format!(
            "The most network evaluations measured, {}, are the only ones that come within two of its standard errors of the least \
             classifier FID ({}); {} do not.",
            enough.nfe,
            setting(enough),
            fewer.join(", ")
        )
    } else {
        format!(
            "{} network evaluations are the fewest whose classifier FID is within two of its standard errors of the least ({}); the least is \
             that of {} ({}).",
            enough.nfe,
            setting(enough),
            best.nfe,
            setting(best)
        )
    };
    shows(least + &beyond)
}

pub(super) fn encoding(report: &EncodingTable) -> String {
    let row = |spacing| {
        let settings = SolverSettings { solver: Solver::Midpoint, intervals: 10, spacing };
        report.rows.iter().find(|row| row.settings == settings)
    };
    let (Some(uniform), Some(edm)) = (row(Spacing::Uniform), row(Spacing::Edm)) else { return String::new() };
    let trips = format!("round trips are {} and {}", number(edm.round_trip), number(uniform.round_trip));
    let other_way = (edm.converged_rmse < uniform.converged_rmse) != (edm.round_trip < uniform.round_trip);
    shows(format!(
        "Ten midpoint intervals on the EDM grid find a noise that is {} from the flow's own, on a uniform grid {}{}",
        number(edm.converged_rmse),
        number(uniform.converged_rmse),
        if other_way {
            format!(", though the {trips}: a small round trip does not prove that the noise is the flow's.")
        } else {
            format!("; the {trips}.")
        }
    ))
}

pub(super) fn guidance(report: &Guidance) -> String {
    let Some(plain) = report.rows.iter().find(|row| row.guidance == 1.0) else { return String::new() };
    let Some(best) = report.best() else { return String::new() };
    let seeds = report.seeds;
    shows(format!(
        "At weight {}, the best above 1, classifier FID {}; class accuracy {}; recall {}.",
        best.guidance,
        moved(
            (plain.classifier_fid, plain.classifier_fid_deviation),
            (best.classifier_fid, best.classifier_fid_deviation),
            seeds
        ),
        moved(
            (plain.class_accuracy, plain.class_accuracy_deviation),
            (best.class_accuracy, best.class_accuracy_deviation),
            seeds
        ),
        moved((plain.recall, plain.recall_deviation), (best.recall, best.recall_deviation), seeds)
    ))
}

pub(super) fn classifier(report: &Confusion) -> String {
    let bound = report.bound.map_or(String::new(), |bound| {
        format!(", where one who guesses among classes drawn alike reaches {}", percent(bound))
    });
    let merged = report
        .merged_accuracy
        .map_or(String::new(), |merged| format!("; {} if case, 0 O o and 1 I l are not told apart", percent(merged)));
    shows(format!("The classifier decides {} of held-out images rightly{bound}{merged}.", percent(report.accuracy)))
}

pub(super) fn likelihood(report: &LikelihoodTable) -> String {
    let best = report.coders.iter().min_by(|a, b| a.1.bits_per_dimension.total_cmp(&b.1.bits_per_dimension));
    let beside = best.map_or(String::new(), |(name, row)| {
        let error = report.held_out.error.hypot(row.error);
        let less = match told(report.held_out.bits_per_dimension - row.bits_per_dimension, error) {
            Ordering::Greater => "more than",
            Ordering::Less => "fewer than",
            Ordering::Equal => "within two standard errors of",
        };
        format!(", {less} the {} of the best coder without a model ({name})", number(row.bits_per_dimension))
    });
    shows(format!(
        "Held-out images need at most {} bits per dimension{beside}; images trained on need at most {}.",
        spread(report.held_out.bits_per_dimension, Some(report.held_out.error)),
        spread(report.trained_on.bits_per_dimension, Some(report.trained_on.error))
    ))
}

pub(super) fn pretrained(report: &PretrainedTable) -> String {
    let PretrainedTable { drawn, held_out, control, .. } = report;
    let distance = |row: &Seen| spread(row.kernel_distance, row.kernel_error);
    let error = drawn.kernel_error.unwrap_or_default().hypot(control.kernel_error.unwrap_or_default());
    // Few parts tell their own spread badly.
    let sure = quantile(drawn.images.min(control.images) / PART);
    let beside = match sure.map(|errors| told_beyond(drawn.kernel_distance - control.kernel_distance, errors * error)) {
        Some(Ordering::Greater) => "further away than",
        Some(Ordering::Less) => "nearer than",
        Some(Ordering::Equal) | None => "not told apart from",
    };
    shows(format!(
        "Seen by a network that knows photographs, drawn images are at a kernel distance of {} from those trained on, {beside} \
         the negative control, a single choice of few images, at {}; real held-out images are at {}.{}",
        distance(drawn),
        distance(control),
        distance(held_out),
        match [drawn, control, held_out].map(|row| number(row.frechet_distance)) {
            all if drawn.images == held_out.images =>
                format!(" Their Fréchet distances are, in this order, {}.", all.join(", ")),
            // Those of unequal numbers of images do not compare.
            [drawn, control, _] => format!(" The Fréchet distances of the first two are {drawn} and {control}."),
        }
    ))
}

pub(super) fn solvers(report: &Solved) -> String {
    let most = report.results.iter().map(|row| row.intervals).max().unwrap_or_default();
    let of = |solver| report.results.iter().find(|row| row.solver == solver && row.intervals == most);
    let (Some(midpoint), Some(reversible)) = (of(Solver::Midpoint), of(Solver::Reversible)) else {
        return String::new();
    };
    let one_step = half_and_end(&report.one_step).map_or(String::new(), |(half, end)| {
        format!(
            " The one-step approximation that the path-constrained loss is derived from is off by {} at t = 0.5 and by {} at t = 1 (root \
             mean square over the starts).",
            number(half),
            number(end)
        )
    });
    shows(format!(
        "At {most} intervals midpoint is {} from the exact map and returns within {}; the reversible solver returns within {} and is {} \
         from the exact map, at twice the evaluations: exact return is not exactness.{one_step}",
        number(midpoint.error),
        number(midpoint.round_trip),
        number(reversible.round_trip),
        number(reversible.error)
    ))
}
