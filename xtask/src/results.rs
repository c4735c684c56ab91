//! docs/results.md: every figure of it comes from a command that is run here, and no cell is typed by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::command::{cargo, program, root};

const FOLDER: &str = "docs/results";
const DOCUMENT: &str = "docs/results.md";

/// A table of the document, and the command whose JSON it shows.
struct Section {
    name: &'static str,
    title: &'static str,
    words: &'static str,
    show: fn(&Value) -> Result<String>,
}

const SECTIONS: [Section; 16] = [
    Section {
        name: "model-fashion-mnist",
        title: "Model: Fashion-MNIST",
        words: "inspect --model models/fashion-mnist.safetensors",
        show: card,
    },
    Section {
        name: "model-faces",
        title: "Model: faces",
        words: "inspect --model models/faces.safetensors",
        show: card,
    },
    Section {
        name: "model-faces-shortcut",
        title: "Model: faces in few steps",
        words: "inspect --model models/faces-shortcut.safetensors",
        show: card,
    },
    Section {
        name: "model-glyphs",
        title: "Model: glyphs",
        words: "inspect --model models/glyphs.safetensors",
        show: card,
    },
    Section {
        name: "ladder-faces",
        title: "Quality against network passes: faces",
        words: "evaluate ladder --model models/faces.safetensors --chart docs/results/ladder-faces.svg",
        show: ladder,
    },
    Section {
        name: "ladder-faces-shortcut",
        title: "Quality against network passes: faces in few steps",
        words: "evaluate ladder --model models/faces-shortcut.safetensors --chart docs/results/ladder-faces-shortcut.svg",
        show: ladder,
    },
    Section {
        name: "ladder-faces-reflow",
        title: "Quality against network passes: faces, reflowed",
        words: "evaluate ladder --model runs/faces-reflow/model.safetensors --chart docs/results/ladder-faces-reflow.svg",
        show: ladder,
    },
    Section {
        name: "translation-glyphs",
        title: "Translation: glyphs of fonts never seen",
        words: "evaluate translation --model models/glyphs.safetensors",
        show: translation,
    },
    Section {
        name: "translation-faces",
        title: "Translation: faces never seen",
        words: "evaluate translation --model models/faces.safetensors --styles 100",
        show: translation,
    },
    Section {
        name: "pairs-glyphs",
        title: "One class-conditional model, or a model for each pair: glyphs",
        words: "study pairs --model models/glyphs.safetensors --guidances 1",
        show: pairs,
    },
    Section {
        name: "objectives",
        title: "Objectives",
        words: "study objectives --data faces --width 32 --images 19200 --chart docs/results/objectives.svg",
        show: objectives,
    },
    Section {
        name: "likelihood-fashion-mnist",
        title: "Likelihood: Fashion-MNIST",
        words: "evaluate likelihood --model models/fashion-mnist.safetensors",
        show: likelihood,
    },
    Section {
        name: "likelihood-faces",
        title: "Likelihood: faces",
        words: "evaluate likelihood --model models/faces.safetensors",
        show: likelihood,
    },
    Section {
        name: "likelihood-glyphs",
        title: "Likelihood: glyphs",
        words: "evaluate likelihood --model models/glyphs.safetensors",
        show: likelihood,
    },
    Section {
        name: "inception-cifar-10",
        title: "CIFAR-10 in the features of Inception-v3",
        words: "evaluate inception --model runs/cifar10/model.safetensors --weights pt_inception-2015-12-05-6726825d.pth",
        show: inception,
    },
    Section {
        name: "solvers",
        title: "Solvers on a field that is known exactly",
        words: "solve --mixture docs/mixtures/three.toml --to docs/mixtures/two.toml",
        show: solvers,
    },
];

/// Runs the commands of the named sections, or of all, with this trainer and these additional words, and writes the
/// document.
pub(crate) fn results(names: &[String], trainer: Option<&Path>, words: &[String]) -> Result<()> {
    let known = || SECTIONS.map(|section| section.name).join(", ");
    if let Some(name) = names.iter().find(|name| SECTIONS.iter().all(|section| section.name != **name)) {
        bail!("there is no section {name}; there are {}", known());
    }
    for section in SECTIONS.iter().filter(|section| names.is_empty() || names.iter().any(|name| name == section.name)) {
        eprintln!("{}", section.title);
        let record = run(section, trainer, words)?;
        fs::create_dir_all(root().join(FOLDER))?;
        fs::write(file(section), serde_json::to_string_pretty(&record)?)?;
    }
    render()
}

