//! What the trainer answers, as tables.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::{Value, json};

pub(super) fn card(report: &Value) -> Result<String> {
    let card = &report["card"];
    let mut text = format!(
        "{}; {} images seen in {:.0} s on {}; {} weights.\n\n",
        string(&card["data"]),
        card["images_seen"],
        card["seconds"].as_f64().unwrap_or(f64::NAN),
        string(&card["device"]),
        report["parameters"]
    );
    let measures = card["measures"].as_array().context("a list of measures")?;
    text += &table(
        measures,
        &[
            ("measure", "name"),
            ("drawn", "value"),
            ("real held-out images", "real"),
            ("solver", "solver"),
            ("intervals", "intervals"),
            ("nfe", "nfe"),
            ("samples", "samples"),
        ],
    );
    if let Some(first) = measures.first() {
        write!(
            text,
            "\nGuidance {}, seed {}; against {}; features and decisions of {}.\n",
            first["guidance"],
            first["seed"],
            string(&first["data"]),
            string(&first["extractor"])
        )?;
    }
    Ok(text)
}

fn classified(report: &Value) -> String {
    let accuracy = report["classifier"]["accuracy"].as_f64().unwrap_or(f64::NAN);
    format!(
        "On {}; the classifier is {}, {:.1} % right on held-out images.",
        string(&report["device"]),
        string(&report["classifier"]["name"]),
        100.0 * accuracy
    )
}

pub(super) fn classifier(report: &Value) -> Result<String> {
    let columns =
        [("class", "class"), ("taken for", "taken_for"), ("images", "count"), ("share of the class", "share")];
    let percent = |key: &str| report[key].as_f64().map(|share| format!("{:.1} %", 100.0 * share));
    Ok(format!(
        "{}. On {}. It is {}, and right on {} of {} held-out images. Styles draw some classes alike (mean square difference \
         at most {}): one who guesses among those, and is right otherwise, reaches {}. Its most frequent mistakes:\n\n{}",
        string(&report["data"]),
        string(&report["device"]),
        string(&report["classifier"]["name"]),
        percent("accuracy").context("accuracy")?,
        report["images"],
        report["alike"],
        percent("bound").context("bound")?,
        table(report["mistakes"].as_array().context("mistakes")?, &columns)
    ))
}

pub(super) fn work_precision(report: &Value) -> Result<String> {
    let rows = report["rows"].as_array().context("rows")?;
    let columns = [
        ("nfe", "nfe"),
        ("solver", "solver"),
        ("spacing", "spacing"),
        ("intervals", "intervals"),
        ("Fréchet distance", "frechet_distance"),
        ("kernel distance", "kernel_distance"),
        ("class accuracy", "class_accuracy"),
        ("round trip", "round_trip"),
    ];
    Ok(format!(
        "{} {} images a row, guidance {}, seed {}. Real held-out images have Fréchet distance {}. Round trip: root mean \
         square difference of {} held-out images to themselves, encoded and decoded without guidance, in single \
         precision.\n\n{}",
        classified(report),
        report["samples"],
        report["guidance"],
        report["seed"],
        number(&report["real_frechet_distance"]),
        report["round_trips"],
        table(rows, &columns)
    ))
}

pub(super) fn guidance(report: &Value) -> Result<String> {
    let rows = report["rows"].as_array().context("rows")?;
    let columns = [
        ("w", "guidance"),
        ("nfe", "nfe"),
        ("Fréchet distance", "frechet_distance"),
        ("±", "frechet_distance_deviation"),
        ("class accuracy", "class_accuracy"),
        ("±", "class_accuracy_deviation"),
        ("precision", "precision"),
        ("±", "precision_deviation"),
        ("recall", "recall"),
        ("±", "recall_deviation"),
    ];
    Ok(format!(
        "{} {} images with each of {} seeds of the noise; {}, {} intervals. ± is the standard deviation over the seeds.\n\n{}",
        classified(report),
        report["samples"],
        report["seeds"],
        string(&report["solver"]),
        report["intervals"],
        table(rows, &columns)
    ))
}

pub(super) fn translation(report: &Value) -> Result<String> {
    let rows = report["rows"].as_array().context("rows")?;
    Ok(format!("{}\nTargets:\n\n{}", translations(report)?, targets(rows)?))
}

