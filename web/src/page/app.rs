//! The page's life: links in, requests out, events in, images out.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web::catalogue::{self, Entry};
use web::link::{fragment_from_view, view_from_fragment};
use web::protocol::{Backend, Event, Job, LoadedModel, Request, Task};
use web::view::{Source, Tab, View};
use web_sys::{
    DragEvent, Element, FileList, HtmlButtonElement, HtmlElement, HtmlProgressElement, KeyboardEvent, Response,
};

use super::document::{by_id, create, document, fill, input, on, select, set_hidden, show_text, window};
use super::engine::Engine;
use super::{controls, stage, upload};

/// What the page holds. Shared by every listener.
#[derive(Clone)]
struct App(Rc<RefCell<State>>);

struct State {
    view: View,
    catalogue: Vec<Entry>,
    awake: bool,
    ready: Option<LoadedModel>,
    job: Option<Job>,
    jobs: u32,
    engine: Option<Rc<Engine>>,
}

/// Brings the page to life.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        notice(Some("The page has met an error of its own and stopped. Reload it to go on."));
        set_state("failed");
    }));
    let app = App(Rc::new(RefCell::new(State {
        view: View::default(),
        catalogue: Vec::new(),
        awake: false,
        ready: None,
        job: None,
        jobs: 0,
        engine: None,
    })));
    controls::prepare();
    app.follow_link();
    app.listen();
    let heard = app.clone();
    let engine = Engine::start(move |event| heard.hear(event));
    app.0.borrow_mut().engine = Some(Rc::new(engine));
    spawn_local(async move {
        match models().await {
            Ok(catalogue) => {
                app.0.borrow_mut().catalogue = catalogue;
                app.load();
            }
            Err(message) => fail(&message),
        }
    });
}

impl App {
    /// Takes the view from the address. A link that cannot be understood changes nothing and says why.
    fn follow_link(&self) {
        let fragment = window().location().hash().unwrap_or_default();
        match view_from_fragment(&fragment) {
            Ok(view) => {
                notice(None);
                controls::show(&view);
                self.0.borrow_mut().view = view;
            }
            Err(error) => notice(Some(&format!("This link cannot be followed: {error}."))),
        }
    }

    /// Writes the view into the address.
    fn write_link(&self) {
        let fragment = fragment_from_view(&self.0.borrow().view);
        let history = window().history().expect("a window has a history");
        history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{}#{fragment}", path()))).unwrap_or_default();
    }

    /// Loads the model of the view, once engine and catalogue are there.
    fn load(&self) {
        let state = self.0.borrow();
        let Some(entry) = state.entry() else {
            if !state.catalogue.is_empty() {
                let names: Vec<&str> = state.catalogue.iter().map(|entry| entry.name.as_str()).collect();
                let wanted = state.view.model.as_deref().unwrap_or_default();
                fail(&format!("There is no model “{wanted}” here; there is {}. Choose one above.", names.join(", ")));
                fill("model", names.iter().map(|name| ((*name).into(), (*name).into())), "");
            }
            return;
        };
        if !state.awake {
            return;
        }
        set_state("loading");
        fill("model", state.catalogue.iter().map(|entry| (entry.name.clone(), entry.name.clone())), &entry.name);
        by_id::<HtmlProgressElement>("loading").set_max(entry.bytes as f64);
        set_hidden("loading", false);
        show_text("status", "Loading the model…");
        let cpu = window().location().search().is_ok_and(|query| query.contains("device=cpu"));
        state.ask(&Request::Load { address: entry.file.clone(), bytes: entry.bytes, cpu });
    }

    fn hear(&self, event: Event) {
        match event {
            Event::Awake => {
                self.0.borrow_mut().awake = true;
                self.load();
            }
            Event::Loading { bytes } => {
                by_id::<HtmlProgressElement>("loading").set_value(bytes as f64);
                show_text("status", &format!("Loading the model: {:.1} MB", bytes as f64 / 1e6));
            }
            Event::Loaded(ready) => self.ready(*ready),
            Event::Frame(frame) => {
                let state = self.0.borrow();
                if let (Some(job), Some(ready)) = (state.job.as_ref().filter(|job| job.id == frame.id), &state.ready) {
                    stage::show(&frame, job, sampler.shape);
                    show_text("facts", &format!("{} network evaluations", frame.nfe));
                }
            }
            Event::Done { id, nfe, seconds, round_trip_rmse } => {
                if self.0.borrow().job.as_ref().is_some_and(|job| job.id == id) {
                    self.finish(nfe, seconds, round_trip_rmse);
                }
            }
            Event::Failed { message } => {
                self.stop();
                fail(&format!("Something went wrong: {message}."));
            }
        }
    }

