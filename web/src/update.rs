//! The life of the page as a function: what is, and what has happened, to what is then and what must be done.
//!
//! Whatever a visitor does changes the [`View`], and the page takes the next step towards what the view describes: it
//! fetches the list of models, starts the engine, loads the model, or runs the trajectory. What was lost on the way is
//! fetched again, so no failure is final.

mod beside;
mod effect;
mod ending;
mod event;
mod experiment;
mod film;
mod message;
mod mixer;
mod models;
mod opening;
mod reel;
mod save;
mod sheet;
mod step;
mod task;
#[cfg(test)]
mod tests;
mod trajectory;
mod trial;

use std::rc::Rc;

use crate::catalogue::{Catalogue, Entry};
use crate::command::commands;
use crate::device::{Backend, Choice};
use crate::laboratory::Run;
use crate::link::{self, LinkError, fragment_from_view, view_from_fragment};
use crate::mix::Corner;
use crate::protocol::{Job, LoadedModel, Returned};
use crate::view::{Source, Tab, View};
use beside::{Compared, Second};
pub use effect::{Activity, Effect};
use film::Film;
pub use message::Message;
use mixer::Pad;
use reel::Reel;
pub use sheet::Sheet;
use trial::Trial;

/// What the page holds.
#[derive(Debug, Default)]
pub struct State {
    view: View,
    /// Whether the stage shows the film that came with the page, and not yet what was computed here.
    opening: bool,
    /// What computes; decided before anything else happens.
    choice: Choice,
    /// Whether there is a graphics processor that is worth asking.
    graphics: bool,
    list: List,
    engine: Engine,
    model: Model,
    job: Option<Job>,
    film: Option<Film>,
    run: Option<Run>,
    reel: Reel,
    pad: Pad,
    /// What the images of the latest job are compared with.
    beside: Option<Compared>,
    /// The images that are compared with those before, while they are drawn.
    second: Option<Second>,
    returns: Vec<Returned>,
    /// Whether the controls say something else than what the latest job was asked.
    changed: bool,
    /// The model that was left for one of few steps.
    left: Option<String>,
    /// What was seen before a visitor's own model that is to be loaded, and the model that had its name.
    before_own: Option<(Box<View>, Option<Entry>)>,
    trial: Trial,
    /// The number of the latest load or job.
    latest: u32,
}

#[derive(Debug, Default)]
enum List {
    #[default]
    Absent,
    Fetching,
    There(Catalogue),
}

#[derive(Debug, Default, PartialEq)]
enum Engine {
    #[default]
    Absent,
    Starting,
    Awake,
}

#[derive(Debug, Default)]
enum Model {
    #[default]
    Absent,
    Loading {
        id: u32,
        entry: Entry,
    },
    There {
        name: String,
        model: Rc<LoadedModel>,
    },
}

