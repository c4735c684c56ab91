//! A view as the fragment of an address: every view can be sent to a friend.
//!
//! `#v=1&tab=generate&seed=7&count=10&solver=heun&intervals=20&guidance=1.5&class=Sneaker`. Only what belongs to the
//! shown tab is written. What is absent keeps its default; what cannot be understood is refused, never guessed.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::{Serializer, parse};
use shared::solver::Solver;

use crate::view::{MOST_IMAGES, MOST_INTERVALS, Source, Tab, View};

/// The version that is written, and the only one so far.
const VERSION: &str = "1";

/// Why a link cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// From a later page.
    #[error("the link has version {0}, and this page reads version {VERSION}; reload the page or ask for a new link")]
    Version(String),
    /// A word that means nothing here.
    #[error("the link says “{0}”, which this page does not know")]
    Key(String),
    /// A word twice.
    #[error("the link says “{0}” twice")]
    Twice(String),
    /// A value that cannot be.
    #[error("the link’s {key} is “{value}”; it should be {expected}")]
    Value {
        /// The word.
        key: &'static str,
        /// What it was given.
        value: String,
        /// What it can be.
        expected: String,
    },
}

/// The fragment for a view, without `#`.
pub fn fragment_from_view(view: &View) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("v", VERSION);
    let mut optional = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            pairs.append_pair(key, value);
        }
    };
    optional("model", &view.model);
    match view.tab {
        Tab::Generate => optional("class", &view.generate.class),
        Tab::Translate => {
            optional("from", &view.translate.from);
            optional("to", &view.translate.to);
        }
    }
    pairs.append_pair("tab", view.tab.name());
    match view.tab {
        Tab::Generate => {
            pairs.append_pair("seed", &view.generate.seed.to_string());
            pairs.append_pair("count", &view.generate.count.to_string());
        }
        Tab::Translate => match &view.translate.source {
            Source::Example(number) => {
                pairs.append_pair("example", &number.to_string());
            }
            Source::Own(pixels) => {
                pairs.append_pair("image", &URL_SAFE_NO_PAD.encode(pixels));
            }
        },
    }
    pairs.append_pair("solver", view.solver.name());
    pairs.append_pair("intervals", &view.intervals.to_string());
    pairs.append_pair("guidance", &view.guidance.to_string());
    pairs.finish()
}

/// The view that a fragment describes, with or without its `#`. An empty one describes the default view.
///
/// # Errors
/// [`LinkError`] for the first thing that cannot be understood.
pub fn view_from_fragment(fragment: &str) -> Result<View, LinkError> {
    let mut view = View::default();
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in parse(fragment.trim_start_matches('#').as_bytes()) {
        if seen.contains(&key.to_string()) {
            return Err(LinkError::Twice(key.into_owned()));
        }
        seen.push(key.to_string());
        let value = value.into_owned();
        match key.as_ref() {
            "v" if value == VERSION => {}
            "v" => return Err(LinkError::Version(value)),
            "model" => view.model = Some(value),
            "tab" => {
                let tab = Tab::ALL.into_iter().find(|tab| tab.name() == value);
                view.tab = tab.ok_or_else(|| wrong("tab", &value, Tab::ALL.map(Tab::name).join(" or ")))?;
            }
            "class" => view.generate.class = Some(value),
            "seed" => view.generate.seed = value.parse().ok().ok_or_else(|| wrong("seed", &value, "a whole number"))?,
            "count" => view.generate.count = within("count", &value, MOST_IMAGES)?,
            "from" => view.translate.from = Some(value),
            "to" => view.translate.to = Some(value),
            "example" => {
                let number = value.parse().ok().ok_or_else(|| wrong("example", &value, "a whole number"))?;
                view.translate.source = Source::Example(number);
            }
            "image" => {
                let pixels = URL_SAFE_NO_PAD.decode(&value);
                let pixels = pixels.ok().ok_or_else(|| wrong("image", &value, "the pixels of an image"))?;
                view.translate.source = Source::Own(pixels);
            }
            "solver" => {
                let names = || Solver::FIXED.map(Solver::name).join(", ");
                let solver = Solver::FIXED.into_iter().find(|solver| solver.name() == value);
                view.solver = solver.ok_or_else(|| wrong("solver", &value, names()))?;
            }
            "intervals" => view.intervals = within("intervals", &value, MOST_INTERVALS)?,
            "guidance" => {
                let number = value.parse().ok().filter(|number: &f64| number.is_finite());
                view.guidance = number.ok_or_else(|| wrong("guidance", &value, "a number"))?;
            }
            _ => return Err(LinkError::Key(key.into_owned())),
        }
    }
    Ok(view)
}

fn within(key: &'static str, value: &str, most: u32) -> Result<NonZeroU32, LinkError> {
    let number = value.parse().ok().filter(|number: &NonZeroU32| number.get() <= most);
    number.ok_or_else(|| wrong(key, value, format!("a whole number from 1 to {most}")))
}

fn wrong(key: &'static str, value: &str, expected: impl Into<String>) -> LinkError {
    let mut shown: String = value.chars().take(40).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    LinkError::Value { key, value: shown, expected: expected.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Generate, Translate};

    #[test]
    fn every_view_returns_from_its_link() {
        let own = Source::Own((0..=255).collect());
        let classes = [None, Some("Ankle boot".to_owned()), Some("a&b=c#d é".to_owned())];
        for solver in Solver::FIXED {
            for class in &classes {
                for source in [Source::Example(3), own.clone()] {
                    let common = View { solver, guidance: 2.25, model: class.clone(), ..View::default() };
                    let count = NonZeroU32::MIN;
                    let generate = Generate { class: class.clone(), seed: u64::MAX, count };
                    let translate = Translate { source, from: class.clone(), to: class.clone() };
                    for view in [
                        View { tab: Tab::Generate, generate, ..common.clone() },
                        View { tab: Tab::Translate, translate, ..common },
                    ] {
                        assert_eq!(view_from_fragment(&format!("#{}", fragment_from_view(&view))), Ok(view));
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused_by_name() {
        let error = |fragment: &str| view_from_fragment(fragment).expect_err("a malformed link").to_string();
        assert_eq!(view_from_fragment(""), Ok(View::default()));
        assert!(error("#v=2").contains("version 2"));
        assert!(error("#v=1&flavour=sweet").contains("flavour"));
        assert!(error("#seed=1&seed=2").contains("twice"));
        assert!(error("#seed=minus").contains("seed is “minus”"));
        assert!(error("#count=0").contains("1 to 64"));
        assert!(error("#count=65").contains("1 to 64"));
        assert!(error("#intervals=201").contains("1 to 200"));
        assert!(error("#guidance=inf").contains("guidance"));
        assert!(error("#solver=magic").contains("euler, midpoint, heun, rk4"));
        assert!(error("#tab=sing").contains("generate or translate"));
        assert!(error("#image=%21").contains("image"));
        assert!(error(&format!("#tab={}", "x".repeat(500))).len() < 200);
    }
}
