use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use shared::flow::{self, FlowEdit, VelocityDifference};
use shared::likelihood;
use shared::mixture::Mixture;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::{Spacing, Time};

use crate::cli::options::model::spacing_parser;
use crate::files;
use crate::files::mixture::{self, Exact, normal_quadrature};

/// Nodes of the noise average of FlowEdit in one dimension.
const NODES: usize = 64;

/// Pairs of opposite noises for the same average in more dimensions.
const PAIRS: u64 = 128;

const EXAMPLE: &str = "\
A mixture of two components in one dimension:

  [[component]]
  weight = 0.3
  mean = [-2.0]
  deviation = [0.4]

  [[component]]
  weight = 0.7
  mean = [1.0]
  deviation = [0.8]";

/// Measures the solvers on Gaussian mixtures, whose velocity field is known exactly, in double precision.
///
/// A mixture is a TOML file of tables [[component]] with weight, mean, and deviation (along the axes) or covariance; an
/// example is at the end of this help.
///
/// Start vectors are decoded to the mixture; their end points are encoded back, and translated if there is a second
/// mixture.
///
/// JSON: mixture, to, exact (how the exact map is known), noise (the start vectors), exact_states, and results, one
/// object for each solver and number of intervals: solver, intervals, nfe (of one decoding), states (the end points),
/// error (their greatest distance to the exact ones), order (log₂ of the error at half the intervals over this one, with
/// intervals that were asked for, null if that was not), distribution_error (in one dimension: the greatest
/// |F(end) − Φ(start)|, else null), round_trip (greatest distance of the start to the decoded and encoded start),
/// log_likelihood (at the end points, along the solver's own trajectory), log_likelihood_error (its greatest distance to the
/// mixture's density), and with --to translation: ddib, flowedit and velocity_difference (the end points, translated), ddib_error
/// (greatest distance to the exact translation) and cycle (greatest distance after translating back by ddib).
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLE)]
pub(super) struct Solve {
    /// The mixture at the image end
    #[arg(long, value_name = "FILE")]
    mixture: PathBuf,
    /// A second mixture, to translate to
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// A JSON list of start vectors, each a list of numbers [default: in one dimension -2.5 to 2.5 in 21 steps, else 16
    /// fixed random vectors]
    #[arg(long, value_name = "FILE")]
    noise: Option<PathBuf>,
    /// A solver, or all
    #[arg(long, value_name = "NAME", default_value = "all")]
    solver: String,
    /// Numbers of intervals, separated by commas
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', default_value = "4,8,16,32")]
    intervals: Vec<NonZeroU32>,
    /// How the intervals are spread over time
    #[arg(long, default_value_t, value_parser = spacing_parser())]
    spacing: Spacing,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    solver: Solver,
    intervals: u32,
    nfe: u32,
    states: Vec<Vec<f64>>,
    error: f64,
    order: Option<f64>,
    distribution_error: Option<f64>,
    round_trip: f64,
    log_likelihood: Vec<f64>,
    log_likelihood_error: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation: Option<Translated>,
}

#[derive(Serialize)]
struct Translated {
    ddib: Vec<Vec<f64>>,
    ddib_error: f64,
    cycle: f64,
    flowedit: Vec<Vec<f64>>,
    velocity_difference: Vec<Vec<f64>>,
}

