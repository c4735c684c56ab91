//! The page's side of the wire.

use serde::Serialize;
use wasm_bindgen::prelude::*;
use web::protocol::{Event, Request};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::document::on;

/// The script that trunk writes for the engine.
const SCRIPT: &str = "engine_loader.js";

/// The worker that computes.
pub(crate) struct Engine {
    worker: Worker,
}

impl Engine {
    /// Starts the worker; `heard` hears everything it says.
    pub(crate) fn start(mut heard: impl FnMut(Event) + Clone + 'static) -> Self {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options).expect("a page may start a worker");
        let mut failed = heard.clone();
        on(&worker, "message", move |message: MessageEvent| match serde_wasm_bindgen::from_value(message.data()) {
            Ok(event) => heard(event),
            Err(error) => heard(Event::Failed { message: format!("the page does not understand the engine: {error}") }),
        });
        on(&worker, "error", move |_: web_sys::Event| {
            failed(Event::Failed {
                message: "the engine cannot start; check the connection and reload the page".into(),
            });
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
