//! A study of variants as text and as a chart.

use std::fmt;

use shared::measure::mean_and_deviation;

use super::one_step::{self, TIMES};
use super::paired::{PairedDifference, holm, paired_difference};
use super::study::{FINER, NOISES, NOISES_BEFORE, Outcome, PAIRS, SAMPLER, StudyTable};
use crate::report::chart::{Axis, Chart};

/// A variant beside the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference<'a> {
    /// Its name.
    pub variant: &'a str,
    /// A number of it, its classifier FID or another, less the first one's.
    pub difference: PairedDifference,
    /// The probability of that, corrected for the number of comparisons.
    pub corrected: f64,
}

impl StudyTable {
    /// The names of the variants, in their order.
    fn names(&self) -> Vec<&str> {
        let first = self.outcomes.first().map(|outcome| outcome.seed);
        self.outcomes.iter().filter(|o| Some(o.seed) == first).map(|o| o.variant.as_str()).collect()
    }

    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.variant == name)
    }

    /// By how much a number of a variant exceeds the first one's, seed by seed; nothing is known from one seed.
    pub fn difference(&self, name: &str, of: impl Fn(&Outcome) -> f64) -> Option<PairedDifference> {
        let first = self.of(&self.outcomes.first()?.variant);
        let differences: Vec<f64> = self.of(name).zip(first).map(|(a, b)| of(a) - of(b)).collect();
        paired_difference(&differences)
    }

    /// Every other variant's classifier FID beside the first one's.
    pub fn comparisons(&self) -> Vec<Difference<'_>> {
        self.comparisons_by(|outcome| outcome.classifier_fid)
    }

    /// A number of every other variant beside the first one's.
    pub fn comparisons_by(&self, of: impl Fn(&Outcome) -> f64) -> Vec<Difference<'_>> {
        let others = self.names().into_iter().skip(1);
        let differences = others.filter_map(|name| Some((name, self.difference(name, &of)?)));
        let differences: Vec<_> = differences.collect();
        let corrected = holm(&differences.iter().map(|(_, difference)| difference.probability).collect::<Vec<_>>());
        let compared = differences.into_iter().zip(corrected);
        compared.map(|((variant, difference), corrected)| Difference { variant, difference, corrected }).collect()
    }

    /// The variant of least classifier FID, and that.
    pub fn best(&self) -> Option<(&str, f64)> {
        let mean = |name: &str| mean_and_deviation(&self.of(name).map(|o| o.classifier_fid).collect::<Vec<_>>()).0;
        self.names().into_iter().map(|name| (name, mean(name))).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// How many seeds each variant was trained with.
    pub fn seeds(&self) -> usize {
        self.outcomes.len() / self.names().len().max(1)
    }

    /// The mean over the seeds of one error of every variant at every time.
    pub fn mean_errors(&self, errors: fn(&Outcome) -> &Vec<f64>) -> Vec<Vec<f64>> {
        let mean = |name: &str| {
            let all: Vec<&Vec<f64>> = self.of(name).map(errors).collect();
            let at = |i: usize| all.iter().map(|errors| errors[i]).sum::<f64>() / all.len() as f64;
            (0..all[0].len()).map(at).collect()
        };
        self.names().into_iter().map(mean).collect()
    }

    /// The errors of one step against time, early and late.
    pub fn chart(&self) -> Chart {
        let panel = |title: &str, errors| {
            let lines = self.mean_errors(errors).into_iter().map(|errors| {
                let times = (1..).map(|i| f64::from(i) / errors.len() as f64);
                times.zip(errors.iter().copied()).collect()
            });
            (title.to_owned(), lines.collect())
        };
        Chart {
            x: Axis::Linear("t"),
            y: Axis::Logarithmic("error of one step"),
            names: self.names().into_iter().map(str::to_owned).collect(),
            panels: vec![panel("early", |o| &o.one_step_early), panel("late", |o| &o.one_step_late)],
        }
    }
}

