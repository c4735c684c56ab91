//! Values of words.

use std::num::NonZeroU32;

use shared::solver::Solver;
use shared::time::Spacing;

use crate::mix::{Corner, Mix};
use crate::view::{Beside, MOST_INTERVALS};

/// In the place of a place: the handle walks.
const WALK: &str = "walk";

pub(super) fn put<T>(place: &mut T, value: T) -> Option<()> {
    *place = value;
    Some(())
}

/// A name; an empty one is none.
pub(super) fn name(value: &str) -> Option<String> {
    Some(value.to_owned()).filter(|name| !name.is_empty())
}

pub(super) fn digit(value: &str) -> Option<bool> {
    match value {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

pub(super) fn within(value: &str, most: u32) -> Option<NonZeroU32> {
    value.parse().ok().filter(|number: &NonZeroU32| number.get() <= most)
}

/// The one of `list` that is called `value`.
pub(super) fn member<T: Copy>(value: &str, list: &[T], name: fn(T) -> &'static str) -> Option<T> {
    list.iter().copied().find(|member| name(*member) == value)
}

pub(super) fn list<T: Copy>(list: &[T], name: fn(T) -> &'static str) -> String {
    list.iter().map(|member| name(*member)).collect::<Vec<_>>().join(" or ")
}

/// The name of a value, unless it is the one that goes without saying.
pub(super) fn unless<T: Copy + PartialEq>(value: T, usual: T, name: fn(T) -> &'static str) -> Option<String> {
    (value != usual).then(|| name(value).to_owned())
}

pub(super) fn corner(text: &str) -> Option<Corner> {
    let (kind, number) = text.split_at_checked(1)?;
    match kind {
        "e" => number.parse().ok().map(Corner::Example),
        "s" => number.parse().ok().map(Corner::Seed),
        _ => None,
    }
}

pub(super) fn corner_text(corner: &Corner) -> String {
    match corner {
        Corner::Example(number) => format!("e{number}"),
        Corner::Seed(seed) => format!("s{seed}"),
    }
}

pub(super) fn beside(text: &str) -> Option<Beside> {
    let mut parts = text.splitn(5, '_');
    let solver = member(parts.next()?, &Solver::FIXED, Solver::name)?;
    let intervals = within(parts.next()?, MOST_INTERVALS)?;
    let spacing = member(parts.next()?, &Spacing::ALL, Spacing::name)?;
    let guidance = number(parts.next()?)?;
    Some(Beside { solver, intervals, spacing, guidance, model: parts.next().and_then(name) })
}

pub(super) fn beside_text(beside: &Beside) -> String {
    let Beside { solver, intervals, spacing, guidance, model } = beside;
    let model = model.as_ref().map_or(String::new(), |model| format!("_{model}"));
    format!("{solver}_{intervals}_{spacing}_{guidance}{model}")
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A place between the corners, or that the handle walks.
pub(super) fn place_text(Mix { at: [x, y], walks, .. }: &Mix) -> String {
    if *walks { WALK.to_owned() } else { format!("{x}.{y}") }
}

pub(super) fn place(mix: &mut Mix, value: &str) -> Option<()> {
    mix.walks = value == WALK;
    if !mix.walks {
        let (x, y) = value.split_once('.')?;
        mix.at = [x.parse().ok()?, y.parse().ok()?];
    }
    Some(())
}