fn file(section: &Section) -> PathBuf {
    root().join(FOLDER).join(format!("{}.json", section.name))
}

fn run(section: &Section, trainer: Option<&Path>, words: &[String]) -> Result<Value> {
    let mut command = match trainer {
        Some(path) => Command::new(path),
        None => cargo("run --quiet -p trainer --"),
    };
    let few = ["inspect", "solve"].iter().any(|verb| section.words.starts_with(verb));
    let words = if few { &[] } else { words };
    let output = command.current_dir(root()).args(section.words.split(' ')).args(words).arg("--json").output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).context("the trainer prints one JSON object")?;
    let commit = program("git").args(["rev-parse", "--short", "HEAD"]).output()?;
    let date = program("git").args(["log", "-1", "--format=%cs"]).output()?;
    let text = |output: std::process::Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(json!({ "command": section.words, "commit": text(commit), "commit_date": text(date), "report": report }))
}

/// Writes the document from the recorded answers.
pub(crate) fn render() -> Result<()> {
    Ok(fs::write(root().join(DOCUMENT), document()?)?)
}

/// The text of the document.
pub(crate) fn document() -> Result<String> {
    let mut text = String::from(
        "# Results\n\n`cargo xtask results` runs every command below and writes this page; `cargo xtask results NAME` runs one \
         section; the answers lie in `docs/results`.\nWhat was not run says so.\n\n",
    );
    for section in &SECTIONS {
        let Section { name, title, words, show } = section;
        write!(text, "## {title}\n\n    cargo run -p trainer -- {words}\n\n")?;
        match fs::read(file(section)) {
            Ok(bytes) => {
                let record: Value = serde_json::from_slice(&bytes).with_context(|| format!("{name} is damaged"))?;
                let of = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                write!(text, "{}\nAt commit {} of {}.\n\n", show(&record["report"])?, of("commit"), of("commit_date"))?;
                if let Some(chart) = words.split(' ').find_map(|word| word.strip_prefix("docs/")?.strip_suffix(".svg"))
                {
                    write!(text, "![{title}]({chart}.svg)\n\n")?;
                }
            }
            Err(_) => text.push_str("Not run yet.\n\n"),
        }
    }
    for path in published()? {
        let Published { title, words, columns, rows } =
            serde_json::from_slice(&fs::read(&path)?).with_context(|| format!("{} is damaged", path.display()))?;
        write!(text, "## {title}\n\n{words}\n\n{}{}", row(&columns), row(&vec!["---".to_owned(); columns.len()]))?;
        rows.iter().for_each(|cells| text += &row(cells));
        text.push('\n');
    }
    Ok(text.trim_end().to_owned() + "\n")
}

/// Figures of others: the only ones that are typed.
#[derive(Deserialize)]
struct Published {
    title: String,
    words: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn published() -> Result<Vec<PathBuf>> {
    let folder = root().join("docs/published").read_dir().context("docs/published")?;
    let mut paths = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn card(report: &Value) -> Result<String> {
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
            ("real held-out pictures", "real"),
            ("nfe", "nfe"),
            ("samples", "samples"),
        ],
    );
    if let Some(first) = measures.first() {
        write!(
            text,
            "\n{}, {} intervals, guidance {}, seed {}; against {}; features and decisions of {}.\n",
            string(&first["solver"]),
            first["intervals"],
            first["guidance"],
            first["seed"],
            string(&first["data"]),
            string(&first["extractor"])
        )?;
    }
    Ok(text)
}

fn judged(report: &Value) -> String {
    let accuracy = report["judge"]["accuracy"].as_f64().unwrap_or(f64::NAN);
    format!(
        "On {}; the judge is {}, {:.1} % right on held-out pictures.",
        string(&report["device"]),
        string(&report["judge"]["name"]),
        100.0 * accuracy
    )
}

fn ladder(report: &Value) -> Result<String> {
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
        "{} {} pictures a row, guidance {}, seed {}. Real held-out pictures have Fréchet distance {}. Round trip: root mean \
         square difference of {} held-out pictures to themselves, encoded and decoded without guidance, in single \
         precision.\n\n{}",
        judged(report),
        report["samples"],
        report["guidance"],
        report["seed"],
        number(&report["real_frechet_distance"]),
        report["round_trips"],
        table(rows, &columns)
    ))
}

fn translation(report: &Value) -> Result<String> {
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
        judged(report),
        report["styles"],
        string(&report["solver"]),
        report["intervals"],
        report["repeats"],
        report["seed"],
        table(rows, &columns)
    ))
}

