//! The page's side of the wire.

use serde::Serialize;
use wasm_bindgen::prelude::*;
use web::protocol::{Event, Request};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::document::on;

/// The worker that computes. It ends when this is dropped.
pub(crate) struct Engine {
    worker: Worker,
}

impl Engine {
    /// Starts the worker; `heard` hears everything it says.
    pub(crate) fn start(script: &str, heard: impl Fn(Event) + Clone + 'static) -> Self {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(script, &options).expect("a page may start a worker");
        let failed = heard.clone();
        on(&worker, "message", move |message: MessageEvent| {
            let event = serde_wasm_bindgen::from_value(message.data());
            heard(event.unwrap_or_else(|error| failure(format!("the page does not understand it: {error}"))));
        });
        on(&worker, "error", move |_: web_sys::Event| {
            failed(failure("it cannot start; check the connection".to_owned()));
        });
        Engine { worker }
    }

    /// Asks for something.
    pub(crate) fn ask(&self, request: &Request) {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
        let message: JsValue = request.serialize(&serializer).expect("a request is plain data");
        self.worker.post_message(&message).expect("a worker takes plain data");
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn failure(message: String) -> Event {
    Event::Failed { id: None, message }
}