fn translations(report: &Value) -> Result<String> {
    let rows = report["rows"].as_array().context("rows")?;
    let columns = [
        ("pair", "pair"),
        ("method", "method"),
        ("w", "guidance"),
        ("MSE", "mse"),
        ("±", "mse_error"),
        ("SSIM", "ssim"),
        ("sharpness", "sharpness"),
        ("class accuracy", "class_accuracy"),
        ("style found", "style_retrieval"),
        ("MSE to source", "source_mse"),
        ("round trip MSE", "round_trip_mse"),
        ("nfe", "nfe"),
    ];
    Ok(format!(
        "{} {} held-out styles; {}, {} intervals, {} noises where a method adds noise, seed {}. MSE of pixels within 0 and 1; ± is the standard \
         error over the styles; sharpness is the contrast of neighbouring pixels over the truth's; style found is the share \
         whose true style is the nearest of all.\n\n{}",
        classified(report),
        report["styles"],
        string(&report["solver"]),
        report["intervals"],
        report["repeats"],
        report["seed"],
        table(rows, &columns)
    ))
}

/// For each pair, whether a method with a model reaches what was set as a target.
fn targets(rows: &[Value]) -> Result<String> {
    let mut pairs: Vec<&str> = rows.iter().filter_map(|row| row["pair"].as_str()).collect();
    pairs.dedup();
    let mut lines = Vec::new();
    for pair in pairs {
        let of = |name: &str, key: &str| -> f64 {
            let found = rows.iter().find(|row| row["pair"] == pair && row["method"] == name);
            found.and_then(|row| row[key].as_f64()).unwrap_or(f64::NAN)
        };
        let models = rows.iter().filter(|row| row["pair"] == pair && row["nfe"].as_u64().is_some_and(|nfe| nfe != 0));
        let models: Vec<&Value> = models.filter(|row| row["method"] != "velocity-difference").collect();
        let guided = models.iter().filter(|row| row["method"] == "ddib" && row["guidance"].as_f64() > Some(1.0));
        let guided = guided.max_by_key(|row| row["class_accuracy"].as_f64().map(|share| (1e6 * share) as u64));
        let guided = guided.context("guided DDIB")?;
        let best = |key: &str, sign: f64| {
            let better = |a: &&&Value, b: &&&Value| {
                let number = |row: &Value| sign * row[key].as_f64().unwrap_or(f64::NAN);
                number(a).total_cmp(&number(b))
            };
            models.iter().max_by(better).copied().context("a method with a model")
        };
        let words = |row: &Value, key: &str| {
            let weight = row["guidance"].as_f64().map_or(String::new(), |w| format!(", w = {w}"));
            format!("{} ({}{weight})", number(&row[key]), string(&row["method"]))
        };
        let (least, most) = (best("mse", -1.0)?, best("ssim", 1.0)?);
        let reached = |yes: bool| if yes { "yes" } else { "no" };
        let mse = least["mse"].as_f64().context("a number")?;
        let share = guided["class_accuracy"].as_f64().context("a number")? / of("truth", "class_accuracy");
        lines.push(json!({
            "pair": pair,
            "mse": words(least, "mse"),
            "mse_reached": reached(["copy", "mean", "nearest"].iter().all(|name| mse < of(name, "mse"))),
            "ssim": words(most, "ssim"),
            "ssim_reached": reached(most["ssim"].as_f64().context("a number")? > of("ridge", "ssim")),
            "share": format!("{:.0} % (w = {})", 100.0 * share, number(&guided["guidance"])),
            "share_reached": reached(share >= 0.9),
        }));
    }
    let columns = [
        ("pair", "pair"),
        ("least MSE of a model's method", "mse"),
        ("below copy, mean and nearest", "mse_reached"),
        ("greatest SSIM", "ssim"),
        ("above ridge", "ssim_reached"),
        ("guided DDIB's class accuracy over the truth's", "share"),
        ("at least 90 %", "share_reached"),
    ];
    Ok(table(&lines, &columns))
}

