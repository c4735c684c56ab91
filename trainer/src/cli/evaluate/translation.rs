use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use burn::tensor::Device;
use clap::Args;
use shared::card::Direct;
use shared::classes;
use shared::method::Method;
use shared::time::Time;

use crate::cli::options::classifier::ClassifierOption;
use crate::cli::options::data::DataOption;
use crate::cli::options::model::{EvaluationData, Loaded, ModelFile};
use crate::cli::options::sampler::{SamplerOptions, begun, finite, without_guidance};
use crate::data::{Dataset, Source};
use crate::evaluation::baseline::{AlignedPair, Baseline};
use crate::evaluation::classifier::Classifier;
use crate::evaluation::translation::{PairBench, Row, TranslationOptions, TranslationTable};
use crate::files::{self, image};
use crate::report::circumstances::Circumstances;
use crate::report::{print, progress};
use crate::sampler::{SamplerConfig, Samples};

/// Measures translations of held-out images whose true translation is known (glyphs, faces, emoji, any atlas), by every
/// method and by baselines that use no model.
///
/// Columns: mse (to the truth, pixels within 0..=1, with its standard error over the styles), mse_far (of the
/// half of the styles that are least like any trained on), ssim (to the truth),
/// sharpness (mean contrast of neighbours over that of the truth: below 1 is blurred), class (share that the classifier sees as
/// the wanted class; the line `truth` has it of true images), style (share whose true style is the nearest of all
/// held-out styles in the wanted class), source_mse (mse to the source), round_trip_mse (mse of the source to itself after
/// translating back), nfe (network evaluations of one translation).
///
/// All images are measured as they are shown, within the range of pixels. What the mean over several noises gives stands beside
/// what one noise gives; of a direct flow from clean sources, what one Euler step gives: the mean of all targets that the
/// source may have, which is the answer of least square error.
///
/// JSON: model, extractor (the classifier: name, accuracy), data, styles (held out), device, solver, intervals, spacing,
/// seed, repeats, time (of sdedit), and rows: pair, method, guidance, noises, mse, mse_error, style_mse (a list, of each style), mse_far, ssim, sharpness, class_accuracy, style_retrieval,
/// source_mse, round_trip_mse, nfe.
#[derive(Debug, Args)]
#[command(mut_arg("guidance", without_guidance))]
pub(in crate::cli) struct EvaluateTranslation {
    #[command(flatten)]
    model: ModelFile,
    #[arg(long, value_name = "FROM:TO,…", value_delimiter = ',', help = pairs_help())]
    pairs: Vec<Pair>,
    /// Models that lead directly from one class to another; each is measured on its own pair
    #[arg(long, value_name = "FILE,…", value_delimiter = ',')]
    pub(in crate::cli) direct: Vec<PathBuf>,
    /// Weights of the guidance towards the wanted class
    #[arg(long = "guidances", value_name = "W,…", value_delimiter = ',', default_value = "1,2,3", value_parser = finite)]
    guidances: Vec<f64>,
    /// Noises to average over, where a mean is taken: by flowedit, and by direct flows that add noise
    #[arg(long, value_name = "N", default_value_t = REPEATS)]
    repeats: NonZeroU32,
    /// How far sdedit goes back: 1 would change nothing, 0 forgets the image
    #[arg(long, value_name = "T", default_value_t = Method::TIME, value_parser = begun)]
    time: f64,
    #[command(flatten)]
    classifier: ClassifierOption,
    /// At most so many held-out styles
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    styles: Option<u32>,
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
        Ok((classes::number(&data.classes, &self.from)?, classes::number(&data.classes, &self.to)?))
    }
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once(':').ok_or("a pair is FROM:TO, such as A:B")?;
        Ok(Pair { from: from.to_owned(), to: to.to_owned() })
    }
}

const REPEATS: NonZeroU32 = NonZeroU32::new(Method::FlowEdit.repeats()).expect("not 0");

/// Images on a sheet, for each method.
const SHEET_COLUMNS: usize = 16;

impl EvaluateTranslation {
    /// The model, and images whose true translations are known.
    pub(in crate::cli) fn load(&self) -> Result<(Loaded, Source, Dataset)> {
        let loaded = Loaded::new(&self.model, self.sampler.device)?;
        loaded.needs_noise()?;
        let EvaluationData { source, data, .. } = loaded.material(&self.data)?;
        ensure!(
            data.aligned,
            "true translations of these images are not known ({}); name a model of glyphs, faces, emoji or an atlas with --model",
            data.name
        );
        Ok((loaded, source, data))
    }

