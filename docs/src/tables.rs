//! What the trainer answers, as tables.

mod translation;

use anyhow::Result;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trainer::evaluation::confusion::Confusion;
use trainer::evaluation::encoding::EncodingTable;
use trainer::evaluation::exact_mixture::Solved;
use trainer::evaluation::guidance::Guidance;
use trainer::evaluation::inception_table::InceptionTable;
use trainer::evaluation::inspected::Inspected;
use trainer::evaluation::likelihood::LikelihoodTable;
use trainer::evaluation::objectives::ObjectivesTable;
use trainer::evaluation::work_precision::WorkPrecision;
use trainer::report::circumstances::{Circumstances, SolverSettings};

pub(super) use translation::{pairs, translation};

fn read<T: DeserializeOwned>(report: &Value) -> Result<T> {
    Ok(T::deserialize(report)?)
}

pub(super) fn card(report: &Value) -> Result<String> {
    let Inspected { card, parameters, .. } = read(report)?;
    let rows = card.measures.iter().map(|measure| {
        vec![
            measure.name.clone(),
            number(measure.value),
            measure.real.map_or("–".to_owned(), number),
            measure.samples.to_string(),
            format!("{}, {} {}", measure.solver, measure.intervals, measure.spacing),
            measure.nfe.to_string(),
            measure.guidance.to_string(),
            measure.data.clone(),
        ]
    });
    let titles = ["measure", "drawn", "real", "samples", "solver, intervals", "nfe", "guidance", "against"];
    let extractor = card.measures.first().map_or("–", |measure| &measure.extractor);
    let seed = card.measures.first().map_or(0, |measure| measure.seed);
    Ok(format!(
        "{}; {} images seen in {:.0} s on {}; {parameters} weights.\n\n{}\nSeed {seed}; features and decisions of {extractor}.\n",
        card.data,
        card.images_seen,
        card.seconds,
        card.device,
        table(&titles, rows)
    ))
}

/// What a table was measured with.
fn with(circumstances: &Circumstances) -> String {
    let mut text = format!("On {}", circumstances.device);
    if let Some(extractor) = &circumstances.extractor {
        text += &format!("; the classifier is {}", extractor.name);
        if let Some(accuracy) = extractor.accuracy {
            text += &format!(", {:.1} % right on held-out images", 100.0 * accuracy);
        }
    }
    text + "."
}

fn settings(settings: &SolverSettings) -> String {
    format!("{}, {} {} intervals", settings.solver, settings.intervals, settings.spacing)
}

pub(super) fn classifier(report: &Value) -> Result<String> {
    let Confusion { extractor, data, device, images, accuracy, alike, bound, mistakes } = read(report)?;
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let bound = bound.map_or(String::new(), |bound| {
        format!(
            " Styles draw some classes alike (mean square difference at most {alike}): one who guesses among those, and is \
             right otherwise, reaches {}.",
            percent(bound)
        )
    });
    let rows = mistakes
        .into_iter()
        .map(|mistake| vec![mistake.class, mistake.taken_for, mistake.count.to_string(), percent(mistake.share)]);
    Ok(format!(
        "{data}. On {device}. It is {}, and right on {} of {images} held-out images.{bound} Its most frequent mistakes:\n\n{}",
        extractor.name,
        percent(accuracy),
        table(&["class", "taken for", "images", "share of the class"], rows)
    ))
}

pub(super) fn work_precision(report: &Value) -> Result<String> {
    let WorkPrecision { circumstances, guidance, real_classifier_fid, round_trips, rows } = read(report)?;
    let rows = rows.into_iter().map(|row| {
        vec![
            row.nfe.to_string(),
            row.settings.solver.to_string(),
            row.settings.spacing.to_string(),
            row.settings.intervals.to_string(),
            number(row.classifier_fid),
            number(row.classifier_kid),
            number(row.class_accuracy),
            number(row.round_trip),
        ]
    });
    let titles =
        ["nfe", "solver", "spacing", "intervals", "classifier FID", "classifier KID", "class accuracy", "round trip"];
    Ok(format!(
        "{} {} images a row, guidance {guidance}, seed {}. Real held-out images have classifier FID {}. Round trip: root mean \
         square difference of {round_trips} held-out images to themselves, encoded and decoded without guidance, in single \
         precision.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        circumstances.seed,
        number(real_classifier_fid),
        table(&titles, rows)
    ))
}

