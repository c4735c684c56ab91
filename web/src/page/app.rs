//! The page at work: messages in, effects out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shared::image::ImageShape;
use wasm_bindgen_futures::spawn_local;
use web::device::Backend;
use web::update::{Activity, Effect, Message, State, update};
use web::view::View;
use web_sys::{HtmlButtonElement, HtmlProgressElement, Url};

use super::document::{after, by_id, disable, document, prefers, set_attributes, set_hidden, show_text, window};
use super::engine::Engine;
use super::{
    adapter, address, card, catalogue, chart, controls, drawing, embed, examples, listeners, models, offline, pad,
    particles, plane, save, stage, tour,
};

/// What the page holds. Shared by every listener.
#[derive(Clone, Default)]
pub(crate) struct App {
    state: Rc<RefCell<State>>,
    engine: Rc<RefCell<Option<Engine>>>,
    rival: Rc<RefCell<Option<Rival>>>,
    /// How many images of their own the visitor has chosen.
    uploads: Rc<Cell<u32>>,
}

/// An engine on trial.
struct Rival {
    engine: Engine,
    /// Whether it has become the engine.
    adopted: Rc<Cell<bool>>,
}

/// Brings the page to life.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        notice(Some("The page has met an error of its own and stopped. Reload it to go on."));
        show_activity(Activity::Failed);
    }));
    let app = App::default();
    controls::prepare();
    spawn_local(async move {
        let choice = adapter::choice(address::asked_device()).await;
        // Only now: the visitor's first wish may start the engine.
        listeners::listen(&app);
        app.send(Message::Start { fragment: address::fragment(), choice });
        by_id::<HtmlButtonElement>("run").set_disabled(false);
    });
}

impl App {
    /// Says what has happened.
    pub(crate) fn send(&self, message: Message) {
        let effects = update(&mut self.state.borrow_mut(), message);
        for effect in effects {
            self.perform(effect);
        }
    }

    /// The size of the model's images, once there is one.
    pub(crate) fn shape(&self) -> Option<ImageShape> {
        self.state.borrow().shape()
    }

    /// The ground of the model's images: the first pixel of its first held-out image.
    pub(crate) fn ground(&self) -> Option<[u8; 3]> {
        self.state.borrow().ground()
    }

    /// An image is being read; returns its number.
    pub(crate) fn begin_upload(&self) -> u32 {
        self.uploads.set(self.uploads.get() + 1);
        self.uploads.get()
    }

    /// Whether no image was chosen since.
    pub(crate) fn is_latest_upload(&self, number: u32) -> bool {
        self.uploads.get() == number
    }

    /// What can be seen.
    pub(crate) fn view(&self) -> View {
        self.state.borrow().view().clone()
    }

    /// Begins something that moves by itself, for visitors who do not mind.
    fn move_unasked(&self, message: Message) {
        if !prefers("(prefers-reduced-motion: reduce)") {
            self.send(message);
        }
    }

