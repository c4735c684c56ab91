//! The page's side of the wire, whichever program is at its end.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::document::{on, property};

/// Starts the program `script` in a worker; `heard` hears everything it says, or why it is not to be understood.
pub(crate) fn start<M: DeserializeOwned>(script: &str, heard: impl Fn(Result<M, String>) + Clone + 'static) -> Worker {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(script, &options).expect("a page may start a worker");
    let failed = heard.clone();
    on(&worker, "message", move |message: MessageEvent| {
        let understood = serde_wasm_bindgen::from_value(message.data());
        heard(understood.map_err(|error| format!("the page does not understand it: {error}")));
    });
    on(&worker, "error", move |event: Event| {
        // A program that was there and has thrown says what; its panics it has told itself.
        let thrown = property(&event, "message").ok().and_then(|message| message.as_string());
        failed(Err(why_ended(thrown.as_deref())));
    });
    worker
}

/// Why a worker has ended that has not told it, from what it has thrown: a program that gets no memory can tell nothing.
fn why_ended(thrown: Option<&str>) -> String {
    match thrown {
        None => "it cannot start; check the connection, or reload the page, which may be newer by now".to_owned(),
        Some(thrown) if ["unreachable", "memory"].iter().any(|word| thrown.contains(word)) => {
            format!("it has ended as it does when memory is full ({thrown}); ask for fewer images, or close other tabs")
        }
        Some(thrown) => format!("it has ended ({thrown})"),
    }
}

/// Tells a worker.
pub(crate) fn post(worker: &Worker, message: &impl Serialize) {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let message: JsValue = message.serialize(&serializer).expect("a message is plain data");
    worker.post_message(&message).expect("a worker takes plain data");
}