    fn ready(&self, ready: LoadedModel) {
        set_hidden("loading", true);
        show_text("status", &status(&sampler));
        by_id::<Element>("status").set_attribute("data-device", backend(sampler.device)).unwrap_or_default();
        controls::prepare_classes(&sampler);
        show_card(&sampler);
        let app = self.clone();
        stage::show_examples(&sampler, move |number| app.choose(Source::Example(number)));
        self.0.borrow_mut().ready = Some(ready);
        controls::show(&self.0.borrow().view);
        by_id::<HtmlButtonElement>("run").set_disabled(false);
        set_state("ready");
        self.run();
    }

    /// Translates another image.
    fn choose(&self, source: Source) {
        notice(None);
        {
            let mut state = self.0.borrow_mut();
            if matches!(source, Source::Example(_)) {
                state.view.translate.from = None;
            }
            state.view.translate.source = source;
        }
        self.run();
    }

    /// Starts the job that the view describes.
    fn run(&self) {
        let job = match self.0.borrow_mut().next_job() {
            Ok(Some(job)) => job,
            Ok(None) => return,
            Err(message) => return notice(Some(&message)),
        };
        let state = self.0.borrow();
        controls::show(&state.view);
        let example = match (&state.view.tab, &state.view.translate.source) {
            (Tab::Translate, Source::Example(number)) => Some(*number),
            _ => None,
        };
        stage::mark_example(example);
        if let Some(ready) = &state.ready {
            stage::prepare(&job, sampler);
        }
        state.ask(&Request::Run(job));
        drop(state);
        self.write_link();
        by_id::<HtmlButtonElement>("cancel").set_disabled(false);
        set_state("running");
    }

    fn finish(&self, nfe: u32, seconds: f64, round_trip_rmse: Option<f64>) {
        self.stop();
        stage::progress(1.0);
        let each = if round_trip_rmse.is_some() { "" } else { " each" };
        let mut facts = format!("{nfe} network evaluations{each}, {seconds:.1} s");
        if let Some(rmse) = round_trip_rmse {
            facts += &format!(", round-trip error {rmse:.4}");
            show_text("returned-caption", &format!("and back: error {rmse:.4}"));
        }
        show_text("facts", &facts);
        set_state("done");
    }

    /// Forgets the job.
    fn stop(&self) {
        self.0.borrow_mut().job = None;
        by_id::<HtmlButtonElement>("cancel").set_disabled(true);
    }

    fn show_tab(&self, tab: Tab) {
        notice(None);
        self.0.borrow_mut().view.tab = tab;
        controls::show(&self.0.borrow().view);
        by_id::<HtmlElement>(&format!("tab-{}", tab.name())).focus().unwrap_or_default();
        self.run();
    }

    fn take_file(&self, files: Option<FileList>) {
        let Some(file) = files.and_then(|files| files.get(0)) else { return };
        let Some(shape) = self.0.borrow().ready.as_ref().map(|ready| sampler.shape) else { return };
        let app = self.clone();
        spawn_local(async move {
            match upload::pixels_from_file(&file, shape).await {
                Ok(pixels) => {
                    app.0.borrow_mut().view.tab = Tab::Translate;
                    app.choose(Source::Own(pixels));
                }
                Err(message) => notice(Some(&message)),
            }
        });
    }