pub(super) fn pairs(report: &Value) -> Result<String> {
    Ok(format!(
        "The rows `ddib`, `flowedit` and `velocity-difference` are the one model for all classes. `paired` and `unpaired` are direct flows, \
         trained for this pair alone on {} images each with {} channels; `noisy source`: noise of deviation {} is added to the \
         source, and the mean of as many results as noises is taken. {}",
        report["trained"]["images"],
        report["trained"]["width"],
        report["trained"]["noise"],
        translations(report)?
    ))
}

pub(super) fn likelihood(report: &Value) -> Result<String> {
    let rows = named(report, [("held out", "held_out"), ("trained on", "trained_on")]);
    let columns =
        [("images", "name"), ("number", "images"), ("bits per dimension", "bits_per_dimension"), ("±", "error")];
    Ok(format!(
        "{}, on {}. {}, {} {} intervals, {} evaluations for each image, each with a backward pass; divergence from {} random sign \
         vector(s); uniform dequantisation; seed {}. ± is the standard error over the images.\n\n{}",
        string(&report["data"]),
        string(&report["device"]),
        string(&report["solver"]),
        report["intervals"],
        string(&report["spacing"]),
        report["nfe"],
        string(&report["probes"]),
        report["seed"],
        table(&rows, &columns)
    ))
}

pub(super) fn inception(report: &Value) -> Result<String> {
    let rows = named(report, [("drawn", "drawn"), ("held out", "held_out")]);
    let columns = [
        ("images", "name"),
        ("number", "images"),
        ("Fréchet distance", "frechet_distance"),
        ("kernel distance", "kernel_distance"),
        ("±", "kernel_error"),
        ("Inception score", "inception_score"),
        ("±", "inception_deviation"),
    ];
    Ok(format!(
        "{}, against {} images trained on; {}, {} intervals, {} evaluations, guidance {}, seed {}; features of {}; on {}.\n\n{}",
        string(&report["data"]),
        report["reference"],
        string(&report["solver"]),
        report["intervals"],
        report["nfe"],
        report["guidance"],
        report["seed"],
        string(&report["extractor"]),
        string(&report["device"]),
        table(&rows, &columns)
    ))
}

pub(super) fn objectives(report: &Value) -> Result<String> {
    Ok(report["text"].as_str().context("text")?.to_owned())
}

pub(super) fn solvers(report: &Value) -> Result<String> {
    let mut rows = report["results"].as_array().context("results")?.clone();
    for row in &mut rows {
        row["ddib_error"] = row["translation"]["ddib_error"].clone();
        row["cycle"] = row["translation"]["cycle"].clone();
    }
    let columns = [
        ("solver", "solver"),
        ("intervals", "intervals"),
        ("nfe", "nfe"),
        ("error", "error"),
        ("order", "order"),
        ("round trip", "round_trip"),
        ("log-likelihood error", "log_likelihood_error"),
        ("DDIB error", "ddib_error"),
        ("there and back", "cycle"),
    ];
    Ok(format!(
        "Greatest errors over {} starts, in double precision.\n\n{}",
        report["noise"].as_array().map_or(0, Vec::len),
        table(&rows, &columns)
    ))
}

/// Parts of an answer as rows, each with a name.
fn named(report: &Value, parts: [(&str, &str); 2]) -> Vec<Value> {
    let row = |(name, key): (&str, &str)| {
        let mut row = report[key].clone();
        row["name"] = json!(name);
        row
    };
    parts.map(row).to_vec()
}

fn table(rows: &[Value], columns: &[(&str, &str)]) -> String {
    let of = |cell: &dyn Fn(&(&str, &str)) -> String| row(&columns.iter().map(cell).collect::<Vec<_>>());
    let head = of(&|(title, _)| (*title).to_owned()) + &of(&|_| "---".to_owned());
    rows.iter().fold(head, |text, values| text + &of(&|(_, key)| number(&values[*key])))
}

fn string(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Numbers with four digits after the point, or three that count if they are small.
fn number(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Number(number) if number.is_f64() => match number.as_f64().unwrap_or(f64::NAN) {
            x if x == 0.0 || x.abs() >= 1e-3 => {
                format!("{x:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            x => format!("{x:.1e}"),
        },
        other => string(other),
    }
}

/// A line of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
