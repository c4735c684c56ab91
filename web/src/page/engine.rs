//! The page's side of the wire: the workers behind one engine.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use web::device::Backend;
use web::protocol::{Event, Request};
use web::team::{MOST, Response, Team};
use web_sys::Worker;

use super::document::window;
use super::worker;

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
            let crew = Rc::downgrade(self);
            worker::start(&self.script, move |event: Result<Event, String>| {
                hear(&crew, member, event.unwrap_or_else(failure));
            })
        };
        self.workers.borrow_mut()[member].get_or_insert_with(start).clone()
    }

    /// First tells the page, which may end this engine.
    fn respond(self: &Rc<Self>, Response { events, starts, requests }: Response) {
        events.into_iter().for_each(&self.heard);
        for member in starts {
            if !self.ended.get() {
                self.worker(member);
            }
        }
        for (member, request) in requests {
            if !self.ended.get() {
                worker::post(&self.worker(member), &request);
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