    fn listen(&self) {
        let app = self.clone();
        on(&by_id("controls"), "submit", move |event: web_sys::Event| {
            event.prevent_default();
            app.take_controls(true);
        });
        let app = self.clone();
        on(&by_id("controls"), "change", move |_: web_sys::Event| app.take_controls(false));
        on(&by_id("guidance"), "input", |_: web_sys::Event| show_text("guidance-shown", &input("guidance").value()));
        let app = self.clone();
        on(&by_id("shuffle"), "click", move |_: web_sys::Event| {
            input("seed").set_value(&format!("{}", (js_sys::Math::random() * 1e6).floor()));
            app.take_controls(true);
        });
        let app = self.clone();
        on(&by_id("cancel"), "click", move |_: web_sys::Event| {
            app.0.borrow().ask(&Request::Cancel);
            app.stop();
            set_state("stopped");
        });
        let app = self.clone();
        on(&by_id("model"), "change", move |_: web_sys::Event| {
            let default = View::default();
            {
                // Another model has other classes and other examples.
                let mut state = app.0.borrow_mut();
                state.view.model = Some(select("model").value());
                (state.view.generate.class, state.view.translate) = (None, default.translate);
            }
            app.load();
        });
        on(&by_id("share"), "click", |_: web_sys::Event| {
            let address = window().location().href().unwrap_or_default();
            let copied = window().navigator().clipboard().write_text(&address);
            spawn_local(async move {
                let copied = JsFuture::from(copied).await.is_ok();
                show_text("facts", if copied { "Link copied" } else { "Copy the link from the address bar" });
            });
        });
        for (tab, other) in [(Tab::Generate, Tab::Translate), (Tab::Translate, Tab::Generate)] {
            let button: HtmlElement = by_id(&format!("tab-{}", tab.name()));
            let app = self.clone();
            on(&button, "click", move |_: web_sys::Event| app.show_tab(tab));
            let app = self.clone();
            on(&button, "keydown", move |event: KeyboardEvent| {
                if ["ArrowLeft", "ArrowRight"].contains(&event.key().as_str()) {
                    app.show_tab(other);
                }
            });
        }
        let app = self.clone();
        on(&by_id("upload"), "change", move |_: web_sys::Event| app.take_file(input("upload").files()));
        let body = document().body().expect("a document has a body");
        on(&body, "dragover", |event: DragEvent| {
            event.prevent_default();
            dropping(true);
        });
        on(&body, "dragleave", |_: DragEvent| dropping(false));
        let app = self.clone();
        on(&body, "drop", move |event: DragEvent| {
            event.prevent_default();
            dropping(false);
            app.take_file(event.data_transfer().and_then(|data| data.files()));
        });
        let app = self.clone();
        on(&window(), "hashchange", move |_: web_sys::Event| {
            let before = app.0.borrow().view.model.clone();
            app.follow_link();
            if app.0.borrow().view.model == before { app.run() } else { app.load() }
        });
    }

    /// Takes what the controls say; starts the trajectory if that was asked for.
    fn take_controls(&self, run: bool) {
        if self.0.borrow().ready.is_none() {
            return;
        }
        let result = controls::read(&mut self.0.borrow_mut().view);
        match result {
            Ok(()) => {
                notice(None);
                if run { self.run() } else { self.write_link() }
            }
            Err(message) => notice(Some(&format!("Nothing was started: {message}."))),
        }
    }
}

impl State {
    fn ask(&self, request: &Request) {
        if let Some(engine) = &self.engine {
            engine.ask(request);
        }
    }

    /// The catalogue's entry for the view's model.
    fn entry(&self) -> Option<&Entry> {
        match &self.view.model {
            Some(name) => self.catalogue.iter().find(|entry| entry.name == *name),
            None => self.catalogue.first(),
        }
    }

