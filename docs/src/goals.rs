//! What the released models were to reach, and how near they come. A goal that is missed says so.

use anyhow::{Context, Result};
use serde::Deserialize as _;
use serde_json::Value;
use shared::card::{Learned, Measure};
use shared::method::Method;
use shared::solver::Solver;
use shared::time::Spacing;
use trainer::evaluation::guidance::Guidance;
use trainer::evaluation::inspected::Inspected;
use trainer::evaluation::translation::{Row, TranslationTable};
use trainer::evaluation::work_precision::{Row as Setting, WorkPrecision};

use crate::cells::number;
use crate::pair::{Pair, SIMPLE};

/// What was aimed at, in the answer of one section.
pub(super) struct Goal {
    pub(super) aimed: &'static str,
    pub(super) section: &'static str,
    pub(super) reached: Reached,
    /// What it would take where it is missed, as far as is known.
    pub(super) takes: &'static str,
}

/// What a section says of a goal.
pub(super) enum Reached {
    Card(fn(&Inspected) -> Option<Found>),
    Translation(fn(&TranslationTable) -> Found),
    Guidance(fn(&Guidance) -> Option<Found>),
    /// Of a model of few steps, beside the section of the model that it was made from.
    FewSteps(&'static str),
}

/// How near a goal is.
pub(super) struct Found {
    pub(super) words: String,
    pub(super) met: bool,
    /// What has been spent so far.
    pub(super) spent: Option<String>,
}

impl Found {
    fn new(words: String, met: bool) -> Self {
        Found { words, met, spent: None }
    }
}

const NOISE: &str =
    "encoded noise of held-out images, dequantised: deviation of .95 to 1.05, neighbours' correlation below .1";
const NOISE_FEW: &str = "the same, of the model of few steps";
const RECOGNISED: &str = "through the noise, at some weight, the right class at least .9 times as often as the truth";
const FEW: &str = "1, 2 and 4 Euler steps: FID at most 1.5, 1.2 and 1.05 times that of 40 evaluations of the model that this one was \
                   made from, of pixels and by the classifier";

const LONGER: &str = "a wider network, or a longer training";
const CLOSER: &str = "training at times close to the image end, as in `faces-longer.toml`, for longer";
const BETTER: &str = "a model whose own images are of their class more often";
const PAIRED: &str = "true pairs, which ridge regression knows and this model does not: see the next line";
const STRAIGHTER: &str =
    "more pairs and a longer second training, or a loss that sees blur, such as a critic's, which is not built here";

pub(super) const GOALS: [Goal; 21] = [
    Goal {
        aimed: "class accuracy within .02 of real images'",
        section: "model-fashion-mnist",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "class_accuracy")?;
            Some(Found::new(format!("{} below", number(real - drawn)), real - drawn <= 0.02))
        }),
        takes: LONGER,
    },
    Goal {
        aimed: "classifier FID at most twice real images'",
        section: "model-fashion-mnist",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "classifier_fid")?;
            let unlimited = beside_real(card, "classifier_fid_unlimited").map(|(drawn, real)| drawn / real);
            let unlimited = unlimited.map_or(String::new(), |times| format!("; {times:.1} times of infinitely many"));
            Some(Found::new(format!("{:.2} times{unlimited}", drawn / real), drawn <= 2.0 * real))
        }),
        takes: LONGER,
    },
    Goal {
        aimed: "class accuracy at least .9 times real images'",
        section: "model-glyphs",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "class_accuracy")?;
            let merged = beside_real(card, "merged_accuracy").map(|(drawn, real)| drawn / real);
            let merged = merged.map_or(String::new(), |times| {
                format!("; {times:.2} times where case, 0 O o and 1 I l are not told apart")
            });
            Some(Found::new(format!("{:.2} times{merged}", drawn / real), drawn >= 0.9 * real))
        }),
        takes: LONGER,
    },
    Goal {
        aimed: "the same, at the weight of guidance above 1 that has the least classifier FID",
        section: "guidance-glyphs",
        reached: Reached::Guidance(|report| {
            let best = report.best()?;
            let times = best.class_accuracy / report.real?.class_accuracy;
            Some(Found::new(format!("{times:.2} times, at weight {}", best.guidance), times >= 0.9))
        }),
        takes: LONGER,
    },
    Goal { aimed: NOISE, section: "model-fashion-mnist", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE, section: "model-faces", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE, section: "model-glyphs", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE, section: "model-emoji", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE_FEW, section: "model-fashion-mnist-reflow", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE_FEW, section: "model-faces-reflow", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE_FEW, section: "model-glyphs-reflow", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: NOISE_FEW, section: "model-emoji-reflow", reached: Reached::Card(noise), takes: CLOSER },
    Goal { aimed: RECOGNISED, section: "translation-glyphs", reached: Reached::Translation(recognised), takes: BETTER },
    Goal { aimed: RECOGNISED, section: "translation-emoji", reached: Reached::Translation(recognised), takes: BETTER },
    Goal {
        aimed: "SSIM to the truth above ridge regression's",
        section: "translation-faces",
        reached: Reached::Translation(|table| {
            of_pairs(table, |pair| pair.is_more_similar(Row::is_by_conditional_model, &["ridge"]))
        }),
        takes: PAIRED,
    },
    Goal {
        aimed: "the same, by a model for the pair alone",
        section: "pairs-faces",
        reached: Reached::Translation(|table| {
            of_pairs(table, |pair| pair.is_more_similar(Row::is_by_direct_model, &["ridge"]))
        }),
        takes: "longer trainings of each pair",
    },
    Goal {
        aimed: "less error than copying, the mean and the nearest training image",
        section: "translation-emoji",
        reached: Reached::Translation(|table| {
            of_pairs(table, |pair| pair.is_below(Row::is_by_conditional_model, &SIMPLE))
        }),
        takes: "a better model: the pair that is missed is in the table",
    },
    Goal {
        aimed: FEW,
        section: "work-precision-fashion-mnist-reflow",
        reached: Reached::FewSteps("work-precision-fashion-mnist"),
        takes: STRAIGHTER,
    },
    Goal {
        aimed: FEW,
        section: "work-precision-faces-reflow",
        reached: Reached::FewSteps("work-precision-faces"),
        takes: STRAIGHTER,
    },
    Goal {
        aimed: FEW,
        section: "work-precision-glyphs-reflow",
        reached: Reached::FewSteps("work-precision-glyphs"),
        takes: STRAIGHTER,
    },
    Goal {
        aimed: FEW,
        section: "work-precision-emoji-reflow",
        reached: Reached::FewSteps("work-precision-emoji"),
        takes: STRAIGHTER,
    },
];

