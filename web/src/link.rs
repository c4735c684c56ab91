//! A view as the fragment of an address: every view can be sent to a friend.
//!
//! `#v=1&tab=generate&seed=7&count=10&solver=heun&intervals=20&guidance=1.5&class=Sneaker`. Only what belongs to the
//! shown tab is written. What is absent keeps its default; what cannot be understood is refused, never guessed.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::{Serializer, parse};
use shared::solver::Solver;
use shared::time::Spacing;

use crate::laboratory::{Laboratory, MOST_PLACES, Scene, Way};
use crate::view::{Look, MOST_IMAGES, MOST_INTERVALS, Source, Tab, View};

/// The version that is written, and the only one so far.
const VERSION: &str = "1";

/// Why a link cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// From a later page.
    #[error("it has version {0}, and this page reads version {VERSION}; reload the page or ask for a new link")]
    Version(String),
    /// A word that means nothing here.
    #[error("it says “{0}”, which this page does not know")]
    Key(String),
    /// A word twice.
    #[error("it says “{0}” twice")]
    Twice(String),
    /// A value that cannot be.
    #[error("{key} is “{value}”; it should be {expected}")]
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
        Tab::Laboratory => {}
    }
    pairs.append_pair("tab", view.tab.name());
    match view.tab {
        Tab::Generate => {
            pairs.append_pair("seed", &view.generate.seed.to_string());
            pairs.append_pair("count", &view.generate.count.to_string());
        }
        Tab::Translate => {
            match &view.translate.source {
                Source::Example(number) => pairs.append_pair("example", &number.to_string()),
                Source::Own(pixels) => pairs.append_pair("image", &URL_SAFE_NO_PAD.encode(pixels)),
            };
            if view.translate.converged {
                pairs.append_pair("converged", "1");
            }
        }
        Tab::Laboratory => {
            let Laboratory { scene, target, way, places } = &view.laboratory;
            pairs.append_pair("way", way.name());
            pairs.append_pair("scene", scene.name());
            pairs.append_pair("target", target.name());
            if !places.is_empty() {
                pairs.append_pair("places", &URL_SAFE_NO_PAD.encode(places.concat()));
            }
        }
    }
    pairs.append_pair("solver", view.solver.name());
    pairs.append_pair("intervals", &view.intervals.to_string());
    if view.spacing != Spacing::untold() {
        pairs.append_pair("spacing", view.spacing.name());
    }
    pairs.append_pair("guidance", &view.guidance.to_string());
    if view.look != Look::State {
        pairs.append_pair("look", view.look.name());
    }
    pairs.finish()
}

/// The view that a fragment describes, with or without its `#`. An empty one describes the default view.
///
/// # Errors
/// [`LinkError`] for the first thing that cannot be understood.
pub fn view_from_fragment(fragment: &str) -> Result<View, LinkError> {
    let fragment = fragment.trim_start_matches('#');
    if fragment.is_empty() {
        return Ok(View::default());
    }
    let mut view = View { spacing: Spacing::untold(), ..View::default() };
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in parse(fragment.as_bytes()) {
        // Links of before say `picture`.
        let key = if key == "picture" { "image".to_owned() } else { key.into_owned() };
        if seen.contains(&key) {
            return Err(LinkError::Twice(key));
        }
        set(&mut view, &key, &value)?;
        seen.push(key);
    }
    Ok(view)
}

/// Makes a view say one word of a link. The page's controls say the same words; an empty one stands for no name.
///
/// # Errors
/// [`LinkError`] if the word or its value cannot be understood.
pub fn set(view: &mut View, key: &str, value: &str) -> Result<(), LinkError> {
    let name = || Some(value.to_owned()).filter(|name| !name.is_empty());
    match key {
        "v" if value == VERSION => {}
        "v" => return Err(LinkError::Version(shortened(value))),
        "model" => view.model = name(),
        "tab" => view.tab = member("tab", value, &Tab::ALL, Tab::name)?,
        "class" => view.generate.class = name(),
        "seed" => view.generate.seed = value.parse().ok().ok_or_else(|| wrong("seed", value, "a whole number"))?,
        "count" => view.generate.count = within("count", value, MOST_IMAGES)?,
        "from" => view.translate.from = name(),
        "to" => view.translate.to = name(),
        "example" => {
            let number = value.parse().ok().ok_or_else(|| wrong("example", value, "a whole number"))?;
            view.translate.source = Source::Example(number);
        }
        "image" => {
            let pixels = URL_SAFE_NO_PAD.decode(value);
            let pixels = pixels.ok().ok_or_else(|| wrong("image", value, "the pixels of an image"))?;
            view.translate.source = Source::Own(pixels);
        }
        "way" => view.laboratory.way = member("way", value, &Way::ALL, Way::name)?,
        "scene" => view.laboratory.scene = member("scene", value, &Scene::ALL, Scene::name)?,
        "target" => view.laboratory.target = member("target", value, &Scene::ALL, Scene::name)?,
        "places" => {
            let bytes = URL_SAFE_NO_PAD.decode(value).ok().filter(|bytes| bytes.len().is_multiple_of(2));
            let bytes = bytes.filter(|bytes| bytes.len() / 2 <= MOST_PLACES);
            let bytes = bytes.ok_or_else(|| wrong("places", value, format!("at most {MOST_PLACES} places")))?;
            view.laboratory.places = bytes.chunks_exact(2).map(|place| [place[0], place[1]]).collect();
        }
        "converged" => view.translate.converged = member("converged", value, &["0", "1"], |digit| digit)? == "1",
        "solver" => view.solver = member("solver", value, &Solver::FIXED, Solver::name)?,
        "intervals" => view.intervals = within("intervals", value, MOST_INTERVALS)?,
        "spacing" => view.spacing = member("spacing", value, &Spacing::ALL, Spacing::name)?,
        "look" => view.look = member("look", value, &Look::ALL, Look::name)?,
        "guidance" => {
            let number = value.parse().ok().filter(|number: &f64| number.is_finite());
            view.guidance = number.ok_or_else(|| wrong("guidance", value, "a number"))?;
        }
        _ => return Err(LinkError::Key(shortened(key))),
    }
    Ok(())
}

