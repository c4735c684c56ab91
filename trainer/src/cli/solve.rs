use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use shared::solver::Solver;
use shared::time::Spacing;

use super::options::sampler::spacing_parser;
use crate::evaluation::exact_mixture::{MixtureBench, Solved, fixed_noise};
use crate::files::{self, mixture};
use crate::report::print;

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
/// JSON: mixture, to, exact (how the exact map is known), noise (the start vectors), exact_states, one_step (how far
/// x₀ + t·v(x̄(t), t) is from x(t), x̄(t) on the straight line between noise and image, root mean square over the starts, at t = 0.1, 0.2, … 1),
/// and results, one
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
    #[arg(long, default_value_t = Spacing::Uniform, value_parser = spacing_parser())]
    spacing: Spacing,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

impl Solve {
    pub(super) fn run(self) -> Result<ExitCode> {
        let mixture = mixture::read(&self.mixture)?;
        let to = self.to.as_deref().map(mixture::read).transpose()?;
        let dimensions = mixture.dimensions();
        if let Some(to) = &to {
            ensure!(
                to.dimensions() == dimensions,
                "the mixtures have {dimensions} and {} dimensions; they must have as many",
                to.dimensions()
            );
        }
        let given = self.noise.as_deref().map(|path| read_noise(path, dimensions)).transpose()?;
        let noise = given.unwrap_or_else(|| fixed_noise(dimensions));
        let solvers = if self.solver == "all" { Solver::ALL.to_vec() } else { vec![self.solver.parse()?] };
        let bench = MixtureBench { mixture: &mixture, to: to.as_ref(), noise: &noise, spacing: self.spacing };
        let results = bench.measure(&solvers, &self.intervals);
        let (exact, exact_states) = (bench.knowledge().to_owned(), bench.exact());
        let one_step = bench.one_step();
        let (mixture, to, spacing) = (self.mixture, self.to, self.spacing);
        let solved = Solved { mixture, to, exact, noise, exact_states, spacing, one_step, results };
        print(&solved, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
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
