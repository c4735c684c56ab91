//! What the released models were to reach, and how near they come. A goal that is missed says so.

use anyhow::{Context, Result};
use serde::Deserialize as _;
use serde_json::Value;
use shared::card::{Learned, Measure};
use shared::method::Method;
use shared::solver::Solver;
use shared::time::Spacing;
use trainer::evaluation::inspected::Inspected;
use trainer::evaluation::translation::{Row, TranslationTable};
use trainer::evaluation::work_precision::WorkPrecision;

use crate::cells::number;
use crate::pair::{Pair, SIMPLE};

/// What was aimed at, in the answer of one section.
pub(super) struct Goal {
    pub(super) aimed: &'static str,
    pub(super) section: &'static str,
    pub(super) reached: Reached,
}

/// What a section says of a goal.
pub(super) enum Reached {
    Card(fn(&Inspected) -> Option<Found>),
    Translation(fn(&TranslationTable) -> Found),
    WorkPrecision(fn(&WorkPrecision) -> Option<Found>),
}

/// How near a goal is.
pub(super) struct Found {
    pub(super) words: String,
    pub(super) met: bool,
}

/// How many images Fashion-MNIST and glyphs were to be trained on.
const PLANNED: f64 = 2e6;

const NOISE: &str = "encoded noise of held-out images: deviation of .95 to 1.05, neighbours' correlation below .1";
const RECOGNISED: &str = "through the noise, at some weight, the right class at least .9 times as often as the truth";
const FEW: &str = "1, 2 and 4 Euler steps: pixel FID at most 1.5, 1.2 and 1.05 times that of 40";

pub(super) const GOALS: [Goal; 16] = [
    Goal {
        aimed: "class accuracy within .02 of real images'",
        section: "model-fashion-mnist",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "class_accuracy")?;
            Some(Found { words: format!("{} below", number(real - drawn)), met: real - drawn <= 0.02 })
        }),
    },
    Goal {
        aimed: "classifier FID at most twice real images'",
        section: "model-fashion-mnist",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "classifier_fid")?;
            Some(Found { words: format!("{:.2} times", drawn / real), met: drawn <= 2.0 * real })
        }),
    },
    Goal {
        aimed: "class accuracy at least .9 times real images'",
        section: "model-glyphs",
        reached: Reached::Card(|card| {
            let (drawn, real) = beside_real(card, "class_accuracy")?;
            Some(Found { words: format!("{:.2} times", drawn / real), met: drawn >= 0.9 * real })
        }),
    },
    Goal { aimed: NOISE, section: "model-fashion-mnist", reached: Reached::Card(noise) },
    Goal { aimed: NOISE, section: "model-faces", reached: Reached::Card(noise) },
    Goal { aimed: NOISE, section: "model-glyphs", reached: Reached::Card(noise) },
    Goal { aimed: NOISE, section: "model-emoji", reached: Reached::Card(noise) },
    Goal {
        aimed: RECOGNISED,
        section: "translation-glyphs",
        reached: Reached::Translation(|table| of_pairs(table, recognised)),
    },
    Goal {
        aimed: RECOGNISED,
        section: "translation-emoji",
        reached: Reached::Translation(|table| of_pairs(table, recognised)),
    },
    Goal {
        aimed: "SSIM to the truth above ridge regression's",
        section: "translation-faces",
        reached: Reached::Translation(|table| {
            of_pairs(table, |pair| pair.is_more_similar_than_ridge(Row::is_by_conditional_model))
        }),
    },
    Goal {
        aimed: "the same, by a model for the pair alone",
        section: "pairs-faces",
        reached: Reached::Translation(|table| {
            of_pairs(table, |pair| pair.is_more_similar_than_ridge(Row::is_by_direct_model))
        }),
    },
    Goal {
        aimed: "less error than copying, the mean and the nearest training image",
        section: "translation-emoji",
        reached: Reached::Translation(|table| of_pairs(table, |pair| pair.is_below(&SIMPLE))),
    },
    Goal { aimed: FEW, section: "work-precision-fashion-mnist-reflow", reached: Reached::WorkPrecision(few_steps) },
    Goal { aimed: FEW, section: "work-precision-faces-reflow", reached: Reached::WorkPrecision(few_steps) },
    Goal { aimed: FEW, section: "work-precision-glyphs-reflow", reached: Reached::WorkPrecision(few_steps) },
    Goal { aimed: FEW, section: "work-precision-emoji-reflow", reached: Reached::WorkPrecision(few_steps) },
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
    Some(Found {
        words: format!("{}, {}", number(deviation), number(neighbours)),
        met: (0.95..=1.05).contains(&deviation) && neighbours.abs() < 0.1,
    })
}

/// On how many pairs of classes something holds.
fn of_pairs(table: &TranslationTable, holds: fn(Pair<'_>) -> bool) -> Found {
    let (met, pairs) = (Pair::count(table, holds), Pair::all(table).count());
    Found { words: format!("on {met} of {pairs} pairs"), met: met == pairs }
}

fn recognised(pair: Pair<'_>) -> bool {
    let mut ddib = pair.0.iter().filter(|row| row.method == Method::Ddib.name());
    pair.named("truth").is_some_and(|truth| ddib.any(|row| row.class_accuracy >= 0.9 * truth.class_accuracy))
}

fn few_steps(table: &WorkPrecision) -> Option<Found> {
    let at = |nfe| {
        let mut rows = table.rows.iter().filter(|row| row.nfe == nfe && row.settings.spacing == Spacing::Uniform);
        rows.find(|row| row.settings.solver == Solver::Euler)?.pixel_fid
    };
    let most = at(40)?;
    let ratios = [(1, 1.5), (2, 1.2), (4, 1.05)].map(|(nfe, goal)| Some((at(nfe)? / most, goal)));
    let ratios: Vec<(f64, f64)> = ratios.into_iter().collect::<Option<_>>()?;
    let words: Vec<String> = ratios.iter().map(|(ratio, _)| format!("{ratio:.2}")).collect();
    Some(Found { words: words.join(", "), met: ratios.iter().all(|(ratio, goal)| ratio <= goal) })
}

impl Reached {
    /// What the section's answer says.
    ///
    /// # Errors
    /// If the answer is not one of that kind, or lacks what is asked.
    pub(super) fn found(&self, report: &Value) -> Result<Found> {
        let found = match self {
            Reached::Card(found) => found(&Inspected::deserialize(report)?),
            Reached::Translation(found) => Some(found(&TranslationTable::deserialize(report)?)),
            Reached::WorkPrecision(found) => found(&WorkPrecision::deserialize(report)?),
        };
        found.context("the answer does not say whether a goal is reached")
    }
}

/// What it would take to train a model as long as was planned.
///
/// # Errors
/// If the answer is not that of `inspect`.
pub(super) fn cost(title: &str, report: &Value) -> Result<String> {
    let card = Inspected::deserialize(report)?.card;
    let Learned { images_seen, seconds } = card.learned();
    let hours = seconds / 3600.0;
    let planned = hours * PLANNED / images_seen as f64;
    let rest = if planned > hours {
        format!("; the planned {PLANNED} would take {planned:.1} hours there")
    } else {
        ", as many as were planned".to_owned()
    };
    Ok(format!("{title} saw {images_seen} images in {hours:.1} hours on {}{rest}.", card.device))
}