fn pairs(report: &Value) -> Result<String> {
    Ok(format!(
        "The rows `ddib`, `flowedit` and `subtract` are the one model for all classes. `paired` and `unpaired` are direct flows, \
         trained for this pair alone on {} images each with {} channels; `noisy source`: noise of deviation {} is added to the \
         source, and the mean of as many results as noises is taken. {}",
        report["trained"]["images"],
        report["trained"]["width"],
        report["trained"]["noise"],
        translation(report)?
    ))
}

fn likelihood(report: &Value) -> Result<String> {
    let mut rows = Vec::new();
    for (name, key) in [("held out", "held_out"), ("trained on", "trained_on")] {
        let mut row = report[key].clone();
        row["name"] = json!(name);
        rows.push(row);
    }
    let columns =
        [("pictures", "name"), ("number", "pictures"), ("bits per dimension", "bits_per_dimension"), ("±", "error")];
    Ok(format!(
        "{}, on {}. {}, {} {} intervals, {} passes for each picture, each with a pass back; divergence from {} random sign \
         vector(s); uniform dequantisation; seed {}. ± is the standard error over the pictures.\n\n{}",
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

fn inception(report: &Value) -> Result<String> {
    let mut rows = Vec::new();
    for (name, key) in [("drawn", "drawn"), ("held out", "held_out")] {
        let mut row = report[key].clone();
        row["name"] = json!(name);
        rows.push(row);
    }
    let columns = [
        ("pictures", "name"),
        ("number", "pictures"),
        ("Fréchet distance", "frechet_distance"),
        ("kernel distance", "kernel_distance"),
        ("±", "kernel_error"),
        ("Inception score", "inception_score"),
        ("±", "inception_deviation"),
    ];
    Ok(format!(
        "{}, against {} pictures trained on; {}, {} intervals, {} passes, guidance {}, seed {}; features of {}; on {}.\n\n{}",
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

fn objectives(report: &Value) -> Result<String> {
    let outcomes = report["outcomes"].as_array().context("outcomes")?;
    let mut order: Vec<&str> = Vec::new();
    let mut by_name: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for outcome in outcomes {
        let name = outcome["objective"].as_str().context("a name")?;
        if !order.contains(&name) {
            order.push(name);
        }
        by_name.entry(name).or_default().push(outcome);
    }
    let mut text = format!(
        "{}. {} {} images seen by each training; {} pictures of each model, midpoint, 10 intervals, guidance 1, noise of \
         seed 0. ± is the standard deviation over the seeds of training.\n\n\
         | objective | seeds | Fréchet distance | kernel distance | class accuracy |\n|---|---|---|---|---|\n",
        string(&report["data"]),
        judged(report),
        report["images"],
        report["samples"]
    );
    for name in &order {
        let of = |key: &str| {
            let numbers: Vec<f64> = by_name[name].iter().filter_map(|outcome| outcome[key].as_f64()).collect();
            let count = numbers.len() as f64;
            let mean = numbers.iter().sum::<f64>() / count;
            let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
            format!("{mean:.3} ± {:.3}", variance.sqrt())
        };
        let cells = ["frechet_distance", "kernel_distance", "class_accuracy"].map(of).join(" | ");
        writeln!(text, "| {name} | {} | {cells} |", by_name[name].len())?;
    }
    text += "\nRoot mean square error of the one-step approximation x(t) ≈ x₀ + t·v(x̄(t), t) that the path-constrained loss is \
             derived from, early (after a tenth of the images) and late, mean over the seeds:\n\n| objective | |";
    (1..=10).for_each(|i| text += &format!(" t = {:.1} |", f64::from(i) / 10.0));
    text += &format!("\n|---|---|{}\n", "---|".repeat(10));
    for name in &order {
        for (when, key) in [("early", "one_step_early"), ("late", "one_step_late")] {
            let mean = |i: usize| {
                let numbers: Vec<f64> = by_name[name].iter().filter_map(|outcome| outcome[key][i].as_f64()).collect();
                numbers.iter().sum::<f64>() / numbers.len() as f64
            };
            let cells: String = (0..10).map(|i| format!(" {:.3} |", mean(i))).collect();
            writeln!(text, "| {name} | {when} |{cells}")?;
        }
    }
    Ok(text)
}

fn solvers(report: &Value) -> Result<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_what_the_recorded_answers_say() {
        let written = fs::read_to_string(root().join(DOCUMENT)).expect("docs/results.md");
        assert_eq!(written, document().expect("whole records"), "run `cargo xtask results --render`");
    }
}
