//! The engine's side of the wire.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

use crate::port;
pub(crate) use crate::port::{post, report_panics, scope};
use crate::protocol::{Event, Request};

/// Tells the page that the engine itself has failed.
pub(crate) fn fail(message: String) {
    post(&Event::Failed { id: None, message });
}

/// Calls `heard` for every request of the page.
pub(crate) fn listen(mut heard: impl FnMut(Request) + 'static) {
    port::listen(move |message| match serde_wasm_bindgen::from_value(message) {
        Ok(request) => heard(request),
        Err(error) => fail(format!("it does not understand the page: {error}")),
    });
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
