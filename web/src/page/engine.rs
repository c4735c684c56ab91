//! The page's side of the wire: the workers behind one engine.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use serde::Serialize;
use wasm_bindgen::prelude::*;
use web::device::Backend;
use web::protocol::{Event, Request};
use web::team::{MOST, Response, Team};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::document::{on, window};

/// What computes. Its workers end when this is dropped.
pub(crate) struct Engine {
    crew: Rc<Crew>,
}

struct Crew {
    script: String,
    team: RefCell<Team>,
    /// The worker of each member, once it is needed.
    workers: RefCell<Vec<Option<Worker>>>,
    ended: Cell<bool>,
    heard: Box<dyn Fn(Event)>,
}

impl Engine {
    /// Starts it; `heard` hears everything it says. Processors have more than one core, a graphics processor is one.
    pub(crate) fn start(script: String, backend: Backend, heard: impl Fn(Event) + 'static) -> Self {
        let members = match backend {
            Backend::Cpu => (window().navigator().hardware_concurrency() as usize).clamp(1, MOST),
            Backend::WebGpu => 1,
        };
        let crew = Rc::new(Crew {
            script,
            team: RefCell::new(Team::new(members)),
            workers: RefCell::new(vec![None; members]),
            ended: Cell::new(false),
            heard: Box::new(heard),
        });
        crew.worker(0);
        Engine { crew }
    }

    /// Asks for something.
    pub(crate) fn ask(&self, request: Request) {
        let response = self.crew.team.borrow_mut().ask(request);
        self.crew.respond(response);
    }
}

impl Crew {
    /// The worker of a member; starts it if need be.
    fn worker(self: &Rc<Self>, member: usize) -> Worker {
        let start = || {
            let options = WorkerOptions::new();
            options.set_type(WorkerType::Module);
            let worker = Worker::new_with_options(&self.script, &options).expect("a page may start a worker");
            let (crew, failed) = (Rc::downgrade(self), Rc::downgrade(self));
            on(&worker, "message", move |message: MessageEvent| {
                let event = serde_wasm_bindgen::from_value(message.data());
                hear(
                    &crew,
                    member,
                    event.unwrap_or_else(|error| failure(format!("the page does not understand it: {error}"))),
                );
            });
            on(&worker, "error", move |_: web_sys::Event| {
                hear(&failed, member, failure("it cannot start; check the connection".to_owned()));
            });
            worker
        };
        self.workers.borrow_mut()[member].get_or_insert_with(start).clone()
    }

    /// First tells the page, which may end this engine.
    fn respond(self: &Rc<Self>, Response { events, requests }: Response) {
        events.into_iter().for_each(&self.heard);
        for (member, request) in requests {
            if !self.ended.get() {
                let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
                let message: JsValue = request.serialize(&serializer).expect("a request is plain data");
                self.worker(member).post_message(&message).expect("a worker takes plain data");
            }
        }
    }
}

fn hear(crew: &Weak<Crew>, member: usize, event: Event) {
    if let Some(crew) = crew.upgrade() {
        let response = crew.team.borrow_mut().hear(member, event);
        crew.respond(response);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.crew.ended.set(true);
        self.crew.workers.borrow().iter().flatten().for_each(Worker::terminate);
    }
}

fn failure(message: String) -> Event {
    Event::Failed { id: None, message }
}
