use bench::Spread;
use trainer::evaluation::paired::PairedDifference;
use trainer::evaluation::study::StudyTable;
use trainer::evaluation::study_table::Difference;

use super::{half_and_end, shows};

/// A difference with its interval.
fn change(PairedDifference { mean, interval, .. }: PairedDifference) -> String {
    let decimals = match interval {
        ..1.0 => 2,
        ..10.0 => 1,
        _ => 0,
    };
    format!("{mean:+.decimals$} ± {interval:.decimals$}")
}

/// Those of some comparisons that are beyond chance, with their differences.
fn beyond_chance(comparisons: &[Difference<'_>], of: impl Fn(&Difference<'_>) -> bool) -> String {
    let sure = comparisons.iter().filter(|comparison| comparison.corrected < 0.05 && of(comparison));
    let names: Vec<String> = sure.map(|sure| format!("{} ({})", sure.variant, change(sure.difference))).collect();
    if names.is_empty() { "none".to_owned() } else { names.join("; ") }
}

pub(crate) fn objectives(report: &StudyTable) -> String {
    let comparisons = report.comparisons();
    let path = comparisons.iter().find(|comparison| comparison.variant.starts_with("path-constrained"));
    let Some(path) = path else { return String::new() };
    let outcome = |difference: PairedDifference| match difference.mean {
        mean if mean.abs() < difference.interval => "makes no difference that these seeds can show",
        mean if mean < 0.0 => "helps",
        _ => "harms",
    };
    let early = report.outcomes[0].curve.first().and_then(|point| {
        let difference = report.difference(path.variant, |outcome| outcome.curve[0].classifier_fid)?;
        Some(format!(
            " After {} of {} images it {}: {}.",
            point.images,
            report.images,
            outcome(difference),
            change(difference)
        ))
    });
    let converged = (report.outcomes.iter().all(|outcome| outcome.converged_fid.is_some()))
        .then(|| report.difference(path.variant, |outcome| outcome.converged_fid.unwrap_or(f64::NAN)))
        .flatten()
        .map(|difference| {
            format!(
                " With so many intervals that the sampler hardly matters, from one seed of the noise, it {}: {}.",
                outcome(difference),
                change(difference)
            )
        });
    let different = (comparisons.len() > 1).then(|| {
        format!(
            " In classifier FID these differ from the plain loss after Holm's correction for {} comparisons, all at the plain loss's \
             learning rate: {}.",
            comparisons.len(),
            beyond_chance(&comparisons, |_| true)
        )
    });
    let in_pixels = (comparisons.len() > 1 && report.outcomes.iter().all(|outcome| outcome.pixel_fid.is_some()))
        .then(|| report.comparisons_by(|outcome| outcome.pixel_fid.unwrap_or(f64::NAN)))
        .map(|pixels| {
            format!(" In pixel FID these are better: {}.", beyond_chance(&pixels, |found| found.difference.mean < 0.0))
        });
    let budget = report.real.zip(report.best()).map(|(real, (best, fid))| {
        format!(
            " The least classifier FID ({best}) is {:.0} times that of real images, {:.0} s of training each on {}; what would be the best \
             nearer to real images is not known.",
            fid / real.classifier_fid,
            report.outcomes.iter().map(|outcome| outcome.seconds).sum::<f64>() / report.outcomes.len() as f64,
            report.device
        )
    });
    shows(format!(
        "The path-constrained weight t {}: it changes classifier FID by {} (95 % interval, paired seeds, of this comparison \
         alone).{}{}{}{}{}{}",
        outcome(path.difference),
        change(path.difference),
        converged.unwrap_or_default(),
        early.unwrap_or_default(),
        different.unwrap_or_default(),
        in_pixels.unwrap_or_default(),
        budget.unwrap_or_default(),
        one_step(report)
    ))
}

/// How wrong the one-step approximation is for the first variant, halfway and at the image.
fn one_step(report: &StudyTable) -> String {
    let errors = report.mean_errors(|outcome| &outcome.one_step_late);
    let Some((half, end)) = errors.first().and_then(|errors| half_and_end(errors)) else { return String::new() };
    format!(
        " The plain one's one-step approximation is off by {half:.2} at t = 0.5, and by {end:.2} at t = 1, where the exact field's is \
         off by 1."
    )
}

pub(crate) fn recipes(report: &StudyTable) -> String {
    let comparisons = report.comparisons();
    if report.seeds() < 3 {
        return shows(format!(
            "Two seeds cannot tell any of {} changes from chance: the table shows what is worth a longer look, and no more.",
            comparisons.len()
        ));
    }
    let intervals: Vec<f64> = comparisons.iter().map(|comparison| comparison.difference.interval).collect();
    shows(format!(
        "Changes that lower classifier FID beyond chance (Holm's correction): {}. That raise it: {}. Half of the 95 % intervals are wider \
         than ± {:.0} before any correction: smaller effects cannot be seen with {} seeds.",
        beyond_chance(&comparisons, |comparison| comparison.difference.mean < 0.0),
        beyond_chance(&comparisons, |comparison| comparison.difference.mean >= 0.0),
        Spread::of(&intervals).median,
        report.seeds()
    ))
}