impl fmt::Display for StudyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names();
        let width = self.width.map_or(String::new(), |width| format!(", width {width}"));
        write!(f, "{}. {} images seen by each training, ", self.data, self.images)?;
        let seeds = self.seeds();
        write!(f, "{seeds} {}{width}, on {}. ", if seeds == 1 { "seed" } else { "seeds" }, self.device)?;
        write!(
            f,
            "{} images of each model with each of {NOISES} seeds of the noise, {}, {} {} intervals, guidance {}; ",
            self.samples, SAMPLER.solver, SAMPLER.intervals, self.spacing, SAMPLER.guidance
        )?;
        let accuracy = self.extractor.accuracy.unwrap_or(f64::NAN);
        write!(f, "features of {} ({:.1} % right). ", self.extractor.name, 100.0 * accuracy)?;
        let work = |outcome: &Outcome| outcome.multiply_adds;
        let cost = self.outcomes.iter().all(|outcome| work(outcome).is_some())
            && self.outcomes.iter().any(|outcome| work(outcome) != work(&self.outcomes[0]));
        let finer = self.outcomes.iter().any(|outcome| outcome.converged_fid.is_some());
        if let (Some(real), Some(control)) = (self.real, self.control) {
            write!(
                f,
                "Classifier FID and pixel FID of as many real held-out images: {:.3}, {:.3}; of the same few training images \
                 repeated: {:.3}, {:.3}. ",
                real.classifier_fid, real.pixel_fid, control.classifier_fid, control.pixel_fid
            )?;
        }
        writeln!(
            f,
            "± is the standard deviation over the seeds; less the first one: paired by seed, mean and 95 % interval, and p after \
             Holm's correction{}{}.\n",
            if cost { "; cost: multiplications in one evaluation of the network, over the first one's" } else { "" },
            if finer {
                format!(
                    "; converged: of as many images drawn with one seed in {} intervals, where the sampler hardly matters",
                    FINER.intervals
                )
            } else {
                String::new()
            }
        )?;
        if !self.diverged.is_empty() {
            let names = self.diverged.join("; ");
            writeln!(f, "Left out, as a training of theirs ended in numbers that are not finite: {names}.\n")?;
        }
        let columns = [
            "variant",
            "classifier FID",
            "less the first one's",
            "p",
            "converged",
            "pixel FID",
            "class accuracy",
            "cost",
        ];
        // Answers of before have fewer columns, and where all networks are alike nothing is to be told of their cost.
        let has = |column: &str| (finer || column != "converged") && (cost || column != "cost");
        let shown = |cells: [String; 8]| {
            let cells = cells.into_iter().enumerate().filter(|(at, _)| has(columns[*at]));
            format!("| {} |", cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(" | "))
        };
        writeln!(f, "{}\n{}", shown(columns.map(str::to_owned)), shown(columns.map(|_| "---".to_owned())))?;
        let comparisons = self.comparisons();
        for name in &names {
            let spread = |value: fn(&Outcome) -> f64| {
                let values: Vec<f64> = self.of(name).map(value).collect();
                match mean_and_deviation(&values) {
                    (mean, _) if mean.is_nan() => "–".to_owned(),
                    (mean, _) if values.len() == 1 => format!("{mean:.3}"),
                    (mean, deviation) => format!("{mean:.3} ± {deviation:.3}"),
                }
            };
            let compared = comparisons.iter().find(|comparison| comparison.variant == *name);
            let (less, p) = compared.map_or(("–".to_owned(), "–".to_owned()), |comparison| {
                let PairedDifference { mean, interval, .. } = comparison.difference;
                (format!("{mean:+.1} ± {interval:.1}"), format!("{:.3}", comparison.corrected))
            });
            let (fid, converged) = (spread(|o| o.classifier_fid), spread(|o| o.converged_fid.unwrap_or(f64::NAN)));
            let (pixels, accuracy) = (spread(|o| o.pixel_fid.unwrap_or(f64::NAN)), spread(|o| o.class_accuracy));
            let work = |name: &str| self.of(name).find_map(work).map_or(f64::NAN, |work| work as f64);
            let cost = format!("{:.2}", work(name) / work(names[0]));
            writeln!(f, "{}", shown([(*name).to_owned(), fid, less, p, converged, pixels, accuracy, cost]))?;
        }
        if let Some(images) = self.outcomes.first().map(|o| &o.curve).filter(|curve| !curve.is_empty()) {
            writeln!(
                f,
                "\nClassifier FID after so many images, mean over the seeds; before the end, with {NOISES_BEFORE} seeds of the noise:\n"
            )?;
            let header: String = images.iter().map(|point| format!(" {} |", point.images)).collect();
            writeln!(f, "| variant |{header}\n|---|{}", "---|".repeat(images.len()))?;
            for name in &names {
                let at = |stage: usize| -> f64 {
                    let all: Vec<f64> = self.of(name).map(|o| o.curve[stage].classifier_fid).collect();
                    mean_and_deviation(&all).0
                };
                let cells: String = (0..images.len()).map(|stage| format!(" {:.1} |", at(stage))).collect();
                writeln!(f, "| {name} |{cells}")?;
            }
        }
        writeln!(
            f,
            "\nRoot mean square error of the one-step approximation x(t) ≈ x₀ + t·v(x̄(t), t) that the path-constrained loss \
             is derived from, early (after a tenth of the images, where the learning rate has just reached its greatest) and \
             late, mean over the seeds. x(t) is the network's own trajectory from each of {PAIRS} noises ({SOLVER}, {intervals} \
             uniform intervals, no guidance), and x̄(t) lies between the noise and its end: the error is 0 where trajectories are \
             straight, as those of an untrained network are, and that of the exact field is 1 at t = 1, where v(x₁, 1) = x₁.\n",
            SOLVER = one_step::SOLVER,
            intervals = one_step::INTERVALS
        )?;
        let header: String = (1..=TIMES).map(|i| format!(" t = {:.1} |", i as f64 / TIMES as f64)).collect();
        writeln!(f, "| variant | |{header}\n|---|---|{}", "---|".repeat(TIMES))?;
        let (early, late) = (self.mean_errors(|o| &o.one_step_early), self.mean_errors(|o| &o.one_step_late));
        for (name, (early, late)) in names.iter().zip(early.iter().zip(&late)) {
            for (when, errors) in [("early", early), ("late", late)] {
                let cells: String = errors.iter().map(|error| format!(" {error:.3} |")).collect();
                writeln!(f, "| {name} | {when} |{cells}")?;
            }
        }
        Ok(())
    }
}
