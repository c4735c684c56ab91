use anyhow::{Context, Result};
use serde_json::Value;
use trainer::evaluation::translation::{Row, Trained, TranslationTable};

use super::{number, read, settings, table, with};

pub(in crate::tables) fn translations(report: &TranslationTable) -> String {
    let TranslationTable { circumstances, settings: how, styles, repeats, rows, .. } = report;
    let rows = rows.iter().map(|row| {
        vec![
            row.pair.clone(),
            row.method.clone(),
            row.guidance.map_or("–".to_owned(), |weight| weight.to_string()),
            format!("{} ± {}", number(row.mse), number(row.mse_error)),
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
        "MSE",
        "SSIM",
        "sharpness",
        "class accuracy",
        "style found",
        "MSE to source",
        "round trip MSE",
        "nfe",
    ];
    format!(
        "{} {styles} held-out styles; {}, {repeats} noises where a method adds noise, seed {}. MSE of pixels within 0 and 1; ± \
         is the standard error over the styles; sharpness is the contrast of neighbouring pixels over the truth's; style found \
         is the share whose true style is the nearest of all.\n\n{}",
        with(circumstances),
        settings(how),
        circumstances.seed,
        table(&titles, rows)
    )
}

pub(crate) fn translation(report: &Value) -> Result<String> {
    let report: TranslationTable = read(report)?;
    Ok(format!("{}\nTargets:\n\n{}", translations(&report), targets(&report.rows)?))
}

pub(crate) fn pairs(report: &Value) -> Result<String> {
    let report: TranslationTable = read(report)?;
    let Trained { images, width, noise } = report.trained.context("what was trained")?;
    Ok(format!(
        "The rows `ddib`, `flowedit` and `velocity-difference` are the one model for all classes. `paired` and `unpaired` are \
         direct flows, trained for this pair alone on {images} images each with {width} channels; `noisy source`: noise of \
         deviation {noise} is added to the source, and the mean of as many results as noises is taken. {}",
        translations(&report)
    ))
}

/// For each pair, whether a method with a model reaches what was set as a target.
fn targets(rows: &[Row]) -> Result<String> {
    let mut pairs: Vec<&str> = rows.iter().map(|row| row.pair.as_str()).collect();
    pairs.dedup();
    let lines: Result<Vec<_>> = pairs.into_iter().map(|pair| target(rows, pair)).collect();
    let titles = [
        "pair",
        "least MSE of a model's method",
        "below copy, mean and nearest",
        "below ridge",
        "greatest SSIM",
        "above ridge",
        "guided DDIB's class accuracy over the truth's",
        "at least 90 %",
    ];
    Ok(table(&titles, lines?))
}

fn target(rows: &[Row], pair: &str) -> Result<Vec<String>> {
    let rows = || rows.iter().filter(|row| row.pair == pair);
    let named = |name: &str| rows().find(|row| row.method == name).with_context(|| format!("no {name} for {pair}"));
    let wrong = ["subtract", "velocity-difference"];
    let models = || rows().filter(|row| row.nfe != 0 && !wrong.contains(&row.method.as_str()));
    let guided = models().filter(|row| row.method == "ddib" && row.guidance > Some(1.0));
    let guided = guided.max_by(|a, b| a.class_accuracy.total_cmp(&b.class_accuracy)).context("guided DDIB")?;
    let least = models().min_by(|a, b| a.mse.total_cmp(&b.mse)).context("a method with a model")?;
    let most = models().max_by(|a, b| a.ssim.total_cmp(&b.ssim)).context("a method with a model")?;
    let words = |row: &Row, value: f64| {
        let weight = row.guidance.map_or(String::new(), |w| format!(", w = {w}"));
        format!("{} ({}{weight})", number(value), row.method)
    };
    let reached = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let share = guided.class_accuracy / named("truth")?.class_accuracy;
    let simple = ["copy", "mean", "nearest"].map(named).into_iter().collect::<Result<Vec<_>>>()?;
    let ridge = named("ridge")?;
    Ok(vec![
        pair.to_owned(),
        words(least, least.mse),
        reached(simple.iter().all(|baseline| least.mse < baseline.mse)),
        reached(least.mse < ridge.mse),
        words(most, most.ssim),
        reached(most.ssim > ridge.ssim),
        format!("{:.0} % (w = {})", 100.0 * share, guided.guidance.unwrap_or(1.0)),
        reached(share >= 0.9),
    ])
}
