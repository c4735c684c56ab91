//! Quality against network evaluations.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::guidance;
use shared::solver::Solver;
use shared::time::Spacing;

use super::reference::Comparison;
use crate::report::chart::{Axis, Chart};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::table::table;
use crate::sampler::SamplerConfig;

/// The answer of `evaluate work-precision`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorkPrecision {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// The guidance weight of drawing.
    pub guidance: f64,
    /// Seeds of the noise, beginning with that of the circumstances.
    #[serde(default = "one")]
    pub seeds: u64,
    /// The Fréchet distance of as many real held-out images.
    #[serde(alias = "real_frechet_distance")]
    pub real_classifier_fid: f64,
    /// As many real held-out images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real: Option<Comparison>,
    /// A few training images, repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Comparison>,
    /// Images that were encoded and decoded in each setting.
    pub round_trips: usize,
    /// One for each setting.
    pub rows: Vec<Row>,
}

/// What was measured in one setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The setting.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// Network evaluations for one image.
    pub nfe: u32,
    /// The Fréchet distance to held-out images, in the features of the classifier.
    #[serde(alias = "frechet_distance")]
    pub classifier_fid: f64,
    /// Its standard deviation over the seeds.
    pub classifier_fid_deviation: Option<f64>,
    /// The Fréchet distance in principal components of pixels.
    pub pixel_fid: Option<f64>,
    /// Its standard deviation over the seeds.
    pub pixel_fid_deviation: Option<f64>,
    /// The kernel distance in the features of the classifier.
    #[serde(alias = "kernel_distance")]
    pub classifier_kid: f64,
    /// How often the classifier sees the class that was asked for.
    pub class_accuracy: f64,
    /// Root mean square difference of held-out images to themselves, encoded and decoded without guidance.
    pub round_trip: f64,
}

fn one() -> u64 {
    1
}

/// Each of the solvers and spacings that can spend exactly so many evaluations, from few to many; the adaptive solver last.
pub fn settings(evaluations: &[NonZeroU32], solvers: &[Solver], guidance: f64) -> Vec<SamplerConfig> {
    let each_call = guidance::evaluations(guidance);
    let mut settings = Vec::new();
    for nfe in evaluations {
        for (solver, calls) in solvers.iter().filter_map(|&solver| Some((solver, solver.evaluations()?))) {
            let interval = each_call * calls;
            let intervals = NonZeroU32::new(nfe.get() / interval).filter(|n| n.get() * interval == nfe.get());
            if let Some(intervals) = intervals {
                // One interval is the whole trajectory, however intervals are spread.
                let spacings = if intervals.get() == 1 { &[Spacing::Uniform][..] } else { &Spacing::ALL };
                settings.extend(spacings.iter().map(|&spacing| SamplerConfig { solver, intervals, spacing, guidance }));
            }
        }
    }
    let (intervals, spacing) = (NonZeroU32::MIN, Spacing::Uniform);
    let adaptive = solvers.iter().filter(|solver| solver.evaluations().is_none());
    settings.extend(adaptive.map(|&solver| SamplerConfig { solver, intervals, spacing, guidance }));
    settings
}

/// One line for each fixed solver, one panel for each spacing.
pub fn chart(rows: &[Row]) -> Chart {
    let line = |solver: Solver, spacing: Spacing| {
        let of = rows.iter().filter(|row| row.settings.solver == solver && row.settings.spacing == spacing);
        of.map(|row| (f64::from(row.nfe), row.classifier_fid)).collect()
    };
    let panel =
        |spacing: Spacing| (format!("{spacing} intervals"), Solver::FIXED.map(|solver| line(solver, spacing)).to_vec());
    Chart {
        x: Axis::Logarithmic("network evaluations"),
        y: Axis::Logarithmic("classifier FID"),
        names: Solver::FIXED.map(|solver| solver.title().to_owned()).to_vec(),
        panels: Spacing::ALL.map(panel).to_vec(),
    }
}

impl fmt::Display for WorkPrecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
        writeln!(
            f,
            "classifier FID and pixel FID of real images: {:.3}, {:.3}; of the same few images repeated: {:.3}, {:.3}",
            self.real_classifier_fid,
            known(self.real.map(|c| c.pixel_fid)),
            known(self.control.map(|c| c.classifier_fid)),
            known(self.control.map(|c| c.pixel_fid))
        )?;
        let spread = |value: f64, deviation| format!("{value:.3} ± {:.3}", known(deviation));
        let rows = self.rows.iter().map(|row| {
            let SolverSettings { solver, intervals, spacing } = row.settings;
            vec![
                solver.to_string(),
                spacing.to_string(),
                intervals.to_string(),
                row.nfe.to_string(),
                spread(row.classifier_fid, row.classifier_fid_deviation),
                spread(known(row.pixel_fid), row.pixel_fid_deviation),
                format!("{:.3}", row.class_accuracy),
                format!("{:.1e}", row.round_trip),
            ]
        });
        let titles = ["solver", "spacing", "intervals", "nfe", "classifier FID", "pixel FID", "class", "round trip"];
        table(2, &titles, rows).fmt(f)
    }
}