/// Takes in what has happened; returns what must be done, in this order.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    match message {
        Message::Start { fragment, choice } => {
            state.graphics = choice.backend == Backend::WebGpu || choice.rival.is_some();
            state.choice = choice;
            let followed = view_from_fragment(&fragment).map(|view| state.view = view);
            let unfollowed = followed.err().map(unfollowed).into_iter().collect();
            [state.open(), unfollowed, state.proceed()].concat()
        }
        Message::Link(fragment) => match view_from_fragment(&fragment) {
            Ok(view) => {
                state.view = view;
                state.interrupt_walk();
                state.act()
            }
            // The address says again what is seen.
            Err(error) => [vec![unfollowed(error)], state.shown()].concat(),
        },
        Message::Catalogue(Ok(catalogue)) if catalogue.models.is_empty() => {
            state.list = List::Absent;
            state.fail("This page was built without a model.")
        }
        Message::Catalogue(Ok(catalogue)) => {
            let models = catalogue.models.clone();
            state.list = List::There(catalogue);
            let particles = state.particles().into_iter().collect();
            [vec![Effect::Models(models)], state.resume(), particles].concat()
        }
        // The laboratory needs no list: it has its own points.
        Message::Catalogue(Err(_)) if state.view.tab == Tab::Laboratory => {
            state.list = List::Absent;
            Vec::new()
        }
        Message::Catalogue(Err(message)) => {
            state.list = List::Absent;
            state.fail(message)
        }
        Message::Engine(event) => {
            let effects = state.hear(event);
            state.beside_experiment(effects)
        }
        Message::Rival(event) => state.hear_rival(event),
        Message::Controls { words, run } => match state.reads(&words) {
            Ok(view) => {
                let turned = view.look != state.view.look;
                let changed = View { look: state.view.look, ..view.clone() } != state.view;
                // An experiment costs little, and so does one image: they follow the controls at once.
                let follows = match view.tab {
                    Tab::Laboratory => changed || turned,
                    Tab::Mix => changed,
                    Tab::Generate | Tab::Translate | Tab::Return => false,
                };
                state.view = view;
                let looked = if turned { state.look() } else { Vec::new() };
                let done = if run || follows {
                    state.act()
                } else {
                    state.changed |= changed;
                    [vec![Effect::Notice(None)], state.stale(), state.shown()].concat()
                };
                [looked, done].concat()
            }
            Err(error) => step::refused(&error),
        },
        Message::Tab(tab) => {
            state.view.tab = tab;
            state.act()
        }
        Message::Model(name) => state.choose_model(name),
        Message::OwnModel { name, address, bytes } => state.take_model(name, address, bytes),
        Message::Example(number) if state.view.tab == Tab::Mix => state.fill_corner(Corner::Example(number)),
        Message::Example(number) => {
            state.view.translate.from = None;
            state.view.translate.source = Source::Example(number);
            state.act()
        }
        Message::Own(Ok(pixels)) => {
            if state.view.tab != Tab::Return {
                state.view.tab = Tab::Translate;
            }
            state.view.translate.source = Source::Own(pixels);
            state.act()
        }
        Message::Own(Err(message)) => vec![Effect::Notice(Some(message))],
        Message::Handle(place) => state.move_handle(place),
        Message::Corner(number) => state.choose_corner(number),
        Message::CornerSeed(seed) => state.fill_corner(Corner::Seed(seed)),
        Message::Corners(count) => {
            state.view.mix.take(count);
            state.act()
        }
        Message::Walk => state.walk(),
        Message::Hidden => state.rest(),
        Message::Save => state.save(),
        Message::SaveFilm => state.save_film(),
        Message::Place(place) => state.mark(place),
        Message::Look => state.look(),
        Message::Clear => state.clear(),
        Message::Moment(moment) => state.turn_to(moment),
        Message::Play => state.play(),
        Message::Tick(number) => state.tick(number),
        Message::Cancel => state.abandon(),
        Message::Copied(done) => {
            let text = match (done, state.is_private()) {
                (true, false) => "Link copied",
                (true, true) => "Link copied; whoever follows it needs your model's file too",
                (false, _) => "Copy the link from the address bar",
            };
            vec![Effect::Text("shared", text.to_owned())]
        }
    }
}

impl State {
    /// What can be seen.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What the controls say. Before there is a model, menus that depend on it say nothing; a spacing that comes from the solver
    /// goes with it.
    fn reads(&self, words: &[(&str, String)]) -> Result<View, LinkError> {
        let mut view = self.view.clone();
        for (key, value) in words {
            // A menu that has no such method says nothing either.
            let silent = self.shape().is_none() && ["class", "from", "to", "as"].contains(key);
            if !silent && (*key != "method" || !value.is_empty()) {
                link::set(&mut view, key, value)?;
            }
        }
        if let (None, Some(before), Some(now)) = (self.shape(), &self.view.generate.beside, &mut view.generate.beside) {
            now.model.clone_from(&before.model);
        }
        let View { solver, spacing, .. } = self.view;
        if view.solver != solver && view.spacing == spacing && spacing == solver.spacing() {
            view.spacing = view.solver.spacing();
        }
        if let (Some(before), Some(now)) = (&self.view.generate.beside, &mut view.generate.beside)
            && (before.solver != now.solver
                && before.spacing == now.spacing
                && before.spacing == before.solver.spacing())
        {
            now.spacing = now.solver.spacing();
        }
        Ok(view)
    }

    /// Does what the visitor wants by now.
    fn act(&mut self) -> Vec<Effect> {
        [vec![Effect::Notice(None), Effect::Text("shared", String::new())], self.proceed()].concat()
    }

    /// Takes the next step towards what the view describes.
    fn proceed(&mut self) -> Vec<Effect> {
        let step = self.step();
        [step, self.shown()].concat()
    }

    /// Goes on with what waited for the list, the engine or the model. An experiment waits for none of them.
    fn resume(&mut self) -> Vec<Effect> {
        if self.view.tab == Tab::Laboratory { Vec::new() } else { self.proceed() }
    }

    /// The view in the controls, in the address, and as a command.
    fn shown(&self) -> Vec<Effect> {
        let command = match &self.model {
            // A model that only this visitor has is in no repository.
            Model::There { name, model } if self.view.weights.is_some() => {
                commands(&self.view, name, model, self.flow(model).map(|flow| flow.entry.name.as_str()))
            }
            Model::Absent | Model::Loading { .. } | Model::There { .. } => String::new(),
        };
        let link = fragment_from_view(&self.view);
        let shown = [Effect::View(Box::new(self.view.clone())), Effect::Text("command", command), Effect::Link(link)];
        shown.into_iter().chain(self.pad_if_mixing()).collect()
    }
}

fn unfollowed(error: LinkError) -> Effect {
    Effect::Notice(Some(format!("This link cannot be followed: {error}.")))
}