/// The one of `list` that is called `value`.
fn member<T: Copy>(key: &'static str, value: &str, list: &[T], name: fn(T) -> &'static str) -> Result<T, LinkError> {
    let names = || list.iter().map(|member| name(*member)).collect::<Vec<_>>().join(" or ");
    list.iter().copied().find(|member| name(*member) == value).ok_or_else(|| wrong(key, value, names()))
}

fn within(key: &'static str, value: &str, most: u32) -> Result<NonZeroU32, LinkError> {
    let number = value.parse().ok().filter(|number: &NonZeroU32| number.get() <= most);
    number.ok_or_else(|| wrong(key, value, format!("a whole number from 1 to {most}")))
}

fn wrong(key: &'static str, value: &str, expected: impl Into<String>) -> LinkError {
    LinkError::Value { key, value: shortened(value), expected: expected.into() }
}

/// What a stranger wrote, short enough for a sentence.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
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
            for (class, spacing) in classes.iter().flat_map(|class| Spacing::ALL.map(|spacing| (class, spacing))) {
                for (source, converged) in [(Source::Example(3), false), (own.clone(), true)] {
                    let look = if converged { Look::Image } else { Look::State };
                    let common =
                        View { solver, spacing, guidance: 2.25, model: class.clone(), look, ..View::default() };
                    let count = NonZeroU32::MIN;
                    let generate = Generate { class: class.clone(), seed: u64::MAX, count };
                    let laboratory = Laboratory {
                        scene: Scene::Drawn,
                        target: Scene::Ring,
                        way: Way::Translate,
                        places: vec![[0, 255], [7, 9]],
                    };
                    let translate = Translate { source, from: class.clone(), to: class.clone(), converged };
                    for view in [
                        View { tab: Tab::Generate, generate, ..common.clone() },
                        View { tab: Tab::Translate, translate, ..common.clone() },
                        View { tab: Tab::Laboratory, laboratory, ..common },
                    ] {
                        assert_eq!(view_from_fragment(&format!("#{}", fragment_from_view(&view))), Ok(view));
                    }
                }
            }
        }
    }

    /// Links that people have sent to each other: the page reads them for ever.
    #[test]
    fn old_links_keep_their_meaning() {
        let sneaker = "#v=1&tab=generate&seed=7&count=10&solver=heun&intervals=20&guidance=1.5&class=Sneaker";
        let hat = "#v=1&model=faces&tab=translate&example=3&to=hat&solver=reversible&intervals=5&guidance=2";
        let own = "#v=1&tab=translate&picture=AAECAw&from=Bag&to=Coat";
        let number = |n| NonZeroU32::new(n).expect("not 0");
        let name = |name: &str| Some(name.to_owned());
        // They were written when there was no spacing but this.
        let before = View { spacing: Spacing::Uniform, ..View::default() };
        let expected = [
            View {
                generate: Generate { class: name("Sneaker"), seed: 7, count: number(10) },
                solver: Solver::Heun,
                intervals: number(20),
                guidance: 1.5,
                ..before.clone()
            },
            View {
                model: name("faces"),
                tab: Tab::Translate,
                translate: Translate { source: Source::Example(3), to: name("hat"), ..Translate::default() },
                solver: Solver::Reversible,
                intervals: number(5),
                guidance: 2.0,
                ..before.clone()
            },
            View {
                tab: Tab::Translate,
                translate: Translate {
                    source: Source::Own(vec![0, 1, 2, 3]),
                    from: name("Bag"),
                    to: name("Coat"),
                    converged: false,
                },
                ..before
            },
        ];
        for (link, view) in [sneaker, hat, own].into_iter().zip(expected) {
            assert_eq!(view_from_fragment(link), Ok(view), "{link}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused_by_name() {
        let error = |fragment: &str| view_from_fragment(fragment).expect_err("a malformed link").to_string();
        assert_eq!(view_from_fragment(""), Ok(View::default()));
        assert!(error("#v=2").contains("version 2"));
        assert!(error("#v=1&flavour=sweet").contains("flavour"));
        assert!(error("#seed=1&seed=2").contains("twice"));
        assert!(error("#image=AA&picture=AA").contains("twice"));
        assert!(error("#seed=minus").contains("seed is “minus”"));
        assert!(error("#count=0").contains("1 to 64"));
        assert!(error("#count=65").contains("1 to 64"));
        assert!(error("#intervals=201").contains("1 to 200"));
        assert!(error("#spacing=wide").contains("uniform or edm"));
        assert!(error("#guidance=inf").contains("guidance"));
        assert!(error("#solver=dopri5").contains("euler or midpoint or heun or rk4 or reversible"));
        assert!(error("#tab=sing").contains("generate or translate"));
        assert!(error("#scene=opera").contains("three or ring"));
        assert!(error("#places=AA").contains("24 places"));
        assert!(error(&format!("#places={}", "AAAA".repeat(20))).contains("24 places"));
        assert!(error("#look=away").contains("state or image or noise"));
        assert!(error("#converged=yes").contains("0 or 1"));
        assert!(error("#image=%21").contains("image"));
        assert!(error(&format!("#tab={}", "x".repeat(500))).len() < 200);
    }
}
