//! The study of objectives as text and as a chart.

use std::fmt;

use shared::measure::mean_and_deviation;

use super::objectives::{ObjectivesTable, Outcome};
use crate::report::chart::{Axis, Chart};

impl ObjectivesTable {
    /// The names of the variants, in their order.
    fn names(&self) -> Vec<&str> {
        let first = self.outcomes.first().map(|outcome| outcome.seed);
        self.outcomes.iter().filter(|o| Some(o.seed) == first).map(|o| o.objective.as_str()).collect()
    }

    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.objective == name)
    }

    /// The mean over the seeds of one error of every variant at every time.
    fn mean_errors(&self, errors: fn(&Outcome) -> &Vec<f64>) -> Vec<Vec<f64>> {
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

impl fmt::Display for ObjectivesTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names();
        let width = self.width.map_or(String::new(), |width| format!(", width {width}"));
        write!(f, "{}. {} images seen by each training, ", self.data, self.images)?;
        write!(f, "{} seeds{width}, on {}. ", self.outcomes.len() / names.len().max(1), self.device)?;
        write!(
            f,
            "{} images of each model, midpoint, 10 uniform intervals, guidance 1, noise of seed 0; ",
            self.samples
        )?;
        let accuracy = self.extractor.accuracy.unwrap_or(f64::NAN);
        write!(f, "features of {} ({:.1} % right). ", self.extractor.name, 100.0 * accuracy)?;
        writeln!(f, "± is the standard deviation over the seeds.\n")?;
        writeln!(f, "| objective | classifier FID | classifier KID | class accuracy |\n| --- | --- | --- | --- |")?;
        for name in &names {
            let spread = |value: fn(&Outcome) -> f64| {
                let (mean, deviation) = mean_and_deviation(&self.of(name).map(value).collect::<Vec<_>>());
                format!("{mean:.3} ± {deviation:.3}")
            };
            let (fid, kid) = (spread(|o| o.classifier_fid), spread(|o| o.classifier_kid));
            writeln!(f, "| {name} | {fid} | {kid} | {} |", spread(|o| o.class_accuracy))?;
        }
        writeln!(
            f,
            "\nRoot mean square error of the one-step approximation x(t) ≈ x₀ + t·v(x̄(t), t) that the path-constrained loss \
             is derived from, early (after a tenth of the images) and late, mean over the seeds:\n"
        )?;
        let header: String = (1..=10).map(|i| format!(" t = {:.1} |", f64::from(i) / 10.0)).collect();
        writeln!(f, "| objective | |{header}\n|---|---|{}", "---|".repeat(10))?;
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
