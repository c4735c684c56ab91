use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use shared::condition::Condition;
use shared::image::ImageShape;
use shared::measure::{contrast, mean_and_error, ssim};

use crate::cli::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::{Loaded, ModelFile, SamplerOptions};
use crate::data::{Dataset, Source};
use crate::evaluation::baseline::{AlignedPair, Baseline};
use crate::evaluation::classifier::Classifier;
use crate::files::image;
use crate::report::progress;
use crate::sampler::translate::{Method, Translation};
use crate::sampler::{Images, SamplerConfig};

/// Measures translations of held-out images whose true translation is known (glyphs, faces, any atlas), by every
/// method and by baselines that use no model.
///
/// Columns: mse (to the truth, pixels within 0..=1, with its standard error over the styles), ssim (to the truth),
/// sharp (mean contrast of neighbours over that of the truth: below 1 is blurred), class (share that the classifier sees as
/// the wanted class; the line `truth` has it of true images), style (share whose true style is the nearest of all
/// held-out styles in the wanted class), kept (mse to the source), trip (mse of the source to itself after
/// translating back), nfe (network evaluations of one translation).
///
/// JSON: model, classifier, data, styles (held out), device, solver, intervals, seed, repeats, and rows: pair, method,
/// guidance, mse, mse_error, ssim, sharpness, class_accuracy, style_retrieval, source_mse, round_trip_mse, nfe.
#[derive(Debug, Args)]
pub(in crate::cli) struct EvaluateTranslation {
    #[command(flatten)]
    model: ModelFile,
    /// Pairs of classes, as FROM:TO [default: for glyphs A:B,E:F,A:a,P:R,O:Q, for faces plain:glasses,glasses:plain,
    /// plain:hat,hat:plain]
    #[arg(long, value_name = "FROM:TO,…", value_delimiter = ',')]
    pairs: Vec<Pair>,
    /// Models that lead directly from one class to another; each is measured on its own pair
    #[arg(long, value_name = "FILE,…", value_delimiter = ',')]
    pub(in crate::cli) direct: Vec<PathBuf>,
    /// Weights of the guidance towards the wanted class
    #[arg(long = "guidances", value_name = "W,…", value_delimiter = ',', default_value = "1,2,3")]
    guidances: Vec<f64>,
    /// Noises to average over, where a method adds noise
    #[arg(long, value_name = "N", default_value = "4")]
    repeats: NonZeroU32,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// At most so many held-out styles
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    styles: usize,
    /// Also draw every method: for each pair, rows of sources, truths and translations
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    #[command(flatten)]
    data: DataOption,
    #[command(flatten)]
    pub(in crate::cli) sampler: SamplerOptions,
}

/// FROM:TO
#[derive(Clone, Debug)]
pub(in crate::cli) struct Pair {
    pub(in crate::cli) from: String,
    pub(in crate::cli) to: String,
}

impl Pair {
    /// The numbers of both classes.
    pub(in crate::cli) fn classes(&self, data: &Dataset) -> Result<(usize, usize)> {
        let class = |name: &str| {
            let known = || format!("there is no class {name:?}; there are {}", data.classes.join(", "));
            data.class(name).with_context(known)
        };
        Ok((class(&self.from)?, class(&self.to)?))
    }
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once(':').ok_or("a pair is FROM:TO, such as A:B")?;
        Ok(Pair { from: from.to_owned(), to: to.to_owned() })
    }
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    pair: String,
    method: String,
    guidance: Option<f64>,
    mse: f64,
    mse_error: f64,
    ssim: f64,
    sharpness: f64,
    class_accuracy: f64,
    style_retrieval: f64,
    source_mse: f64,
    round_trip_mse: Option<f64>,
    nfe: u32,
}

/// Images on a sheet, for each method.
const SHEET_COLUMNS: usize = 16;