    fn perform(&self, effect: Effect) {
        let app = self.clone();
        match effect {
            Effect::FetchCatalogue => {
                spawn_local(async move { app.send(Message::Catalogue(catalogue::fetch().await)) })
            }
            Effect::StartEngine { script, backend } => {
                let engine = Engine::start(script, backend, move |event| app.send(Message::Engine(event)));
                self.engine.replace(Some(engine));
            }
            Effect::Ask(request) => {
                if let Some(engine) = &*self.engine.borrow() {
                    engine.ask(request);
                }
            }
            Effect::StartRival(script) => {
                let adopted = Rc::new(Cell::new(false));
                let is_engine = Rc::clone(&adopted);
                let engine = Engine::start(script, Backend::WebGpu, move |event| {
                    app.send(if is_engine.get() { Message::Engine(event) } else { Message::Rival(event) });
                });
                self.rival.replace(Some(Rival { engine, adopted }));
            }
            Effect::AskRival(request) => {
                if let Some(rival) = &*self.rival.borrow() {
                    rival.engine.ask(request);
                }
            }
            Effect::EndRival => drop(self.rival.take()),
            Effect::AdoptRival => {
                if let Some(Rival { engine, adopted }) = self.rival.take() {
                    adopted.set(true);
                    self.engine.replace(Some(engine));
                }
            }
            Effect::Activity(activity) => {
                show_activity(activity);
                if activity == Activity::Done {
                    offline::keep();
                }
            }
            Effect::Notice(text) => notice(text.as_deref()),
            Effect::Text(place, text) => show_text(place, &text),
            Effect::Link(fragment) => address::write(&fragment),
            Effect::Models(models) => {
                controls::offer_models(&models);
                models::show(&models, move |name| app.send(Message::Model(name)));
            }
            Effect::Forget(address) => Url::revoke_object_url(&address).unwrap_or_default(),
            Effect::Companions { models, methods, few_steps, twin } => {
                controls::offer_companions(&models, &methods, few_steps, twin.as_deref());
            }
            Effect::Model(model) => {
                controls::offer_classes(&model.card.classes);
                card::show(&model.card);
                examples::show(&model, move |number| app.send(Message::Example(number)));
            }
            Effect::View(view) => {
                controls::show(&view);
                models::mark(&view);
                embed::show(&view);
                examples::mark(&view);
                tour::show(&view);
            }
            Effect::Download { bytes, of } => {
                let bar: HtmlProgressElement = by_id("loading");
                if of == 0 {
                    // Nobody knows how much is to come.
                    bar.remove_attribute("value").unwrap_or_default();
                } else {
                    bar.set_max(of as f64);
                    bar.set_value(bytes as f64);
                }
            }
            Effect::Progress(done) => by_id::<HtmlProgressElement>("trajectory-progress").set_value(done),
            Effect::Gallery { place, canvas, captions } => stage::make_gallery(place, canvas, &captions),
            Effect::Pad { mix, walking } => pad::show(&mix, walking),
            Effect::Returns(returns) => chart::show(&returns),
            Effect::Save { name, sheet } => save::sheet(&name, &sheet),
            Effect::SaveFilm { name, sheets } => save::film(&name, &sheets),
            Effect::SavePlane => {
                let below = particles::are_there().then(|| by_id("particles"));
                let canvases: Vec<_> = below.into_iter().chain([by_id("plane")]).collect();
                save::stack(&canvases, "scoreflow-laboratory.png");
            }
            Effect::Draw { canvas, shape, pixels } => drawing::draw(&by_id(&canvas), shape, &pixels),
            Effect::Moments { count, at, title, free } => stage::show_moments(count, at, &title, free),
            Effect::Playing(playing) => show_text("play", if playing { "Pause" } else { "Play" }),
            Effect::PlayUnasked => app.move_unasked(Message::Play),
            Effect::WalkUnasked => app.move_unasked(Message::Walk),
            Effect::Scenery(scenery) => plane::draw(&scenery),
            Effect::Particles { script, link, moment } => particles::show(&app, &script, link, moment),
            Effect::Wait { milliseconds, number } => after(milliseconds, move || app.send(Message::Tick(number))),
            Effect::Shown(id, shown) => set_hidden(id, !shown),
            Effect::ClearStrip => stage::clear_strip(),
            Effect::Strip { title, shape, pixels } => stage::add_to_strip(&title, shape, &pixels),
        }
    }
}

fn notice(text: Option<&str>) {
    set_hidden("notice", text.is_none());
    show_text("notice", text.unwrap_or_default());
}

fn show_activity(activity: Activity) {
    let body = document().body().expect("a document has a body");
    body.set_attribute("data-state", activity.name()).expect("a plain attribute");
    let busy = activity.can_be_stopped();
    disable("cancel", !busy, "run");
    // Who listens to the page hears what has come of it, and not every step.
    for told in ["facts", "status"] {
        set_attributes(&by_id(told), &[("aria-busy", if busy { "true" } else { "false" })]);
    }
    set_hidden("loading", activity != Activity::Loading);
    if activity == Activity::Done {
        // For whoever wants to know how long it took.
        window().performance().map(|performance| performance.mark("drawn"));
    }
}