pub(super) fn encoding(report: &Value) -> Result<String> {
    let EncodingTable { circumstances, rows } = read(report)?;
    let rows = rows.into_iter().map(|row| {
        vec![
            settings(&row.settings),
            row.nfe.to_string(),
            number(row.round_trip),
            number(row.converged_rmse),
            number(row.noise_deviation),
            number(row.translated_accuracy),
            row.translated_mse.map_or("–".to_owned(), number),
            number(row.cycle_rmse),
            row.interpolated_accuracy.map_or("–".to_owned(), number),
        ]
    });
    let titles = [
        "encoding",
        "nfe",
        "round trip",
        "distance to converged",
        "deviation of the noise",
        "translated: class",
        "translated: MSE",
        "there and back",
        "halfway: class",
    ];
    Ok(format!(
        "{} {} held-out images, no guidance. Distances are root mean squares; converged is rk4, 80 edm intervals. Translated: to \
         the next class, through the noise.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        table(&titles, rows)
    ))
}

pub(super) fn guidance(report: &Value) -> Result<String> {
    let Guidance { circumstances, settings: how, seeds, rows } = read(report)?;
    let spread = |mean: f64, deviation: f64| format!("{} ± {}", number(mean), number(deviation));
    let rows = rows.into_iter().map(|row| {
        vec![
            row.guidance.to_string(),
            row.nfe.to_string(),
            spread(row.classifier_fid, row.classifier_fid_deviation),
            spread(row.class_accuracy, row.class_accuracy_deviation),
            spread(row.precision, row.precision_deviation),
            spread(row.recall, row.recall_deviation),
        ]
    });
    Ok(format!(
        "{} {} images with each of {seeds} seeds of the noise; {}. ± is the standard deviation over the seeds.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        settings(&how),
        table(&["w", "nfe", "classifier FID", "class accuracy", "precision", "recall"], rows)
    ))
}

pub(super) fn likelihood(report: &Value) -> Result<String> {
    let LikelihoodTable { circumstances, settings: how, probes, nfe, held_out, trained_on } = read(report)?;
    let rows = [("held out", held_out), ("trained on", trained_on)].map(|(name, row)| {
        vec![name.to_owned(), row.images.to_string(), number(row.bits_per_dimension), number(row.error)]
    });
    let probes = probes.as_str().map_or_else(|| probes.to_string(), str::to_owned);
    Ok(format!(
        "{}, on {}. {}, {nfe} network evaluations for each image, each with a backward pass; divergence from {probes} random \
         sign vector(s); uniform dequantisation; seed {}. ± is the standard error over the images.\n\n{}",
        circumstances.data.unwrap_or_default(),
        circumstances.device,
        settings(&how),
        circumstances.seed,
        table(&["images", "number", "bits per dimension", "±"], rows)
    ))
}

pub(super) fn inception(report: &Value) -> Result<String> {
    let InceptionTable { circumstances, settings: how, guidance, reference, nfe, drawn, held_out } = read(report)?;
    let rows = [("drawn", drawn), ("held out", held_out)].map(|(name, row)| {
        let spread = |mean: f64, deviation: f64| format!("{} ± {}", number(mean), number(deviation));
        vec![
            name.to_owned(),
            row.images.to_string(),
            number(row.frechet_distance),
            spread(row.kernel_distance, row.kernel_error),
            spread(row.inception_score, row.inception_deviation),
        ]
    });
    Ok(format!(
        "{} Against {reference} images trained on; {}, {nfe} network evaluations, guidance {guidance}, seed {}.\n\n{}",
        with(&circumstances),
        settings(&how),
        circumstances.seed,
        table(&["images", "number", "FID", "KID", "Inception score"], rows)
    ))
}

pub(super) fn objectives(report: &Value) -> Result<String> {
    Ok(read::<ObjectivesTable>(report)?.to_string())
}

pub(super) fn solvers(report: &Value) -> Result<String> {
    let Solved { noise, spacing, results, .. } = read(report)?;
    let rows = results.into_iter().map(|row| {
        let (ddib, cycle) = row.translation.map_or((f64::NAN, f64::NAN), |t| (t.ddib_error, t.cycle));
        vec![
            row.solver.to_string(),
            row.intervals.to_string(),
            row.nfe.to_string(),
            number(row.error),
            row.order.map_or("–".to_owned(), number),
            number(row.round_trip),
            number(row.log_likelihood_error),
            number(ddib),
            number(cycle),
        ]
    });
    let titles = [
        "solver",
        "intervals",
        "nfe",
        "error",
        "order",
        "round trip",
        "log-likelihood error",
        "DDIB error",
        "there and back",
    ];
    Ok(format!(
        "Greatest errors over {} starts, {spacing} intervals, in double precision.\n\n{}",
        noise.len(),
        table(&titles, rows)
    ))
}

/// A table with these titles.
pub(super) fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let head = row(&titles) + &row(&vec!["---".to_owned(); titles.len()]);
    rows.into_iter().fold(head, |text, cells| text + &row(&cells))
}

/// Four digits after the point, or three that count if the number is small.
fn number(x: f64) -> String {
    if x.is_nan() {
        return "–".to_owned();
    }
    if x == 0.0 || x.abs() >= 1e-3 {
        return format!("{x:.4}").trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{x:.1e}")
}

/// A line of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
