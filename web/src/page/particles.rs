//! Very many points of the laboratory, drawn by a program of their own on a canvas below the plane.

use std::cell::RefCell;

use js_sys::Array;
use serde::Serialize;
use web::protocol::{Show, Shown};
use web::update::Message;
use web_sys::{HtmlCanvasElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::app::App;
use super::document::{by_id, on, prefers, set_hidden, show_text};

thread_local! {
    static PROGRAM: RefCell<Program> = const { RefCell::new(Program { worker: None, state: State::Absent, wish: None }) };
}

struct Program {
    worker: Option<Worker>,
    state: State,
    /// What is to be shown next: only the latest wish counts.
    wish: Option<Show>,
}

/// How far the program is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Absent,
    Starting,
    /// It looks for its device, and has a wish.
    Awake,
    /// It draws.
    Drawing,
    /// It has drawn all that was wished.
    Idle,
    /// It never will again.
    Failed,
}

/// Whether they can be seen, so that the plane needs no points of its own.
pub(crate) fn are_there() -> bool {
    matches!(PROGRAM.with_borrow(|program| program.state), State::Drawing | State::Idle)
}

/// Lets the program `script` show a moment; starts it if need be.
pub(crate) fn show(app: &App, script: &str, link: String, moment: usize) {
    let dark = prefers("(prefers-color-scheme: dark)");
    PROGRAM.with_borrow_mut(|program| {
        program.wish = Some(Show { link, moment, dark });
        match program.state {
            State::Absent => {
                program.worker = Some(started(app, script));
                program.state = State::Starting;
            }
            State::Idle => program.next(),
            State::Starting | State::Awake | State::Drawing | State::Failed => {}
        }
    });
}

impl Program {
    /// Asks for the latest wish, if there is one.
    fn next(&mut self) {
        let Some((worker, wish)) = self.worker.as_ref().zip(self.wish.take()) else { return };
        let message = wish.serialize(&serde_wasm_bindgen::Serializer::new()).expect("a wish is plain data");
        worker.post_message(&message).expect("a worker takes plain data");
        if self.state == State::Idle {
            self.state = State::Drawing;
        }
    }
}

fn started(app: &App, script: &str) -> Worker {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(script, &options).expect("a page may start a worker");
    let (hears, fails) = (app.clone(), app.clone());
    on(&worker, "message", move |message: MessageEvent| {
        let answer = serde_wasm_bindgen::from_value(message.data());
        hear(&hears, answer.unwrap_or_else(|error| Shown::Failed { reason: error.to_string() }));
    });
    on(&worker, "error", move |_: web_sys::Event| hear(&fails, Shown::Failed { reason: "it cannot start".to_owned() }));
    worker
}

fn hear(app: &App, answer: Shown) {
    let before = are_there();
    let told = PROGRAM.with_borrow_mut(|program| match (answer, program.state) {
        (_, State::Failed) => None,
        (Shown::Awake, _) => {
            let canvas: HtmlCanvasElement = by_id("particles");
            let canvas = canvas.transfer_control_to_offscreen().expect("a canvas is given away once");
            if let Some(worker) = &program.worker {
                worker.post_message_with_transfer(&canvas, &Array::of1(&canvas)).expect("a worker takes a canvas");
            }
            program.state = State::Awake;
            program.next();
            None
        }
        (Shown::Drawn { count }, _) => {
            program.state = State::Idle;
            program.next();
            Some(format!("{} points, moved and drawn with WebGPU.", grouped(count)))
        }
        (Shown::Failed { reason }, _) => {
            program.state = State::Failed;
            program.worker.take().inspect(Worker::terminate);
            Some(format!("2,000 points, moved by the CPU: WebGPU has failed ({reason})."))
        }
    });
    if let Some(told) = told {
        show_text("particles-told", &told);
    }
    if before != are_there() {
        set_hidden("particles", before);
        app.send(Message::Look);
    }
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}
