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
    #[arg(long, default_value_t = SamplerConfig::DEFAULT.solver, value_parser = solver_parser())]
    pub(in crate::cli) solver: Solver,
    /// Intervals between noise and image; more are slower and more exact
    #[arg(long, value_name = "N", default_value_t = SamplerConfig::DEFAULT.intervals, value_parser = intervals)]
    pub(in crate::cli) intervals: NonZeroU32,
    /// How the intervals are spread over time [default: edm, but uniform for euler]
    #[arg(long, value_parser = spacing_parser())]
    pub(in crate::cli) spacing: Option<Spacing>,
    /// How strongly to lean towards the class when drawing; 1 is plain, 0 ignores the class. Encoding is always plain
    #[arg(long, value_name = "W", default_value_t = SamplerConfig::DEFAULT.guidance, value_parser = finite)]
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

pub(in crate::cli) fn positive(text: &str) -> Result<NonZeroU32, String> {
    text.parse().ok().ok_or_else(|| "a whole number from 1 on".to_owned())
}

/// More than any mean needs, and few enough to hold.
pub(in crate::cli) fn repeats(text: &str) -> Result<NonZeroU32, String> {
    at_most(1000, text)
}

/// More than any trajectory needs, and few enough to hold.
pub(in crate::cli) fn intervals(text: &str) -> Result<NonZeroU32, String> {
    at_most(10_000, text)
}

fn at_most(most: u32, text: &str) -> Result<NonZeroU32, String> {
    let number = text.parse().ok().filter(|number: &NonZeroU32| number.get() <= most);
    number.ok_or_else(|| format!("a whole number from 1 to {most}"))
}

pub(in crate::cli) fn finite(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("a finite number, such as 1.5".to_owned()),
    }
}

/// The option --guidance of verbs that have no use for one weight: they are plain, or have a list of weights.
pub(in crate::cli) fn without_guidance(guidance: Arg) -> Arg {
    unused(guidance, Some(SamplerConfig::DEFAULT.guidance))
}

/// The option --solver of verbs that go through many; likewise the next ones.
pub(in crate::cli) fn without_solver(solver: Arg) -> Arg {
    unused(solver, Some(SamplerConfig::DEFAULT.solver))
}

pub(in crate::cli) fn without_intervals(intervals: Arg) -> Arg {
    unused(intervals, Some(SamplerConfig::DEFAULT.intervals))
}

pub(in crate::cli) fn without_spacing(spacing: Arg) -> Arg {
    unused::<Spacing>(spacing, None)
}

pub(in crate::cli) fn without_seed(seed: Arg) -> Arg {
    unused(seed, Some(0_u64))
}

/// An option that a verb has no use for: only its default is accepted, which changes nothing.
fn unused<T: FromStr + Copy + PartialEq + Send + Sync + 'static>(option: Arg, default: Option<T>) -> Arg {
    option.hide(true).value_parser(move |text: &str| {
        let value = text.parse().ok().filter(|value| Some(*value) == default);
        value.ok_or_else(|| "this verb chooses it itself, or has a list of its own; leave this option out".to_owned())
    })
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
