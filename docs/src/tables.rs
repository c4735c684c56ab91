//! What the trainer answers, as tables.

mod translation;

use anyhow::Result;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trainer::evaluation::confusion::Confusion;
use trainer::evaluation::encoding::{CONVERGED, EncodingTable};
use trainer::evaluation::exact_mixture::Solved;
use trainer::evaluation::guidance::Guidance;
use trainer::evaluation::inspected::Inspected;
use trainer::evaluation::likelihood::LikelihoodTable;
use trainer::evaluation::pretrained_table::PretrainedTable;
use trainer::evaluation::reference::Comparison;
use trainer::evaluation::study::StudyTable;
use trainer::evaluation::work_precision::WorkPrecision;
use trainer::report::circumstances::{Circumstances, SolverSettings};

use crate::cells::{number, optional, percent, spread, table};
use crate::findings;
pub(super) use translation::{pairs, translation};

fn read<T: DeserializeOwned>(report: &Value) -> Result<T> {
    Ok(T::deserialize(report)?)
}

pub(super) fn card(report: &Value) -> Result<String> {
    let Inspected { card, parameters, .. } = read(report)?;
    let rows = card.measures.iter().map(|measure| {
        vec![
            measure.name.clone(),
            spread(measure.value, measure.deviation),
            optional(measure.real),
            optional(measure.control),
            if measure.seeds > 1 {
                format!("{} × {}", measure.seeds, measure.samples)
            } else {
                measure.samples.to_string()
            },
            format!("{}, {} {}", measure.solver, measure.intervals, measure.spacing),
            measure.nfe.to_string(),
            measure.guidance.to_string(),
            measure.data.clone(),
        ]
    });
    let titles = ["measure", "value", "real", "control", "samples", "solver, intervals", "nfe", "guidance", "against"];
    let extractor = card.measures.first().map_or("–", |measure| &measure.extractor);
    let seed = card.measures.first().map_or(0, |measure| measure.seed);
    Ok(format!(
        "{}{}; {}; {parameters} weights.\n\n{}\nSeeds from {seed} on, ± is the standard deviation over \
         them; control: the same few training images again and again; features and decisions of {extractor}.\n",
        findings::card(&card),
        card.data,
        card.training(),
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
    let report: Confusion = read(report)?;
    let shown = findings::classifier(&report);
    let Confusion { extractor, data, device, images, accuracy, alike, bound, mistakes, .. } = report;
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
        "{shown}{data}. On {device}. It is {}, and right on {} of {images} held-out images.{bound} Its most frequent mistakes:\n\n{}",
        extractor.name,
        percent(accuracy),
        table(&["class", "taken for", "images", "share of the class"], rows)
    ))
}

pub(super) fn work_precision(report: &Value) -> Result<String> {
    let report: WorkPrecision = read(report)?;
    let shown = findings::work_precision(&report);
    let WorkPrecision { circumstances, guidance, seeds, real_classifier_fid, real, control, round_trips, rows } =
        report;
    let rows = rows.into_iter().map(|row| {
        vec![
            row.nfe.to_string(),
            row.settings.solver.to_string(),
            row.settings.spacing.to_string(),
            row.settings.intervals.to_string(),
            spread(row.classifier_fid, row.classifier_fid_deviation),
            row.pixel_fid.map_or("–".to_owned(), |fid| spread(fid, row.pixel_fid_deviation)),
            number(row.class_accuracy),
            number(row.round_trip),
        ]
    });
    let titles =
        ["nfe", "solver", "spacing", "intervals", "classifier FID", "pixel FID", "class accuracy", "round trip"];
    Ok(format!(
        "{shown}{} {} images a row, with each of {seeds} seeds of the noise from {} on, guidance {guidance}; ± is the standard deviation \
         over them. Classifier FID and pixel FID of real held-out images: {}, {}; of the same few training images repeated: {}, \
         {}. Round trip: root mean square difference of {round_trips} held-out images to themselves, encoded and decoded without \
         guidance, in single precision.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        circumstances.seed,
        number(real_classifier_fid),
        optional(real.map(|c| c.pixel_fid)),
        optional(control.map(|c| c.classifier_fid)),
        optional(control.map(|c| c.pixel_fid)),
        table(&titles, rows)
    ))
}

