use shared::card::ModelCard;
use shared::image::ImageShape;

use crate::catalogue::{Catalogue, Engines, Entry};
use crate::device::{Adapter, Backend, Choice, choose};
use crate::protocol::{Done, Event, Frame, Job, Leg, LoadedModel, Looks, Request};
use crate::update::{Activity, Effect, Message, State, update};

pub(super) const SHAPE: ImageShape = ImageShape { channels: 1, height: 2, width: 2 };

/// A page under test: its state, and what it did last.
#[derive(Default)]
pub(super) struct Page {
    pub(super) state: State,
    pub(super) did: Vec<Effect>,
}

impl Page {
    /// A page that computes on the CPU.
    pub(super) fn opened(fragment: &str) -> Self {
        Page::choosing(Backend::Cpu, "this browser offers no WebGPU adapter", fragment)
    }

    /// A page that computes on the CPU and knows a graphics processor that may be faster.
    pub(super) fn challenged(rival: &str) -> Self {
        Page::with(choose(None, &Adapter::Real(rival.to_owned())), "")
    }

    pub(super) fn choosing(backend: Backend, reason: &str, fragment: &str) -> Self {
        Page::with(Choice { backend, reason: reason.to_owned(), rival: None }, fragment)
    }

    fn with(choice: Choice, fragment: &str) -> Self {
        let mut page = Page::default();
        page.send(Message::Start { fragment: fragment.to_owned(), choice });
        page
    }

    /// A page whose first model has come.
    pub(super) fn loaded(fragment: &str) -> Self {
        let mut page = Page::opened(fragment);
        page.send(Message::Catalogue(Ok(catalogue())));
        page.hear(Event::Awake);
        let id = page.asked_load().0;
        page.hear(loaded(id));
        page
    }

    pub(super) fn send(&mut self, message: Message) {
        self.did = update(&mut self.state, message);
    }

    pub(super) fn hear(&mut self, event: Event) {
        self.send(Message::Engine(event));
    }

    pub(super) fn draw(&mut self, words: &[(&'static str, &str)]) {
        let words = words.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        self.send(Message::Controls { words, run: true });
    }

    /// The wait that was asked for: its milliseconds and its number.
    pub(super) fn wait(&self) -> Option<(u32, u32)> {
        self.did.iter().find_map(|effect| match effect {
            Effect::Wait { milliseconds, number } => Some((*milliseconds, *number)),
            _ => None,
        })
    }

    /// Lets the time of the latest wait pass.
    pub(super) fn tick(&mut self) {
        let (_, number) = self.wait().unwrap_or_else(|| panic!("no wait in {:?}", self.did));
        self.send(Message::Tick(number));
    }

    /// The id and the address of the load that was asked for.
    pub(super) fn asked_load(&self) -> (u32, String) {
        let load = self.did.iter().find_map(|effect| match effect {
            Effect::Ask(Request::Load { id, weights }) => Some((*id, weights.address.clone())),
            _ => None,
        });
        load.unwrap_or_else(|| panic!("no load in {:?}", self.did))
    }

    pub(super) fn asked_job(&self) -> Job {
        let job = self.did.iter().find_map(|effect| match effect {
            Effect::Ask(Request::Run(job)) => Some(job.clone()),
            _ => None,
        });
        job.unwrap_or_else(|| panic!("no job in {:?}", self.did))
    }

    pub(super) fn activity(&self) -> Option<Activity> {
        self.did.iter().rev().find_map(|effect| match effect {
            Effect::Activity(activity) => Some(*activity),
            _ => None,
        })
    }

    pub(super) fn notice(&self) -> &str {
        let notice = self.did.iter().rev().find_map(|effect| match effect {
            Effect::Notice(notice) => notice.as_deref(),
            _ => None,
        });
        notice.unwrap_or_default()
    }

    pub(super) fn text(&self, place: &str) -> &str {
        let text = self.did.iter().rev().find_map(|effect| match effect {
            Effect::Text(id, text) if *id == place => Some(text.as_str()),
            _ => None,
        });
        text.unwrap_or_default()
    }
}

/// The names of the models that are offered.
pub(super) fn offered(page: &Page) -> Vec<&str> {
    let models = page.did.iter().find_map(|effect| match effect {
        Effect::Models(models) => Some(models.iter().map(|entry| entry.name.as_str()).collect()),
        _ => None,
    });
    models.unwrap_or_default()
}

pub(super) fn catalogue() -> Catalogue {
    let entry = |name: &str| Entry {
        name: name.into(),
        file: format!("models/{name}?v=1"),
        bytes: 2_000_000,
        hash: Some("01".into()),
        about: None,
    };
    let engines = Engines {
        cpu: "engine-cpu-01/loader.js".into(),
        gpu: Some("engine-gpu-02/loader.js".into()),
        particles: Some("particles-03/loader.js".into()),
    };
    Catalogue { engines, models: vec![entry("clothes"), entry("faces")], direct: Vec::new() }
}

/// What starts an engine of [`catalogue`].
pub(super) fn start(backend: Backend) -> Effect {
    let script = catalogue().engines.script(backend).expect("both engines").to_owned();
    Effect::StartEngine { script, backend }
}

pub(super) fn loaded(id: u32) -> Event {
    let card = ModelCard { classes: ["Bag", "Coat", "Ankle boot"].map(str::to_owned).to_vec(), ..ModelCard::default() };
    let (example_classes, example_pixels) = (vec![2, 0], vec![1, 2, 3, 4, 5, 6, 7, 8]);
    let model = LoadedModel { card, shape: SHAPE, kept: false, example_classes, example_pixels };
    Event::Loaded { id, model: Box::new(model) }
}

pub(super) fn frame(id: u32, leg: Leg, index: usize, nfe: u32, images: usize) -> Event {
    let looks = |level| vec![level; 4 * images];
    Event::Frame(Frame {
        id,
        leg,
        time: 0.5,
        index,
        nfe,
        looks: Looks { state: looks(9), image: looks(8), noise: looks(7) },
    })
}

pub(super) fn done(id: u32) -> Event {
    Event::Done(Done { id, nfe: 20, seconds: 0.25, full: true, round_trip_rmse: None, converged_rmse: None })
}

pub(super) fn failure(id: Option<u32>) -> Event {
    Event::Failed { id, message: "the connection was lost".into() }
}