fn measure<'a>(inspected: &'a Inspected, name: &str) -> Option<&'a Measure> {
    inspected.card.measures.iter().find(|measure| measure.name == name)
}

fn beside_real(inspected: &Inspected, name: &str) -> Option<(f64, f64)> {
    let measure = measure(inspected, name)?;
    Some((measure.value, measure.real?))
}

fn noise(inspected: &Inspected) -> Option<Found> {
    let value = |name| Some(measure(inspected, name)?.value);
    let (deviation, neighbours) = (value("noise_deviation")?, value("noise_neighbours")?);
    let kurtosis = value("noise_excess_kurtosis")?;
    let words = format!("{}, {}; excess kurtosis {}", number(deviation), number(neighbours), number(kurtosis));
    Some(Found::new(words, (0.95..=1.05).contains(&deviation) && neighbours.abs() < 0.1))
}

/// On how many pairs of classes something holds.
fn of_pairs(table: &TranslationTable, holds: impl Fn(Pair<'_>) -> bool) -> Found {
    let (met, pairs) = (Pair::count(table, holds), Pair::all(table).count());
    Found::new(format!("on {met} of {pairs} pairs"), met == pairs)
}

/// Where translations through the noise are recognised, and where those that are have less error than the simple baselines.
fn recognised(table: &TranslationTable) -> Found {
    let is = |pair: Pair<'_>, row: &Row| {
        let truth = pair.named("truth").map_or(f64::NAN, |truth| truth.class_accuracy);
        row.method == Method::Ddib.name() && row.class_accuracy >= 0.9 * truth
    };
    let Found { words, met, .. } = of_pairs(table, |pair| pair.0.iter().any(|row| is(pair, row)));
    let near = Pair::count(table, |pair| pair.is_below(|row| is(pair, row), &SIMPLE));
    Found::new(format!("{words}; with less error than copying, the mean and the nearest as well on {near}"), met)
}

/// In the features of the classifier and in components of pixels, beside the best that `base` does in 40 evaluations.
fn few_steps(table: &WorkPrecision, base: &WorkPrecision) -> Option<Found> {
    let of_base = base.rows.iter().filter(|row| row.nfe == 40);
    let of_base = of_base.min_by(|a, b| a.classifier_fid.total_cmp(&b.classifier_fid))?;
    let at = |nfe| {
        let mut rows = table.rows.iter().filter(|row| row.nfe == nfe && row.settings.spacing == Spacing::Uniform);
        rows.find(|row| row.settings.solver == Solver::Euler)
    };
    let ratios = |of: fn(&Setting) -> Option<f64>| {
        let of_steps = [(1, 1.5), (2, 1.2), (4, 1.05)].map(|(nfe, goal)| Some((of(at(nfe)?)? / of(of_base)?, goal)));
        of_steps.into_iter().collect::<Option<Vec<(f64, f64)>>>()
    };
    let words =
        |ratios: &[(f64, f64)]| ratios.iter().map(|(ratio, _)| format!("{ratio:.2}")).collect::<Vec<_>>().join(", ");
    let (pixels, classifier) = (ratios(|row| row.pixel_fid)?, ratios(|row| Some(row.classifier_fid))?);
    Some(Found::new(
        format!("pixels {}; classifier {}", words(&pixels), words(&classifier)),
        pixels.iter().chain(&classifier).all(|(ratio, goal)| ratio <= goal),
    ))
}

/// What the training of a model has taken so far.
fn spent(inspected: &Inspected) -> String {
    let Learned { images_seen, seconds } = inspected.card.learned();
    format!("so far {images_seen} images in {:.1} hours on {}", seconds / 3600.0, inspected.card.device)
}

impl Reached {
    /// What the section's answer says; `other` finds the answers of others. Nothing if one of them was not run yet.
    ///
    /// # Errors
    /// If an answer is not one of that kind, or lacks what is asked.
    pub(super) fn found<'a>(
        &self,
        report: &Value,
        other: impl Fn(&str) -> Result<Option<&'a Value>>,
    ) -> Result<Option<Found>> {
        let found = match self {
            Reached::Card(found) => {
                let inspected = Inspected::deserialize(report)?;
                found(&inspected).map(|found| Found { spent: Some(spent(&inspected)), ..found })
            }
            Reached::Translation(found) => Some(found(&TranslationTable::deserialize(report)?)),
            Reached::Guidance(found) => found(&Guidance::deserialize(report)?),
            Reached::FewSteps(base) => {
                let Some(base) = other(base)? else { return Ok(None) };
                few_steps(&WorkPrecision::deserialize(report)?, &WorkPrecision::deserialize(base)?)
            }
        };
        found.context("the answer does not say whether a goal is reached").map(Some)
    }
}