impl Solve {
    pub(super) fn run(self) -> Result<ExitCode> {
        let mixture = mixture_file::read(&self.mixture)?;
        let to = self.to.as_deref().map(mixture_file::read).transpose()?;
        let dimensions = mixture.dimensions();
        if let Some(to) = &to {
            ensure!(
                to.dimensions() == dimensions,
                "the mixtures have {dimensions} and {} dimensions; they must have as many",
                to.dimensions()
            );
        }
        let noise =
            self.noise.as_deref().map_or_else(|| Ok(fixed_noise(dimensions)), |path| read_noise(path, dimensions))?;
        let solvers = if self.solver == "all" { Solver::ALL.to_vec() } else { vec![self.solver.parse()?] };
        let bench = Bench { mixture: &mixture, to: to.as_ref(), noise: &noise, spacing: self.spacing };
        let exact: Vec<Vec<f64>> = noise.iter().map(|z| Exact(&mixture).decode(z)).collect();

        let mut rows: Vec<Row> = Vec::new();
        for solver in solvers {
            for intervals in &self.intervals {
                let mut row = bench.row(solver, *intervals, &exact);
                let half = rows.iter().find(|r| r.solver == solver && 2 * r.intervals == row.intervals);
                row.order = half.map(|half| (half.error / row.error).log2()).filter(|order| order.is_finite());
                rows.push(row);
            }
        }
        let known = Exact(&mixture).knowledge().name();
        if self.json {
            let report = json!({
                "mixture": self.mixture, "to": self.to, "exact": known, "noise": noise, "exact_states": exact,
                "spacing": self.spacing, "results": rows,
            });
            println!("{report}");
        } else {
            print(&rows, known);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(rows: &[Row], known: &str) {
    println!("exact map: {known}");
    println!(
        "{:<11}{:>10}{:>6}{:>11}{:>7}{:>12}{:>16}",
        "solver", "intervals", "nfe", "error", "order", "round trip", "log-likelihood"
    );
    for row in rows {
        let order = row.order.map_or("–".to_owned(), |order| format!("{order:.2}"));
        println!(
            "{:<11}{:>10}{:>6}{:>11.2e}{order:>7}{:>12.2e}{:>16.2e}",
            row.solver.name(),
            row.intervals,
            row.nfe,
            row.error,
            row.round_trip,
            row.log_likelihood_error
        );
        if let Some(Translated { ddib_error, cycle, .. }) = &row.translation {
            println!("           translated by ddib: error {ddib_error:.2e}, there and back {cycle:.2e}");
        }
    }
}

struct Bench<'a> {
    mixture: &'a Mixture,
    to: Option<&'a Mixture>,
    noise: &'a [Vec<f64>],
    spacing: Spacing,
}

impl Bench<'_> {
    fn row(&self, solver: Solver, intervals: NonZeroU32, exact: &[Vec<f64>]) -> Row {
        let grid = self.spacing.grid(intervals);
        let ends: Vec<_> =
            self.noise.iter().map(|z| flow::decode(self.mixture, solver, &grid, z.clone()).finish()).collect();
        let nfe = ends.iter().map(|end| end.nfe).max().unwrap_or(0);
        let states: Vec<Vec<f64>> = ends.iter().map(|end| end.state.clone()).collect();
        let back: Vec<Vec<f64>> =
            ends.into_iter().map(|end| solver.retrace(self.mixture, grid.reversed(), end).finish().state).collect();
        let of = |image: &Vec<f64>| {
            let config = likelihood::encode_with_log_density(self.mixture, solver, &grid, image.clone(), 0.0);
            likelihood::log_likelihood(&trajectory.finish())
        };
        let log_likelihood: Vec<f64> = states.iter().map(of).collect();
        let truth: Vec<f64> = states.iter().map(|image| self.mixture.log_density(image, Time::IMAGE)).collect();
        let distribution_error = (self.mixture.dimensions() == 1).then(|| {
            let (here, normal) = (Exact(self.mixture), Mixture::standard_normal(1));
            let off = |(image, z): (&Vec<f64>, &Vec<f64>)| {
                (here.distribution(image[0]) - Exact(&normal).distribution(z[0])).abs()
            };
            states.iter().zip(self.noise).map(off).fold(0.0, f64::max)
        });
        Row {
            solver,
            intervals: intervals.get(),
            nfe,
            error: farthest(&states, exact),
            order: None,
            distribution_error,
            round_trip: farthest(&back, self.noise),
            log_likelihood_error: log_likelihood.iter().zip(&truth).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
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
    a.iter().zip(b).map(distance).fold(0.0, f64::max)
}

fn fixed_noise(dimensions: usize) -> Vec<Vec<f64>> {
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

fn read_noise(path: &Path, dimensions: usize) -> Result<Vec<Vec<f64>>> {
    let context = || format!("{} is not a JSON list of vectors, such as [[0.5], [-1.0]]", path.display());
    let noise: Vec<Vec<f64>> = serde_json::from_slice(&files::read(path)?).with_context(context)?;
    ensure!(!noise.is_empty(), "{} holds no vectors", path.display());
    for (number, vector) in noise.iter().enumerate() {
        ensure!(
            vector.len() == dimensions,
            "vector {number} in {} has {} numbers, but the mixture has {dimensions} dimensions",
            path.display(),
            vector.len()
        );
    }
    Ok(noise)
}
