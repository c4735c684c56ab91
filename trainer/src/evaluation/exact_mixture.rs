//! Solvers, likelihood and translations on fields that are known exactly.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::flow::{self, FlowEdit, VelocityDifference};
use shared::likelihood;
use shared::mixture::Mixture;
use shared::noise::Seed;
use shared::solver::{Frame, Solver};
use shared::time::{Spacing, Time};
use shared::velocity::State as _;

use super::one_step::{TIMES, one_step_errors};
use crate::files::mixture::{Exact, normal_quadrature};
use crate::report::table::table;

/// Nodes of the noise average of FlowEdit in one dimension.
const NODES: usize = 64;

/// Pairs of opposite noises for the same average in more dimensions.
const PAIRS: u64 = 128;

/// The answer of `solve`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Solved {
    /// The mixture at the image end.
    pub mixture: PathBuf,
    /// The second one.
    pub to: Option<PathBuf>,
    /// How the exact map is known.
    pub exact: String,
    /// The start vectors.
    pub noise: Vec<Vec<f64>>,
    /// Where they lead exactly.
    pub exact_states: Vec<Vec<f64>>,
    /// How intervals are spread over time.
    pub spacing: Spacing,
    /// How wrong one step of the exact field is ([`one_step_errors`]), root mean square over the
    /// starts. Answers of before did not tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_step: Vec<f64>,
    /// One for each solver and number of intervals.
    pub results: Vec<Row>,
}

/// One solver at one number of intervals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The solver.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: u32,
    /// Network evaluations of one decoding.
    pub nfe: u32,
    /// The end points.
    pub states: Vec<Vec<f64>>,
    /// Their greatest distance to the exact ones.
    pub error: f64,
    /// log₂ of the error at half the intervals over this one.
    pub order: Option<f64>,
    /// In one dimension: the greatest |F(end) − Φ(start)|.
    pub distribution_error: Option<f64>,
    /// The greatest distance of a start to itself, decoded and encoded.
    pub round_trip: f64,
    /// At the end points, along the solver's own trajectory.
    pub log_likelihood: Vec<f64>,
    /// Its greatest distance to the mixture's density.
    pub log_likelihood_error: f64,
    /// If there is a second mixture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<Translated>,
}

/// What became of the end points under another mixture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Translated {
    /// The end points, translated through the noise.
    pub ddib: Vec<Vec<f64>>,
    /// Their greatest distance to the exact translation.
    pub ddib_error: f64,
    /// The greatest distance after translating back by ddib.
    pub cycle: f64,
    /// The end points, translated by FlowEdit.
    pub flowedit: Vec<Vec<f64>>,
    /// The end points, translated by the difference of both fields on one path.
    #[serde(alias = "subtract")]
    pub velocity_difference: Vec<Vec<f64>>,
}

impl fmt::Display for Solved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exact map: {}", self.exact)?;
        let number = |x: f64| format!("{x:.2e}");
        let errors: Vec<String> = self.one_step.iter().copied().map(number).collect();
        writeln!(f, "x₀ + t·v(x̄(t), t) is off at t = 0.1, 0.2, … 1 by {}", errors.join(", "))?;
        let rows = self.results.iter().map(|row| {
            let translated = |of: fn(&Translated) -> f64| {
                row.translation.as_ref().map_or("–".to_owned(), |translated| number(of(translated)))
            };
            vec![
                row.solver.to_string(),
                row.intervals.to_string(),
                row.nfe.to_string(),
                number(row.error),
                row.order.map_or("–".to_owned(), |order| format!("{order:.2}")),
                number(row.round_trip),
                number(row.log_likelihood_error),
                translated(|t| t.ddib_error),
                translated(|t| t.cycle),
            ]
        });
        let titles = [
            "solver",
            "intervals",
            "nfe",
            "error",
            "order",
            "round trip",
            "log-likelihood error",
            "ddib error",
            "there and back",
        ];
        table(1, &titles, rows).fmt(f)
    }
}

/// Mixtures to measure on, and where to start.
#[derive(Clone, Copy, Debug)]
pub struct MixtureBench<'a> {
    /// The image end.
    pub mixture: &'a Mixture,
    /// A second one, to translate to.
    pub to: Option<&'a Mixture>,
    /// Start vectors.
    pub noise: &'a [Vec<f64>],
    /// How intervals are spread over time.
    pub spacing: Spacing,
}