impl EvaluateTranslation {
    /// The model, and images whose true translations are known.
    pub(in crate::cli) fn load(&self) -> Result<(Loaded, Source, Dataset)> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let (source, data) = loaded.data(&self.data)?;
        ensure!(data.aligned, "{} has no true translations; use glyphs, faces or an atlas", data.name);
        Ok((loaded, source, data))
    }

    /// The pairs that were asked for, or those that are always measured.
    pub(in crate::cli) fn pairs(&self, source: &Source) -> Result<Vec<Pair>> {
        if self.pairs.is_empty() { default_pairs(source) } else { Ok(self.pairs.clone()) }
    }

    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        self.measure()?.print(self.sampler.json);
        Ok(ExitCode::SUCCESS)
    }

    /// Measures what was asked for.
    pub(in crate::cli) fn measure(&self) -> Result<Report> {
        let (loaded, source, data) = self.pairs()?;
        let classifier = self.classifier.load(&source, &data, &loaded.chosen.device)?;
        let direct: Result<Vec<Loaded>> = self
            .direct
            .iter()
            .map(|model| Loaded::new(&ModelFile { model: model.clone() }, self.sampler.device))
            .collect();
        let bench = Bench { options: self, loaded: &loaded, direct: direct?, data: &data, classifier: &classifier };
        let pairs = self.pairs(&source)?;
        let pairs: Result<Vec<_>> =
            pairs.iter().map(|pair| pair.classes(&data).map(|classes| (pair, classes))).collect();
        let (pairs, mut rows, mut sheet) = (pairs?, Vec::new(), Vec::new());
        let bar = progress::bar(pairs.len() as u64, "pairs");
        for (pair, classes) in pairs {
            bar.set_message(format!("{} to {}", pair.from, pair.to));
            bench.measure(pair, classes, &mut rows, &mut sheet)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        if let Some(path) = &self.sheet {
            let columns = SHEET_COLUMNS.min(bench.styles());
            image::write_sheet(path, data.shape, &sheet, columns)?;
        }
        let circumstances = json!({
            "model": self.model.model, "classifier": classifier.profile, "data": data.name, "styles": bench.styles(),
            "device": loaded.chosen.name, "solver": self.sampler.solver, "intervals": self.sampler.intervals,
            "spacing": self.sampler.spacing, "seed": self.sampler.seed, "repeats": self.repeats,
        });
        Ok(Report { circumstances, rows })
    }
}

/// What was measured, and under which circumstances.
pub(in crate::cli) struct Report {
    pub(in crate::cli) circumstances: Value,
    rows: Vec<Row>,
}

impl Report {
    pub(in crate::cli) fn print(self, json: bool) {
        let Report { circumstances: mut report, rows } = self;
        if json {
            report["rows"] = json!(rows);
            println!("{report}");
        } else {
            print(&rows);
        }
    }
}

fn default_pairs(source: &Source) -> Result<Vec<Pair>> {
    let words = match source {
        Source::Glyphs => "A:B E:F A:a P:R O:Q",
        Source::Faces => "plain:glasses glasses:plain plain:hat hat:plain",
        _ => bail!("name pairs of classes with --pairs FROM:TO,…"),
    };
    words.split(' ').map(|word| word.parse().map_err(anyhow::Error::msg)).collect()
}

fn print(rows: &[Row]) {
    println!(
        "{:<14}{:<24}{:>5}{:>8}{:>8}{:>7}{:>7}{:>7}{:>7}{:>8}{:>8}{:>6}",
        "pair", "method", "w", "mse", "± ", "ssim", "sharp", "class", "style", "kept", "trip", "nfe"
    );
    for row in rows {
        let guidance = row.guidance.map_or(String::new(), |w| w.to_string());
        let trip = row.round_trip_mse.map_or("–".to_owned(), |trip| format!("{trip:.4}"));
        println!(
            "{:<14}{:<24}{guidance:>5}{:>8.4}{:>8.4}{:>7.3}{:>7.2}{:>7.2}{:>7.2}{:>8.4}{trip:>8}{:>6}",
            row.pair,
            row.method,
            row.mse,
            row.mse_error,
            row.ssim,
            row.sharpness,
            row.class_accuracy,
            row.style_retrieval,
            row.source_mse,
            row.nfe
        );
    }
}

struct Bench<'a> {
    options: &'a EvaluateTranslation,
    loaded: &'a Loaded,
    direct: Vec<Loaded>,
    data: &'a Dataset,
    classifier: &'a Classifier,
}

