//! Very many points of the laboratory, drawn by a program of their own on a canvas below the plane.

use std::cell::{Cell, RefCell};

use js_sys::Array;
use serde::Serialize;
use web::protocol::{Show, Shown};
use web::update::Message;
use web_sys::{HtmlCanvasElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::app::App;
use super::document::{by_id, on, prefers, set_hidden, show_text};

thread_local! {
    static PROGRAM: RefCell<Option<Worker>> = const { RefCell::new(None) };
    static STATE: Cell<State> = const { Cell::new(State::Absent) };
}

/// What is known of the program.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Absent,
    /// It has drawn.
    There,
    /// It never will again.
    Failed,
}

/// Whether they can be seen, so that the plane needs no points of its own.
pub(crate) fn are_there() -> bool {
    STATE.get() == State::There
}

/// Lets the program `script` show a moment; starts it if need be.
pub(crate) fn show(app: &App, script: &str, link: String, moment: usize) {
    if STATE.get() == State::Failed {
        return;
    }
    let wish = Show { link, moment, dark: prefers("(prefers-color-scheme: dark)") };
    let message = wish.serialize(&serde_wasm_bindgen::Serializer::new()).expect("a wish is plain data");
    PROGRAM.with_borrow_mut(|program| {
        let program = program.get_or_insert_with(|| started(app, script));
        program.post_message(&message).expect("a worker takes plain data");
    });
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
    let canvas: HtmlCanvasElement = by_id("particles");
    let canvas = canvas.transfer_control_to_offscreen().expect("a canvas is given away once");
    // The worker may not listen yet; the browser keeps its messages.
    worker.post_message_with_transfer(&canvas, &Array::of1(&canvas)).expect("a worker takes a canvas");
    worker
}

fn hear(app: &App, answer: Shown) {
    let (before, now) = (STATE.get(), if matches!(answer, Shown::Drawn { .. }) { State::There } else { State::Failed });
    if before == State::Failed {
        return;
    }
    STATE.set(now);
    set_hidden("particles", now == State::Failed);
    match answer {
        Shown::Drawn { count } => {
            show_text("particles-told", &format!("{} points, moved and drawn with WebGPU.", grouped(count)))
        }
        Shown::Failed { reason } => {
            show_text("particles-told", &format!("2,000 points, moved by the CPU: WebGPU has failed ({reason})."));
            PROGRAM.take().inspect(Worker::terminate);
        }
    }
    if before != now {
        app.send(Message::Look);
    }
}

/// A number with its thousands apart.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}
