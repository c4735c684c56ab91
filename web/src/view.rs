//! What can be seen on the page: everything that a link restores.

use std::num::NonZeroU32;

use shared::method::Method;
use shared::named::named;
use shared::solver::Solver;
use shared::time::Spacing;

use crate::laboratory::Laboratory;
use crate::mix::Mix;

/// The state behind every control.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The model's name in the catalogue; none means the first.
    pub model: Option<String>,
    /// What the model's file had as its hash when a link was made, to notice that it has changed.
    pub weights: Option<String>,
    /// What is being looked at.
    pub tab: Tab,
    /// What to generate.
    pub generate: Generate,
    /// What to translate, or to bring to noise and back.
    pub translate: Translate,
    /// What to mix.
    pub mix: Mix,
    /// What is set up in two dimensions.
    pub laboratory: Laboratory,
    /// The method that solves the ODE.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// How they are spread over time.
    pub spacing: Spacing,
    /// The guidance weight; 1 is plain.
    pub guidance: f64,
    /// Which of the three images of a moment is shown.
    pub look: Look,
    /// The step of the tour that is open, from 1.
    pub tour: Option<NonZeroU32>,
    /// Whether the page shows the stage alone, within another page.
    pub embedded: bool,
}

/// What is shown of a moment of a trajectory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The state x_t.
    #[default]
    State,
    /// The image that it heads for, x_t + (1 − t)·v.
    Image,
    /// The noise that it comes from, x_t − t·v.
    Noise,
}

named! {
    Look is a "look":
    State = "state", Image = "image", Noise = "noise",
}

impl Look {
    /// The name in the menu.
    pub fn title(self) -> &'static str {
        match self {
            Look::State => "where it is",
            Look::Image => "the image it heads for",
            Look::Noise => "the noise it comes from",
        }
    }
}

/// What the page is being used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Noise to image.
    Generate,
    /// Image to noise to image.
    Translate,
    /// Mixed noises to an image.
    Mix,
    /// Image to noise and back to itself.
    Return,
    /// The same in two dimensions, without a network.
    Laboratory,
}

named! {
    Tab is a "tab":
    Generate = "generate", Translate = "translate", Mix = "mix", Return = "return", Laboratory = "laboratory",
}

impl Tab {
    /// Those that need a model.
    pub const IMAGES: [Tab; 4] = [Tab::Generate, Tab::Translate, Tab::Mix, Tab::Return];
    /// Those that begin with one image.
    pub const SOURCES: [Tab; 2] = [Tab::Translate, Tab::Return];
    /// Those whose images are drawn towards a class.
    pub const DRAWING: [Tab; 3] = [Tab::Generate, Tab::Translate, Tab::Mix];
    /// Those that show one trajectory, by one solver.
    pub const TRAVELLING: [Tab; 4] = [Tab::Generate, Tab::Translate, Tab::Mix, Tab::Laboratory];
}

/// What to generate.
#[derive(Clone, Debug, PartialEq)]
pub struct Generate {
    /// A class; none means each class in turn.
    pub class: Option<String>,
    /// The seed of the noise.
    pub seed: u64,
    /// How many images.
    pub count: NonZeroU32,
    /// Other settings to draw the same by, for comparison.
    pub beside: Option<Beside>,
}

/// Settings to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The method that solves the ODE.
    pub solver: Solver,
    /// Its intervals.
    pub intervals: NonZeroU32,
    /// How they are spread over time.
    pub spacing: Spacing,
    /// The guidance weight.
    pub guidance: f64,
    /// The name of another model of the same images; none means the same model.
    pub model: Option<String>,
}

impl Default for Beside {
    fn default() -> Self {
        let View { solver, intervals, spacing, guidance, .. } = View::in_few_steps();
        Beside { solver, intervals, spacing, guidance, model: None }
    }
}

/// What to translate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translate {
    /// The image.
    pub source: Source,
    /// Its class; none means the class of the example.
    pub from: Option<String>,
    /// The class to turn it into; none means the one after.
    pub to: Option<String>,
    /// How.
    pub method: Method,
    /// How far SDEdit goes back, in hundredths.
    pub time: u8,
    /// Whether to turn it into every other class too.
    pub every: bool,
    /// Whether to measure how far its noise is from a converged one.
    pub converged: bool,
}

/// Where the image comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A held-out image that travels with the model.
    Example(u32),
    /// A visitor's own: its pixels in the model's shape, channels side by side.
    Own(Vec<u8>),
}

impl Default for Translate {
    fn default() -> Self {
        Translate {
            source: Source::Example(0),
            from: None,
            to: None,
            method: Method::Ddib,
            time: (100.0 * Method::TIME) as u8,
            every: false,
            converged: false,
        }
    }
}

/// The most intervals that the page offers.
pub const MOST_INTERVALS: u32 = 200;
/// The most images that the page draws at once.
pub const MOST_IMAGES: u32 = 64;

impl Tab {
    /// What the button says that starts it.
    pub fn verb(self) -> &'static str {
        match self {
            Tab::Generate => "Draw",
            Tab::Translate => "Translate",
            Tab::Mix => "Mix",
            Tab::Return => "Go and return",
            Tab::Laboratory => "Run",
        }
    }
}

impl View {
    /// How models draw that have learned to cross many intervals in one.
    pub fn in_few_steps() -> Self {
        const FOUR: NonZeroU32 = NonZeroU32::new(4).expect("4 is not 0");
        View { solver: Solver::Euler, intervals: FOUR, spacing: Solver::Euler.spacing(), ..View::default() }
    }
}

impl Default for View {
    fn default() -> Self {
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");
        View {
            model: None,
            weights: None,
            tab: Tab::Generate,
            generate: Generate { class: None, seed: 7, count: TEN, beside: None },
            translate: Translate::default(),
            mix: Mix::default(),
            laboratory: Laboratory::default(),
            solver: Solver::Midpoint,
            intervals: TEN,
            spacing: Solver::Midpoint.spacing(),
            guidance: 1.0,
            look: Look::State,
            tour: None,
            embedded: false,
        }
    }
}