impl Bench<'_> {
    fn styles(&self) -> usize {
        (self.data.held_out.len() / self.data.classes.len()).min(self.options.styles)
    }

    fn measure(
        &self,
        pair: &Pair,
        (from, to): (usize, usize),
        rows: &mut Vec<Row>,
        sheet: &mut Vec<Vec<f32>>,
    ) -> Result<()> {
        let (shape, count) = (self.data.shape, self.data.classes.len());
        let training = AlignedPair::of(&self.data.training, shape, count, from, to);
        let mut held_out = AlignedPair::of(&self.data.held_out, shape, count, from, to);
        held_out.sources.truncate(self.styles());
        held_out.targets.truncate(self.styles());
        let mut add = |method: &str, guidance: Option<f64>, images: Samples, back: Option<Vec<Vec<f32>>>| {
            sheet.extend(images.values.iter().take(SHEET_COLUMNS).cloned());
            let mut row = self.row(&images, &held_out, to);
            row.pair = format!("{} → {}", pair.from, pair.to);
            row.method = method.to_owned();
            row.guidance = guidance;
            row.round_trip_mse = back.map(|back| mean_and_error(&errors(&back, &held_out.sources)).0);
            rows.push(row);
        };
        let known = |values: Vec<Vec<f32>>| Samples { values, nfe: 0 };
        for baseline in Baseline::ALL {
            add(baseline.name(), None, known(baseline.translate(&held_out.sources, &training)), None);
        }
        add("truth", None, known(held_out.targets.clone()), None);

        let config = |guidance| SamplerConfig { guidance, ..self.options.sampler.config() };
        let translation = |method, guidance, (from, to), noise| Translation {
            method,
            from: Condition::Class(from),
            to: Condition::Class(to),
            trajectory: trajectory(guidance),
            seed: self.options.sampler.seed(),
            repeats: self.options.repeats,
            noise,
        };
        let sampler = self.loaded.sampler();
        for method in Method::CONDITIONAL {
            for &guidance in &self.options.guidances {
                let there = sampler.translate(&held_out.sources, translation(method, guidance, (from, to), 0.0));
                let back = sampler.translate(&there.values, translation(method, guidance, (to, from), 0.0));
                add(method.name(), Some(guidance), there, Some(back.values));
            }
        }
        for model in &self.direct {
            let card = &model.checkpoint.card;
            let direct = card.direct.as_ref().with_context(|| format!("{} is no direct model", card.name))?;
            if (self.data.class(&direct.from), self.data.class(&direct.to)) == (Some(from), Some(to)) {
                let translation = translation(Method::Direct, 1.0, (from, to), direct.noise);
                add(&card.name, None, model.sampler().translate(&held_out.sources, translation), None);
            }
        }
        Ok(())
    }

    /// What is measured of the images themselves.
    fn row(&self, images: &Samples, held_out: &AlignedPair, to: usize) -> Row {
        let (values, shape) = (&images.values, self.data.shape);
        let (mse, mse_error) = mean_and_error(&errors(values, &held_out.targets));
        let classes = self.classifier.predict(values).classes;
        let right = classes.iter().filter(|class| **class == to).count();
        let nearest =
            |(i, value): (usize, &Vec<f32>)| crate::evaluation::baseline::nearest(value, &held_out.targets) == i;
        let style = values.iter().enumerate().filter(|pair| nearest(*pair)).count();
        let count = values.len() as f64;
        Row {
            pair: String::new(),
            method: String::new(),
            guidance: None,
            mse,
            mse_error,
            ssim: mean_of(shape, values, &held_out.targets),
            sharpness: total_contrast(shape, values) / total_contrast(shape, &held_out.targets),
            class_accuracy: right as f64 / count,
            style_retrieval: style as f64 / count,
            source_mse: mean_and_error(&errors(values, &held_out.sources)).0,
            round_trip_mse: None,
            nfe: images.nfe,
        }
    }
}

/// Mean square differences of pixels within 0..=1, half of those of values.
fn errors(a: &[Vec<f32>], b: &[Vec<f32>]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| (shared::measure::rmse(a, b) / 2.0).powi(2)).collect()
}

fn mean_of(shape: ImageShape, a: &[Vec<f32>], b: &[Vec<f32>]) -> f64 {
    a.iter().zip(b).map(|(a, b)| ssim(shape, a, b)).sum::<f64>() / a.len() as f64
}

fn total_contrast(shape: ImageShape, images: &[Vec<f32>]) -> f64 {
    images.iter().map(|image| contrast(shape, image)).sum()
}
