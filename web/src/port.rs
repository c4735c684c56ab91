//! A worker's side of the wire: the engine's, and that of the program for particles.

use js_sys::global;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The worker's own scope.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}

/// Tells the page.
pub(crate) fn post(message: &impl Serialize) {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let message = message.serialize(&serializer).expect("a message is plain data");
    scope().post_message(&message).expect("a page takes plain data");
}

/// Calls `heard` for everything that the page posts.
pub(crate) fn listen(mut heard: impl FnMut(JsValue) + 'static) {
    let handler = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| heard(message.data()));
    scope().set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

/// Prints a panic, and tells the page of it as `fail` does.
pub(crate) fn report_panics(fail: impl Fn(String) + Send + Sync + 'static) {
    std::panic::set_hook(Box::new(move |panic| {
        console_error_panic_hook::hook(panic);
        fail(panic.to_string());
    }));
}
