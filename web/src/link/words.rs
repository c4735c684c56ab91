//! The table of words.

mod values;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::method::Method;
use shared::solver::Solver;
use shared::time::Spacing;

use crate::laboratory::{MOST_PLACES, Pairs, Scene, Way};
use crate::mix::{CORNERS, Corner};
use crate::tour;
use crate::view::{Look, MOST_IMAGES, MOST_INTERVALS, Source, Tab, View};

use values::{
    beside, beside_text, corner, corner_text, digit, list, member, name, number, place, place_text, put, unless, within,
};

/// A word of a link.
pub struct Word {
    /// The word.
    pub key: &'static str,
    /// What it says.
    pub about: &'static str,
    /// The tabs that it belongs to.
    pub tabs: &'static [Tab],
    /// What its value can be, in words.
    pub expected: fn() -> String,
    /// Its value in a view; none if that goes without saying.
    pub write: fn(&View) -> Option<String>,
    /// Makes a view say it; none if the value cannot be.
    pub read: fn(&mut View, &str) -> Option<()>,
}

const ALL: &[Tab] = &Tab::ALL;

/// Every word, in the order in which links are written.
pub const WORDS: &[Word] = &[
    Word {
        key: "model",
        about: "the model's name, or the address of a model file elsewhere",
        tabs: ALL,
        expected: || "a name, or an address that begins with https://".into(),
        write: |view| view.model.clone(),
        read: |view, value| put(&mut view.model, name(value)),
    },
    Word {
        key: "weights",
        about: "the hash of the model's file when the link was made",
        tabs: &Tab::IMAGES,
        expected: || "a hash".into(),
        write: |view| view.weights.clone(),
        read: |view, value| put(&mut view.weights, name(value)),
    },
    Word {
        key: "class",
        about: "what to draw; without it each class in turn",
        tabs: &[Tab::Generate],
        expected: || "a class".into(),
        write: |view| view.generate.class.clone(),
        read: |view, value| put(&mut view.generate.class, name(value)),
    },
    Word {
        key: "from",
        about: "the class of the image; without it that of the held-out image",
        tabs: &Tab::SOURCES,
        expected: || "a class".into(),
        write: |view| view.translate.from.clone(),
        read: |view, value| put(&mut view.translate.from, name(value)),
    },
    Word {
        key: "to",
        about: "the class to turn it into; without it the next one",
        tabs: &[Tab::Translate],
        expected: || "a class".into(),
        write: |view| view.translate.to.clone(),
        read: |view, value| put(&mut view.translate.to, name(value)),
    },
    Word {
        key: "tab",
        about: "what is being done",
        tabs: ALL,
        expected: || list(&Tab::ALL, Tab::name),
        write: |view| Some(view.tab.name().to_owned()),
        read: |view, value| put(&mut view.tab, member(value, &Tab::ALL, Tab::name)?),
    },
    Word {
        key: "seed",
        about: "the seed of the noise",
        tabs: &[Tab::Generate],
        expected: || "a whole number".into(),
        write: |view| Some(view.generate.seed.to_string()),
        read: |view, value| put(&mut view.generate.seed, value.parse().ok()?),
    },
    Word {
        key: "count",
        about: "how many images",
        tabs: &[Tab::Generate],
        expected: || format!("a whole number from 1 to {MOST_IMAGES}"),
        write: |view| Some(view.generate.count.to_string()),
        read: |view, value| put(&mut view.generate.count, within(value, MOST_IMAGES)?),
    },
    Word {
        key: "beside",
        about: "other settings to compare with: solver, intervals, spacing, guidance and, if it is another, the model",
        tabs: &[Tab::Generate],
        expected: || format!("such as euler_4_uniform_1, with at most {MOST_INTERVALS} intervals"),
        write: |view| view.generate.beside.as_ref().map(beside_text),
        read: |view, value| {
            let other = if value.is_empty() { None } else { Some(beside(value)?) };
            put(&mut view.generate.beside, other)
        },
    },
    Word {
        key: "example",
        about: "the number of a held-out image",
        tabs: &Tab::SOURCES,
        expected: || "a whole number".into(),
        write: |view| match view.translate.source {
            Source::Example(number) => Some(number.to_string()),
            Source::Own(_) => None,
        },
        read: |view, value| put(&mut view.translate.source, Source::Example(value.parse().ok()?)),
    },
    Word {
        key: "image",
        about: "the pixels of an image of one's own, in base64",
        tabs: &Tab::SOURCES,
        expected: || "the pixels of an image".into(),
        write: |view| match &view.translate.source {
            Source::Example(_) => None,
            Source::Own(pixels) => Some(URL_SAFE_NO_PAD.encode(pixels)),
        },
        read: |view, value| put(&mut view.translate.source, Source::Own(URL_SAFE_NO_PAD.decode(value).ok()?)),
    },
    Word {
        key: "method",
        about: "how to translate; without it ddib",
        tabs: &[Tab::Translate],
        expected: || list(&Method::ALL, Method::name),
        write: |view| unless(view.translate.method, Method::Ddib, Method::name),
        read: |view, value| put(&mut view.translate.method, member(value, &Method::ALL, Method::name)?),
    },
    Word {
        key: "time",
        about: "how far SDEdit goes back, in hundredths: 0 forgets the image; without it 50",
        tabs: &[Tab::Translate],
        expected: || "a whole number from 0 to 99".into(),
        write: |view| (view.translate.method == Method::SdEdit).then(|| view.translate.time.to_string()),
        read: |view, value| put(&mut view.translate.time, value.parse().ok().filter(|time| *time < 100)?),
    },
    Word {
        key: "every",
        about: "whether to translate into every class",
        tabs: &[Tab::Translate],
        expected: || "0 or 1".into(),
        write: |view| view.translate.every.then(|| "1".to_owned()),
        read: |view, value| put(&mut view.translate.every, digit(value)?),
    },
    Word {
        key: "converged",
        about: "whether to measure how far the noise is from a converged one",
        tabs: &[Tab::Translate],
        expected: || "0 or 1".into(),
        write: |view| view.translate.converged.then(|| "1".to_owned()),
        read: |view, value| put(&mut view.translate.converged, digit(value)?),
    },
    Word {
        key: "corners",
        about: "what is mixed: e and the number of a held-out image, or s and a seed, with points between",
        tabs: &[Tab::Mix],
        expected: || format!("{} to {} of e0, e1, … and s0, s1, …", CORNERS.start(), CORNERS.end()),
        write: |view| Some(view.mix.corners.iter().map(corner_text).collect::<Vec<_>>().join(".")),
        read: |view, value| {
            let corners: Option<Vec<Corner>> = value.split('.').map(corner).collect();
            put(&mut view.mix.corners, corners.filter(|corners| CORNERS.contains(&corners.len()))?)
        },
    },
    Word {
        key: "at",
        about: "where between the corners, from the left and from above, or walk: once around, again and again",
        tabs: &[Tab::Mix],
        expected: || "two numbers from 0 to 255 with a point between, or walk".into(),
        write: |view| Some(place_text(&view.mix)),
        read: |view, value| place(&mut view.mix, value),
    },
    Word {
        key: "as",
        about: "the class that mixtures are drawn under",
        tabs: &[Tab::Mix],
        expected: || "a class".into(),
        write: |view| view.mix.class.clone(),
        read: |view, value| put(&mut view.mix.class, name(value)),
    },
    Word {
        key: "way",
        about: "where points go",
        tabs: &[Tab::Laboratory],
        expected: || list(&Way::ALL, Way::name),
        write: |view| Some(view.laboratory.way.name().to_owned()),
        read: |view, value| put(&mut view.laboratory.way, member(value, &Way::ALL, Way::name)?),
    },
    Word {
        key: "scene",
        about: "the data",
        tabs: &[Tab::Laboratory],
        expected: || list(&Scene::ALL, Scene::name),
        write: |view| Some(view.laboratory.scene.name().to_owned()),
        read: |view, value| put(&mut view.laboratory.scene, member(value, &Scene::ALL, Scene::name)?),
    },
    Word {
        key: "target",
        about: "other data, to translate into",
        tabs: &[Tab::Laboratory],
        expected: || list(&Scene::ALL, Scene::name),
        write: |view| Some(view.laboratory.target.name().to_owned()),
        read: |view, value| put(&mut view.laboratory.target, member(value, &Scene::ALL, Scene::name)?),
    },
    Word {
        key: "pairs",
        about: "which lines are drawn; without it none",
        tabs: &[Tab::Laboratory],
        expected: || list(&Pairs::ALL, Pairs::name),
        write: |view| unless(view.laboratory.pairs, Pairs::None, Pairs::name),
        read: |view, value| put(&mut view.laboratory.pairs, member(value, &Pairs::ALL, Pairs::name)?),
    },
    Word {
        key: "places",
        about: "marked places, in base64",
        tabs: &[Tab::Laboratory],
        expected: || format!("at most {MOST_PLACES} places"),
        write: |view| {
            let places = &view.laboratory.places;
            (!places.is_empty()).then(|| URL_SAFE_NO_PAD.encode(places.concat()))
        },
        read: |view, value| {
            let bytes = URL_SAFE_NO_PAD.decode(value).ok().filter(|bytes| bytes.len().is_multiple_of(2))?;
            let places = bytes.chunks_exact(2).map(|place| [place[0], place[1]]).collect();
            put(&mut view.laboratory.places, Some(places).filter(|places: &Vec<_>| places.len() <= MOST_PLACES)?)
        },
    },
    Word {
        key: "solver",
        about: "the method that solves the ODE",
        tabs: ALL,
        expected: || list(&Solver::FIXED, Solver::name),
        write: |view| Some(view.solver.name().to_owned()),
        read: |view, value| put(&mut view.solver, member(value, &Solver::FIXED, Solver::name)?),
    },
    Word {
        key: "intervals",
        about: "its intervals",
        tabs: ALL,
        expected: || format!("a whole number from 1 to {MOST_INTERVALS}"),
        write: |view| Some(view.intervals.to_string()),
        read: |view, value| put(&mut view.intervals, within(value, MOST_INTERVALS)?),
    },
    Word {
        key: "spacing",
        about: "how they are spread over time; without it uniform",
        tabs: ALL,
        expected: || list(&Spacing::ALL, Spacing::name),
        write: |view| unless(view.spacing, Spacing::untold(), Spacing::name),
        read: |view, value| put(&mut view.spacing, member(value, &Spacing::ALL, Spacing::name)?),
    },
    Word {
        key: "guidance",
        about: "how strongly to lean towards the class; 1 is plain",
        tabs: ALL,
        expected: || "a number".into(),
        write: |view| Some(view.guidance.to_string()),
        read: |view, value| put(&mut view.guidance, number(value)?),
    },
    Word {
        key: "look",
        about: "what is shown of a moment; without it state",
        tabs: ALL,
        expected: || list(&Look::ALL, Look::name),
        write: |view| unless(view.look, Look::State, Look::name),
        read: |view, value| put(&mut view.look, member(value, &Look::ALL, Look::name)?),
    },
    Word {
        key: "tour",
        about: "the step of the tour",
        tabs: ALL,
        expected: || format!("a whole number from 1 to {}", tour::STEPS.len()),
        write: |view| view.tour.map(|step| step.to_string()),
        read: |view, value| put(&mut view.tour, Some(within(value, tour::STEPS.len() as u32)?)),
    },
    Word {
        key: "embed",
        about: "whether the page shows its stage alone, within another page",
        tabs: ALL,
        expected: || "0 or 1".into(),
        write: |view| view.embedded.then(|| "1".to_owned()),
        read: |view, value| put(&mut view.embedded, digit(value)?),
    },
];
