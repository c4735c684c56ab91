//! The page's address.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web::device::Wish;
use web_sys::Url;

use super::document::{document, window};

/// What it says after its `#`.
pub(crate) fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// What it wants to compute with, if it says so.
pub(crate) fn asked_device() -> Option<Wish> {
    Wish::asked_by(&window().location().search().unwrap_or_default())
}

/// Writes what it says after its `#`; nothing is loaded, and the way back leads where it did.
pub(crate) fn write(fragment: &str) {
    let history = window().history().expect("a window has a history");
    history.replace_state_with_url(&JsValue::NULL, "", Some(&with(fragment))).unwrap_or_default();
}

/// The page's own address with something else after its `#`: what stands there alone would lead to the folder.
pub(crate) fn with(fragment: &str) -> String {
    let location = window().location();
    format!("{}{}#{fragment}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Copies it; whether that was allowed.
pub(crate) async fn copy() -> bool {
    let clipboard = window().navigator().clipboard();
    // Only safe origins have a clipboard, whatever the type says.
    if clipboard.is_undefined() {
        return false;
    }
    let address = window().location().href().unwrap_or_default();
    JsFuture::from(clipboard.write_text(&address)).await.is_ok()
}

/// The whole address of a file beside the page: the engine runs in a folder of its own.
pub(crate) fn absolute(file: &str) -> String {
    let page = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(file, &page).map_or_else(|_| file.to_owned(), |address| address.href())
}