    /// The pairs that were asked for, or those that are always measured.
    pub(in crate::cli) fn pairs(&self, source: &Source) -> Result<Vec<Pair>> {
        if self.pairs.is_empty() { default_pairs(source) } else { Ok(self.pairs.clone()) }
    }

    pub(in crate::cli) fn run(self) -> Result<ExitCode> {
        self.measure(|table| print(&table, self.sampler.json))?;
        Ok(ExitCode::SUCCESS)
    }

    /// The classifier, and whether the sheet can be drawn: what would stop a measurement that has begun.
    pub(in crate::cli) fn ready(&self, source: &Source, data: &Dataset, device: &Device) -> Result<Classifier> {
        self.sheet.iter().try_for_each(|sheet| files::check_output(sheet, "png", &[]))?;
        self.classifier.load(source, data, device)
    }

    /// Measures what was asked for, and draws it when it has been answered: a file that cannot be written costs no figure.
    pub(in crate::cli) fn measure(&self, answer: impl FnOnce(TranslationTable) -> Result<()>) -> Result<()> {
        let (loaded, source, data) = self.load()?;
        let classifier = self.ready(&source, &data, &loaded.chosen.device)?;
        let load = |model: &PathBuf| {
            let model = Loaded::new(&ModelFile { model: model.clone() }, self.sampler.device)?;
            let classes = leads(&model, &data)?;
            Ok((model, classes))
        };
        let direct = self.direct.iter().map(load).collect::<Result<Vec<_>>>()?;
        let pairs = self.pairs(&source)?;
        let pairs = pairs.iter().map(|pair| Ok((pair, pair.classes(&data)?))).collect::<Result<Vec<_>>>()?;
        for (model, of @ (from, to)) in &direct {
            ensure!(
                pairs.iter().any(|(_, classes)| classes == of),
                "{} leads from {} to {}, which is none of the --pairs",
                model.path.display(),
                data.classes[*from],
                data.classes[*to]
            );
        }
        let mut bench = Bench {
            options: self,
            loaded: &loaded,
            direct,
            data: &data,
            classifier: &classifier,
            rows: Vec::new(),
            sheet: Vec::new(),
        };
        let bar = progress::bar(pairs.len() as u64, "pairs");
        for (pair, classes) in pairs {
            bar.set_message(format!("{} to {}", pair.from, pair.to));
            bench.measure(pair, classes)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        let (shape, styles) = (data.shape, bench.styles());
        let Bench { rows, sheet, .. } = bench;
        answer(TranslationTable {
            circumstances: Circumstances {
                data: Some(data.name),
                extractor: Some(classifier.profile.extractor()),
                ..loaded.circumstances(&self.sampler)
            },
            settings: self.sampler.config().settings(),
            styles,
            repeats: self.repeats,
            time: Some(self.time),
            trained: None,
            rows,
        })?;
        let write = |path: &PathBuf| image::write_sheet(path, shape, &sheet, SHEET_COLUMNS.min(styles));
        self.sheet.as_ref().map_or(Ok(()), write)
    }
}

/// The classes between which a direct model leads.
fn leads(model: &Loaded, data: &Dataset) -> Result<(usize, usize)> {
    let (card, path) = (&model.checkpoint.card, model.path.display());
    let direct = card.direct.as_ref().with_context(|| format!("{path} is no direct model"))?;
    ensure!(
        model.checkpoint.shape == data.shape && card.classes == data.classes,
        "{path} and the data differ in image size or classes; they must belong together"
    );
    Ok((classes::number(&data.classes, &direct.from)?, classes::number(&data.classes, &direct.to)?))
}

/// The pairs that are measured unless told otherwise.
static PAIRS: [(Source, &str); 3] = [
    (Source::Glyphs, "A:B,E:F,A:a,P:R,O:Q"),
    (Source::Faces, "plain:glasses,glasses:plain,plain:hat,hat:plain"),
    (Source::Emoji, "noto:twemoji,twemoji:noto,fluent-flat:fluent,fluent:fluent-flat,twemoji:fluent"),
];

fn pairs_help() -> String {
    let defaults: Vec<String> = PAIRS.iter().map(|(source, pairs)| format!("for {source} {pairs}")).collect();
    format!("Pairs of classes, as FROM:TO [default: {}]", defaults.join("; "))
}

fn default_pairs(source: &Source) -> Result<Vec<Pair>> {
    let pairs = PAIRS.iter().find(|(of, _)| of == source);
    let (_, pairs) = pairs.context("name pairs of classes with --pairs FROM:TO,…")?;
    pairs.split(',').map(|word| word.parse().map_err(anyhow::Error::msg)).collect()
}

struct Bench<'a> {
    options: &'a EvaluateTranslation,
    loaded: &'a Loaded,
    /// Each with the classes between which it leads.
    direct: Vec<(Loaded, (usize, usize))>,
    data: &'a Dataset,
    classifier: &'a Classifier,
    rows: Vec<Row>,
    sheet: Vec<Vec<f32>>,
}

