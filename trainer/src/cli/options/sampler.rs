use std::num::NonZeroU32;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args};
use shared::method::Method;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::Spacing;

use crate::device::DeviceChoice;
use crate::sampler::SamplerConfig;

/// How to cross between noise and image, and on what.
#[derive(Debug, Args)]
pub(in crate::cli) struct SamplerOptions {
    /// The method that solves the ODE
    #[arg(long, default_value_t = Solver::Midpoint, value_parser = solver_parser())]
    pub(in crate::cli) solver: Solver,
    /// Intervals between noise and image; more are slower and more exact
    #[arg(long, value_name = "N", default_value = "10")]
    pub(in crate::cli) intervals: NonZeroU32,
    /// How the intervals are spread over time [default: edm, but uniform for euler]
    #[arg(long, value_parser = spacing_parser())]
    pub(in crate::cli) spacing: Option<Spacing>,
    /// How strongly to lean towards the class when drawing; 1 is plain, 0 ignores the class. Encoding is always plain
    #[arg(long, value_name = "W", default_value_t = 1.0, value_parser = finite)]
    pub(in crate::cli) guidance: f64,
    /// The seed of the noise
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) seed: u64,
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) device: DeviceChoice,
    /// Print one JSON object on stdout
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

pub(in crate::cli) fn solver_parser() -> impl TypedValueParser<Value = Solver> {
    PossibleValuesParser::new(Solver::ALL.map(Solver::name)).try_map(|name| Solver::from_str(&name))
}

pub(in crate::cli) fn spacing_parser() -> impl TypedValueParser<Value = Spacing> {
    PossibleValuesParser::new(Spacing::ALL.map(Spacing::name)).try_map(|name| Spacing::from_str(&name))
}

/// The methods, each with what it does.
pub(in crate::cli) fn method_parser() -> impl TypedValueParser<Value = Method> {
    let values = Method::ALL.map(|method| PossibleValue::new(method.name()).help(method.about()));
    let old = PossibleValue::new("subtract").hide(true);
    PossibleValuesParser::new(values.into_iter().chain([old])).try_map(|name| match name.as_str() {
        "subtract" => Ok(Method::VelocityDifference),
        name => Method::from_str(name),
    })
}

/// A time before that of the image.
pub(in crate::cli) fn begun(text: &str) -> Result<f64, String> {
    let time = text.parse().ok().filter(|time| (0.0..1.0).contains(time));
    time.ok_or_else(|| "a time within 0 and 1, 1 excluded".to_owned())
}

pub(in crate::cli) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("a finite number, such as 1.5".to_owned()),
    }
}

/// The option --guidance of verbs that have no use for one weight: they are plain, or have a list of weights.
pub(in crate::cli) fn without_guidance(guidance: Arg) -> Arg {
    guidance.hide(true).value_parser(plain_only)
}

fn plain_only(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(1.0) => Ok(1.0),
        _ => Err("this verb is without guidance, or has a list of weights of its own; leave --guidance out".to_owned()),
    }
}

impl SamplerOptions {
    pub(in crate::cli) fn config(&self) -> SamplerConfig {
        let spacing = self.spacing.unwrap_or(self.solver.spacing());
        SamplerConfig { solver: self.solver, intervals: self.intervals, spacing, guidance: self.guidance }
    }

    /// The same without guidance: how images are encoded.
    pub(in crate::cli) fn plain(&self) -> SamplerConfig {
        SamplerConfig { guidance: 1.0, ..self.config() }
    }

    pub(in crate::cli) fn seed(&self) -> Seed {
        Seed(self.seed)
    }
}
