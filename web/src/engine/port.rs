//! The engine's side of the wire.

use js_sys::{Promise, global};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use crate::protocol::{Event, Request};

/// The worker's own scope.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}

/// Tells the page.
pub(crate) fn post(event: &Event) {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let message = event.serialize(&serializer).expect("an event is plain data");
    scope().post_message(&message).expect("a page takes plain data");
}

/// Tells the page that the engine itself has failed.
pub(crate) fn fail(message: String) {
    post(&Event::Failed { id: None, message });
}

/// Calls `heard` for every request of the page.
pub(crate) fn listen(mut heard: impl FnMut(Request) + 'static) {
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match serde_wasm_bindgen::from_value(message.data()) {
            Ok(request) => heard(request),
            Err(error) => fail(format!("it does not understand the page: {error}")),
        }
    });
    scope().set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

/// Lets the browser do something else, such as deliver a request. A message to oneself: a timer would wait for some
/// milliseconds, which is longer than many a network evaluation.
pub(crate) async fn breathe() {
    let channel = MessageChannel::new().expect("a worker has channels");
    let promise = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
    channel.port2().post_message(&JsValue::NULL).expect("a channel takes plain data");
    JsFuture::from(promise).await.expect("a message only resolves");
    channel.port1().close();
}