impl Bench<'_> {
    fn styles(&self) -> usize {
        (self.data.held_out.len() / self.data.classes.len())
            .min(self.options.styles.map_or(usize::MAX, |styles| styles as usize))
    }

    fn measure(&mut self, pair: &Pair, (from, to): (usize, usize)) -> Result<()> {
        let (shape, count, styles) = (self.data.shape, self.data.classes.len(), self.styles());
        let training = AlignedPair::of(&self.data.training, shape, count, from, to);
        let mut held_out = AlignedPair::of(&self.data.held_out, shape, count, from, to);
        held_out.sources.truncate(styles);
        held_out.targets.truncate(styles);
        let bench = PairBench {
            held_out: &held_out,
            trained_on: &training.sources,
            classifier: self.classifier,
            shape,
            classes: (from, to),
        };
        let (rows, sheet) = (&mut self.rows, &mut self.sheet);
        let mut add =
            |method: &str, how: (Option<f64>, Option<NonZeroU32>), translated: &Samples, back: Option<&Samples>| {
                sheet.extend(translated.values.iter().take(SHEET_COLUMNS).cloned());
                let (pair, (guidance, noises)) = (format!("{} → {}", pair.from, pair.to), how);
                rows.push(Row { pair, method: method.to_owned(), guidance, noises, ..bench.row(translated, back) });
            };
        let known = |values: Vec<Vec<f32>>| Samples { values, nfe: 0 };
        for baseline in Baseline::ALL {
            add(baseline.name(), (None, None), &known(baseline.translate(&held_out.sources, &training)), None);
        }
        add("truth", (None, None), &known(held_out.targets.clone()), None);

        let (sampler, model) = (&self.options.sampler, self.loaded.sampler());
        // What the mean over several noises gains stands beside what one noise gives.
        let mut repeats = vec![NonZeroU32::MIN, self.options.repeats];
        repeats.dedup();
        let start = Time::new(self.options.time);
        let options = |repeats| TranslationOptions { config: sampler.config(), seed: sampler.seed(), start, repeats };
        for method in Method::CONDITIONAL {
            for &guidance in &self.options.guidances {
                for &noises in if method.repeats() > 1 { &repeats[..] } else { &repeats[..1] } {
                    let translation = |classes| options(noises).translation(method, guidance, classes, None);
                    let there = model.translate(&held_out.sources, translation((from, to)));
                    let back = model.translate(&there.values, translation((to, from)));
                    let noises = method.adds_noise().then_some(noises);
                    add(method.name(), (Some(guidance), noises), &there, Some(&back));
                }
            }
        }
        for (model, _) in self.direct.iter().filter(|(_, classes)| *classes == (from, to)) {
            let card = &model.checkpoint.card;
            let noisy = card.direct.as_ref().is_some_and(Direct::adds_noise);
            for &noises in if noisy { &repeats[..] } else { &repeats[..1] } {
                let translation = options(noises).translation(Method::Direct, 1.0, (from, to), card.direct.as_ref());
                let there = model.sampler().translate(&held_out.sources, translation);
                add(&card.name, (None, noisy.then_some(noises)), &there, None);
            }
            if !noisy {
                let mean = TranslationOptions { config: SamplerConfig::ONE_STEP, ..options(NonZeroU32::MIN) };
                let translation = mean.translation(Method::Direct, 1.0, (from, to), card.direct.as_ref());
                let there = model.sampler().translate(&held_out.sources, translation);
                add(&format!("{}{}", card.name, Row::ONE_STEP), (None, None), &there, None);
            }
        }
        Ok(())
    }
}