    /// The job that the view describes; none before there is a model.
    fn next_job(&mut self) -> Result<Option<Job>, String> {
        let Some(ready) = &self.ready else { return Ok(None) };
        let class = |name: &str| {
            let known = ready.card.classes.iter().position(|class| class == name);
            known
                .ok_or_else(|| format!("This model has no class “{name}”; it knows {}.", ready.card.classes.join(", ")))
        };
        let count = ready.card.classes.len();
        let task = match self.view.tab {
            Tab::Generate => {
                let images = self.view.generate.count.get() as usize;
                let classes = match &self.view.generate.class {
                    Some(name) => vec![class(name)?; images],
                    None => (0..images).map(|i| i % count).collect(),
                };
                Task::Generate { classes, seed: self.view.generate.seed }
            }
            Tab::Translate => {
                let translate = &mut self.view.translate;
                let (pixels, shown) = source_pixels(&translate.source, sampler)?;
                let from = translate.from.as_deref().map_or(Ok(shown), class)?;
                let to = translate.to.as_deref().map_or(Ok((from + 1) % count), class)?;
                translate.from = Some(ready.card.classes[from].clone());
                translate.to = Some(ready.card.classes[to].clone());
                Task::Translate { pixels, from, to }
            }
        };
        self.jobs += 1;
        let View { solver, intervals, guidance, .. } = self.view;
        let job = Job { id: self.jobs, task, solver, intervals, guidance };
        self.job = Some(job.clone());
        Ok(Some(job))
    }
}

/// The pixels of a source, and the class it is known to have.
fn source_pixels(source: &Source, ready: &LoadedModel) -> Result<(Vec<u8>, usize), String> {
    let size = sampler.shape.values();
    match source {
        Source::Example(number) => {
            let number = *number as usize;
            let Some(&class) = ready.example_classes.get(number) else {
                let there = ready.example_classes.len();
                return Err(format!("This model has {there} held-out images, and none has number {number}."));
            };
            Ok((ready.example_pixels[number * size..(number + 1) * size].to_vec(), class.into()))
        }
        Source::Own(pixels) if pixels.len() == size => Ok((pixels.clone(), 0)),
        Source::Own(_) => Err("The image in this link was made for a model with images of another size.".into()),
    }
}

async fn models() -> Result<Vec<Entry>, String> {
    let lost = |_| "The list of models cannot be loaded; check the connection and reload the page.".to_owned();
    let response = JsFuture::from(window().fetch_with_str(catalogue::ADDRESS)).await.map_err(lost)?;
    let text = response.unchecked_into::<Response>().text().map_err(lost)?;
    let text = JsFuture::from(text).await.map_err(lost)?.as_string().unwrap_or_default();
    let entries: Vec<Entry> = serde_json::from_str(&text).map_err(|_| lost(JsValue::NULL))?;
    if entries.is_empty() { Err("This page was built without a model.".to_owned()) } else { Ok(entries) }
}

fn status(ready: &LoadedModel) -> String {
    match (&sampler.device, &sampler.reason) {
        (Backend::WebGpu, _) => "Computes with WebGPU".to_owned(),
        (Backend::Cpu, Some(reason)) => format!("Computes on the CPU: {reason}"),
        (Backend::Cpu, None) => "Computes on the CPU".to_owned(),
    }
}

fn backend(backend: Backend) -> &'static str {
    match backend {
        Backend::WebGpu => "webgpu",
        Backend::Cpu => "cpu",
    }
}

fn show_card(ready: &LoadedModel) {
    let card = &sampler.card;
    let list: HtmlElement = by_id("card");
    list.set_inner_html("");
    let add = |term: &str, text: &str| {
        for (tag, text) in [("dt", term), ("dd", text)] {
            let element: HtmlElement = create(tag);
            element.set_text_content(Some(text));
            list.append_child(&element).expect("a list takes its parts");
        }
    };
    add("Name", &card.name);
    add("Trained on", &format!("{} ({} images)", card.data, card.training_images));
    add("Licence of the images", &card.licence);
    add("Training", &format!("{} images seen in {:.0} s on {}", card.images_seen, card.seconds, card.device));
    for measure in &card.measures {
        add(&measure.name.replace('_', " "), &measure.to_string());
    }
}

/// Shows or clears the notice.
fn notice(text: Option<&str>) {
    set_hidden("notice", text.is_none());
    show_text("notice", text.unwrap_or_default());
}

fn fail(message: &str) {
    notice(Some(message));
    set_state("failed");
}

/// What the page is doing, for style sheets and tests.
fn set_state(state: &str) {
    document().body().and_then(|body| body.set_attribute("data-state", state).ok()).unwrap_or_default();
}

fn dropping(over: bool) {
    let list = by_id::<HtmlElement>("stations").class_list();
    list.toggle_with_force("dropping", over).expect("a plain class");
}

/// The address without its fragment.
fn path() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}
