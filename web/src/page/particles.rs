//! Very many points of the laboratory, drawn by a program of their own on a canvas below the plane.

use std::cell::RefCell;

use js_sys::Array;
use web::protocol::{Show, Shown};
use web::update::Message;
use web_sys::{HtmlCanvasElement, Worker};

use super::app::App;
use super::document::{by_id, prefers, set_hidden, show_text};
use super::worker;

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
    /// It has drawn nothing yet.
    Starting,
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
            State::Idle => program.go_on(),
            State::Starting | State::Drawing | State::Failed => {}
        }
    });
}

impl Program {
    /// Asks for the latest wish; whether there is one.
    fn ask(&mut self) -> bool {
        let asked = self.worker.as_ref().zip(self.wish.take());
        asked.inspect(|(program, wish)| worker::post(program, wish)).is_some()
    }

    /// Whatever was asked is drawn: the next wish.
    fn go_on(&mut self) {
        self.state = if self.ask() { State::Drawing } else { State::Idle };
    }
}

fn started(app: &App, script: &str) -> Worker {
    let app = app.clone();
    worker::start(script, move |answer: Result<Shown, String>| {
        hear(&app, answer.unwrap_or_else(|reason| Shown::Failed { reason }));
    })
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
            None
        }
        (Shown::Ready, _) => {
            program.ask();
            None
        }
        (Shown::Drawn { count }, _) => {
            program.go_on();
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