impl MixtureBench<'_> {
    /// How the exact map is known.
    pub fn knowledge(&self) -> &'static str {
        Exact(self.mixture).knowledge().name()
    }

    /// The exact end points.
    pub fn exact(&self) -> Vec<Vec<f64>> {
        self.noise.iter().map(|z| Exact(self.mixture).decode(z)).collect()
    }

    /// How wrong one step of the field is, at each of the times.
    pub fn one_step(&self) -> Vec<f64> {
        let of_starts: Vec<Vec<f64>> = self.noise.iter().map(|z| one_step_errors(self.mixture, z)).collect();
        (0..TIMES).map(|at| of_starts.iter().map(|errors| errors[at]).collect::<Vec<f64>>().rms()).collect()
    }

    /// Every solver at every number of intervals.
    pub fn measure(&self, solvers: &[Solver], intervals: &[NonZeroU32]) -> Vec<Row> {
        let exact = self.exact();
        let settings = solvers.iter().flat_map(|solver| intervals.iter().map(move |intervals| (*solver, *intervals)));
        let mut rows: Vec<Row> = settings.map(|(solver, intervals)| self.row(solver, intervals, &exact)).collect();
        let order = |row: &Row| {
            let half = rows.iter().find(|half| half.solver == row.solver && 2 * half.intervals == row.intervals)?;
            Some((half.error / row.error).log2()).filter(|order| order.is_finite())
        };
        let orders: Vec<Option<f64>> = rows.iter().map(order).collect();
        rows.iter_mut().zip(orders).for_each(|(row, order)| row.order = order);
        rows
    }

    fn row(&self, solver: Solver, intervals: NonZeroU32, exact: &[Vec<f64>]) -> Row {
        let grid = self.spacing.grid(intervals);
        let ends: Vec<_> =
            self.noise.iter().map(|z| flow::decode(self.mixture, solver, &grid, z.clone()).finish()).collect();
        let nfe = ends.iter().map(|end| end.nfe).max().unwrap_or(0);
        let states: Vec<Vec<f64>> = ends.iter().map(|end| end.state.clone()).collect();
        let back = |end: Frame<Vec<f64>>| flow::encode(self.mixture, solver, &grid, end.into_encoded()).finish().state;
        let back: Vec<Vec<f64>> = ends.into_iter().map(back).collect();
        let of = |image: &Vec<f64>| {
            let trajectory = likelihood::encode_with_log_density(self.mixture, solver, &grid, image.clone(), 0.0);
            likelihood::log_likelihood(&trajectory.finish())
        };
        let log_likelihood: Vec<f64> = states.iter().map(of).collect();
        let truth: Vec<f64> = states.iter().map(|image| self.mixture.log_density(image, Time::IMAGE)).collect();
        let distribution_error = (self.mixture.dimensions() == 1).then(|| {
            let (here, normal) = (Exact(self.mixture), Mixture::standard_normal(1));
            let off = |(image, z): (&Vec<f64>, &Vec<f64>)| {
                (here.distribution(image[0]) - Exact(&normal).distribution(z[0])).abs()
            };
            greatest(states.iter().zip(self.noise).map(off))
        });
        Row {
            solver,
            intervals: intervals.get(),
            nfe,
            error: farthest(&states, exact),
            order: None,
            distribution_error,
            round_trip: farthest(&back, self.noise),
            log_likelihood_error: greatest(log_likelihood.iter().zip(&truth).map(|(a, b)| (a - b).abs())),
            translation: self.to.map(|to| self.translated(to, solver, intervals, &states)),
            log_likelihood,
            states,
        }
    }

    fn translated(&self, to: &Mixture, solver: Solver, intervals: NonZeroU32, images: &[Vec<f64>]) -> Translated {
        let (from, grid) = (self.mixture, self.spacing.grid(intervals));
        let ddib = |a: &Mixture, b: &Mixture, image: &Vec<f64>| {
            flow::translate(a, b, solver, &grid, image.clone())
                .last()
                .map(|frame| frame.frame().state.clone())
                .expect("a trajectory has a last frame")
        };
        let there: Vec<Vec<f64>> = images.iter().map(|image| ddib(from, to, image)).collect();
        let back: Vec<Vec<f64>> = there.iter().map(|image| ddib(to, from, image)).collect();
        let exact: Vec<Vec<f64>> = images.iter().map(|image| Exact(to).decode(&Exact(from).encode(image))).collect();
        let noises = average_noises(from.dimensions());
        let flowedit = |image: &Vec<f64>| {
            let field = FlowEdit { source: from, target: to, image: image.clone(), noises: &noises };
            flow::decode(field, solver, &grid, image.clone()).finish().state
        };
        let velocity_difference = |image: &Vec<f64>| {
            flow::decode(VelocityDifference { source: from, target: to }, solver, &grid, image.clone()).finish().state
        };
        Translated {
            ddib_error: farthest(&there, &exact),
            cycle: farthest(&back, images),
            flowedit: images.iter().map(flowedit).collect(),
            velocity_difference: images.iter().map(velocity_difference).collect(),
            ddib: there,
        }
    }
}

/// The greatest Euclidean distance of corresponding vectors.
fn farthest(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let distance = |(a, b): (&Vec<f64>, &Vec<f64>)| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    greatest(a.iter().zip(b).map(distance))
}

/// The greatest error; one that is no number is greater than all.
fn greatest(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, |most, error| if most >= error { most } else { error })
}

/// Start vectors unless others are given: 21 from −2.5 to 2.5 in one dimension, else 16 random ones.
pub fn fixed_noise(dimensions: usize) -> Vec<Vec<f64>> {
    if dimensions == 1 {
        return (0..=20).map(|i| vec![-2.5 + 0.25 * f64::from(i)]).collect();
    }
    (0..16).map(|i| Seed(0).noise(i, dimensions).into_iter().map(f64::from).collect()).collect()
}

/// Weighted noises over which FlowEdit averages: exact for polynomials in one dimension, and always for linear fields.
fn average_noises(dimensions: usize) -> Vec<(f64, Vec<f64>)> {
    if dimensions == 1 {
        return normal_quadrature(NODES).into_iter().map(|(weight, node)| (weight, vec![node])).collect();
    }
    let weight = 0.5 / PAIRS as f64;
    let pair = |i: u64| {
        let noise: Vec<f64> = Seed(1).noise(i, dimensions).into_iter().map(f64::from).collect();
        let opposite = noise.iter().map(|x| -x).collect();
        [(weight, noise), (weight, opposite)]
    };
    (0..PAIRS).flat_map(pair).collect()
}
