use anyhow::{Context, Result};
use serde_json::Value;
use trainer::evaluation::translation::{Row, Trained, TranslationTable};

use super::{read, settings, with};
use crate::cells::{number, table};
use crate::findings;
use crate::pair::{Pair, SIMPLE};

pub(in crate::tables) fn translations(report: &TranslationTable) -> String {
    let TranslationTable { circumstances, settings: how, styles, repeats, rows, .. } = report;
    let rows = rows.iter().map(|row| {
        vec![
            row.pair.clone(),
            row.method.clone(),
            row.guidance.map_or("–".to_owned(), |weight| weight.to_string()),
            row.noises.map_or("–".to_owned(), |noises| noises.to_string()),
            format!("{} ± {}", number(row.mse), number(row.mse_error)),
            row.mse_far.map_or("–".to_owned(), number),
            number(row.ssim),
            number(row.sharpness),
            number(row.class_accuracy),
            number(row.style_retrieval),
            number(row.source_mse),
            row.round_trip_mse.map_or("–".to_owned(), number),
            row.nfe.to_string(),
        ]
    });
    let titles = [
        "pair",
        "method",
        "w",
        "noises",
        "MSE",
        "far styles",
        "SSIM",
        "sharpness",
        "class accuracy",
        "style found",
        "MSE to source",
        "round trip MSE",
        "nfe",
    ];
    format!(
        "{} {styles} held-out styles; {}, {repeats} noises where a mean is taken, seed {}. MSE of pixels within 0 and 1; ± \
         is the standard error over the styles; far styles: MSE over the half of them whose source is least like any source trained \
         on, in the place of those that have no relative among these; SSIM repeats the border: compare it within one data set; sharpness is the contrast of neighbouring pixels over the truth's; style found \
         is the share whose true style is the nearest of all.\n\n{}",
        with(circumstances),
        settings(how),
        circumstances.seed,
        table(&titles, rows)
    )
}

pub(crate) fn translation(report: &Value) -> Result<String> {
    let report: TranslationTable = read(report)?;
    let shown = findings::translation(&report);
    Ok(format!("{shown}{}\nTargets:\n\n{}", translations(&report), targets(&report)?))
}

pub(crate) fn pairs(report: &Value) -> Result<String> {
    let report: TranslationTable = read(report)?;
    let Trained { images, width, noise, bridge } = report.trained.context("what was trained")?;
    Ok(format!(
        "{}The rows `ddib`, `flowedit`, `sdedit` and `velocity-difference` are the one model for all classes. `paired` and \
         `unpaired` are direct flows, trained for this pair alone on {images} images each with {width} channels; `noisy source`: \
         noise of deviation {noise} is added to the source, and the mean of as many results as noises is taken{}. `one step`: the \
         velocity at the source, followed all the way, which is the mean of the targets that the source may have (least square error). {}",
        findings::pairs(&report),
        bridge.map_or(String::new(), |deviation| format!(
            "; `bridge`: a Brownian bridge of deviation {deviation}, in equal steps, likewise"
        )),
        translations(&report)
    ))
}

/// For each pair and way to translate, whether what was set as a target is reached: at the weight of least error and at that of
/// greatest class accuracy, all criteria at the same weight.
fn targets(report: &TranslationTable) -> Result<String> {
    let titles = [
        "pair",
        "method, w, noises",
        "MSE",
        "below copy, mean and nearest",
        "below ridge",
        "SSIM",
        "above ridge",
        "class accuracy over the truth's",
        "at least 90 %",
    ];
    let mut lines = Vec::new();
    for pair in Pair::all(report) {
        let named = |name: &str| pair.named(name).with_context(|| format!("no {name} for {}", pair.0[0].pair));
        let simple = SIMPLE.into_iter().map(named).collect::<Result<Vec<_>>>()?;
        let (ridge, truth) = (named("ridge")?, named("truth")?);
        for row in candidates(pair.0) {
            let share = row.class_accuracy / truth.class_accuracy;
            let reached = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
            lines.push(vec![
                row.pair.clone(),
                how(row),
                number(row.mse),
                reached(simple.iter().all(|baseline| row.mse < baseline.mse)),
                reached(row.mse < ridge.mse),
                number(row.ssim),
                reached(row.ssim > ridge.ssim),
                format!("{:.0} %", 100.0 * share),
                reached(share >= 0.9),
            ]);
        }
    }
    Ok(table(&titles, lines))
}

/// Of each method with a model, the row of least error and that of greatest class accuracy.
fn candidates(pair: &[Row]) -> Vec<&Row> {
    let models = pair.iter().filter(|row| row.is_by_conditional_model() || row.is_by_direct_model());
    let models: Vec<&Row> = models.collect();
    let mut chosen: Vec<&Row> = Vec::new();
    for of_method in models.chunk_by(|a, b| a.method == b.method) {
        let least = of_method.iter().min_by(|a, b| a.mse.total_cmp(&b.mse));
        let right = of_method.iter().max_by(|a, b| a.class_accuracy.total_cmp(&b.class_accuracy));
        chosen.extend(least.into_iter().chain(right.filter(|right| Some(right) != least.as_ref())));
    }
    chosen
}

fn how(row: &Row) -> String {
    let weight = row.guidance.map_or(String::new(), |w| format!(", w = {w}"));
    let noises = row.noises.map_or(String::new(), |noises| format!(", {noises} noise(s)"));
    format!("{}{weight}{noises}", row.method)
}