pub(super) fn encoding(report: &Value) -> Result<String> {
    let report: EncodingTable = read(report)?;
    let shown = findings::encoding(&report);
    let EncodingTable { circumstances, rows } = report;
    let rows = rows.into_iter().map(|row| {
        vec![
            settings(&row.settings),
            row.nfe.to_string(),
            number(row.round_trip),
            number(row.converged_rmse),
            number(row.noise_deviation),
            number(row.translated_accuracy),
            optional(row.translated_mse),
            number(row.cycle_rmse),
            optional(row.interpolated_accuracy),
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
        "{shown}{} {} held-out images as they are, not dequantised, no guidance. Distances are root mean squares; converged is {}. Translated: to \
         the next class, through the noise.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        settings(&CONVERGED.settings()),
        table(&titles, rows)
    ))
}

pub(super) fn guidance(report: &Value) -> Result<String> {
    let report: Guidance = read(report)?;
    let shown = findings::guidance(&report);
    let Guidance { circumstances, settings: how, seeds, real, control, rows } = report;
    let others = [("real", real), ("control", control)].into_iter().filter_map(|(name, compared)| {
        let Comparison { classifier_fid, class_accuracy, precision, recall, .. } = compared?;
        let numbers = [classifier_fid, class_accuracy, precision, recall].map(number);
        Some([vec![name.to_owned(), "–".to_owned()], numbers.to_vec()].concat())
    });
    let rows = rows.into_iter().map(|row| {
        vec![
            row.guidance.to_string(),
            row.nfe.to_string(),
            spread(row.classifier_fid, Some(row.classifier_fid_deviation)),
            spread(row.class_accuracy, Some(row.class_accuracy_deviation)),
            spread(row.precision, Some(row.precision_deviation)),
            spread(row.recall, Some(row.recall_deviation)),
        ]
    });
    Ok(format!(
        "{shown}{} {} images with each of {seeds} seeds of the noise; {}. ± is the standard deviation over the seeds; control: the \
         same few training images again and again.\n\n{}",
        with(&circumstances),
        circumstances.samples.unwrap_or_default(),
        settings(&how),
        table(&["w", "nfe", "classifier FID", "class accuracy", "precision", "recall"], rows.chain(others))
    ))
}

pub(super) fn likelihood(report: &Value) -> Result<String> {
    let report: LikelihoodTable = read(report)?;
    let shown = findings::likelihood(&report);
    let LikelihoodTable { circumstances, settings: how, probes, nfe, held_out, trained_on, coders } = report;
    let coders = coders.into_iter().map(|(name, row)| (format!("held out, {name}"), row));
    let rows = [("held out", held_out), ("trained on", trained_on)].map(|(name, row)| (name.to_owned(), row));
    let rows = rows
        .into_iter()
        .chain(coders)
        .map(|(name, row)| vec![name, row.images.to_string(), number(row.bits_per_dimension), number(row.error)]);
    let probes = probes.as_str().map_or_else(|| probes.to_string(), str::to_owned);
    Ok(format!(
        "{shown}{}, on {}. {}, {nfe} network evaluations for each image, each with a backward pass; divergence from random sign \
         vectors ({probes}); uniform dequantisation; seed {}. ± is the standard error over the images.\n\n{}",
        circumstances.data.unwrap_or_default(),
        circumstances.device,
        settings(&how),
        circumstances.seed,
        table(&["images", "number", "bits per dimension", "±"], rows)
    ))
}

pub(super) fn pretrained(report: &Value) -> Result<String> {
    let report: PretrainedTable = read(report)?;
    let shown = findings::pretrained(&report);
    let PretrainedTable { circumstances, settings: how, guidance, reference, nfe, drawn, held_out, control } = report;
    let score = drawn.inception_score.is_some().then_some("Inception score");
    let titles: Vec<&str> =
        ["images", "number", "Fréchet distance", "kernel distance"].into_iter().chain(score).collect();
    let rows = [("drawn", drawn), ("held out", held_out), ("control", control)].map(|(name, row)| {
        let distances = [number(row.frechet_distance), spread(row.kernel_distance, row.kernel_error)];
        let score = row.inception_score.map(|score| spread(score, row.inception_deviation));
        [name.to_owned(), row.images.to_string()].into_iter().chain(distances).chain(score).collect()
    });
    Ok(format!(
        "{shown}{}, on {}; features of {}. Against {reference} images trained on; {}, {nfe} network evaluations, guidance {guidance}, \
         seed {}. Control: the same few of them again and again. ± is the standard error over parts of 1,000 images.\n\n{}",
        circumstances.data.as_deref().unwrap_or_default(),
        circumstances.device,
        circumstances.extractor.map_or_else(|| "–".to_owned(), |extractor| extractor.name),
        settings(&how),
        circumstances.seed,
        table(&titles, rows)
    ))
}

pub(super) fn objectives(report: &Value) -> Result<String> {
    let report: StudyTable = read(report)?;
    Ok(findings::objectives(&report) + &report.to_string())
}

pub(super) fn recipes(report: &Value) -> Result<String> {
    let report: StudyTable = read(report)?;
    Ok(findings::recipes(&report) + &report.to_string())
}

pub(super) fn solvers(report: &Value) -> Result<String> {
    let report: Solved = read(report)?;
    let shown = findings::solvers(&report);
    let Solved { noise, spacing, results, .. } = report;
    let rows = results.into_iter().map(|row| {
        let (ddib, cycle) = row.translation.map_or((f64::NAN, f64::NAN), |t| (t.ddib_error, t.cycle));
        vec![
            row.solver.to_string(),
            row.intervals.to_string(),
            row.nfe.to_string(),
            number(row.error),
            optional(row.order),
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
        "{shown}Greatest errors over {} starts, {spacing} intervals, in double precision.\n\n{}",
        noise.len(),
        table(&titles, rows)
    ))
}
