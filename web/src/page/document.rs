//! Short words for the document.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, EventTarget, HtmlButtonElement, HtmlElement, HtmlInputElement, HtmlOptionElement,
    HtmlSelectElement, Window,
};

pub(crate) fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

pub(crate) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The element of index.html with this name.
pub(crate) fn by_id<T: JsCast>(id: &str) -> T {
    let element = document().get_element_by_id(id).unwrap_or_else(|| panic!("index.html has no #{id}"));
    element.dyn_into().unwrap_or_else(|_| panic!("#{id} of index.html is of another kind"))
}

pub(crate) fn create<T: JsCast>(tag: &str) -> T {
    document().create_element(tag).ok().and_then(|element| element.dyn_into().ok()).expect("a known tag")
}

pub(crate) fn input(id: &str) -> HtmlInputElement {
    by_id(id)
}

pub(crate) fn select(id: &str) -> HtmlSelectElement {
    by_id(id)
}

/// What is there already is not said again.
pub(crate) fn show_text(id: &str, text: &str) {
    let element: Element = by_id(id);
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Lets a button be pressed, or not; the focus would be lost with it, and goes to another element.
pub(crate) fn disable(id: &str, disabled: bool, heir: &str) {
    let button: HtmlButtonElement = by_id(id);
    if disabled && document().active_element().is_some_and(|active| active == **button) {
        by_id::<HtmlElement>(heir).focus().unwrap_or_default();
    }
    button.set_disabled(disabled);
}

pub(crate) fn set_hidden(id: &str, hidden: bool) {
    by_id::<HtmlElement>(id).set_hidden(hidden);
}

pub(crate) fn set_attributes(element: &Element, attributes: &[(&str, &str)]) {
    for (name, value) in attributes {
        element.set_attribute(name, value).expect("a plain attribute");
    }
}

/// Fills a menu with (value, text).
pub(crate) fn fill<'a>(id: &str, options: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let menu = select(id);
    menu.set_inner_html("");
    for (value, text) in options {
        let option: HtmlOptionElement = create("option");
        option.set_value(value);
        option.set_text(text);
        menu.append_child(&option).expect("a menu takes options");
    }
}

/// A property of an object that web-sys does not know; an error if the object is absent itself.
pub(crate) fn property(object: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &key.into())
}

/// Whether a media query holds, such as one for what the visitor prefers.
pub(crate) fn prefers(query: &str) -> bool {
    let window = window();
    let ask = property(&window, "matchMedia").ok().and_then(|ask| ask.dyn_into::<Function>().ok());
    let answer = ask.and_then(|ask| ask.call1(&window, &query.into()).ok());
    answer.and_then(|answer| property(&answer, "matches").ok()?.as_bool()).unwrap_or_default()
}

/// A seed that nobody has chosen.
pub(crate) fn random() -> u64 {
    (js_sys::Math::random() * 1e6) as u64
}

/// Calls `then` once, after so many milliseconds.
pub(crate) fn after(milliseconds: u32, then: impl FnOnce() + 'static) {
    let handler = Closure::once_into_js(then);
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(handler.unchecked_ref(), milliseconds)
        .expect("a window has a clock");
}

/// Calls `heard` on every `event` of `target`, for the life of the page.
pub(crate) fn on<E: JsCast + 'static>(target: &EventTarget, event: &str, mut heard: impl FnMut(E) + 'static) {
    let handler = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| heard(event.unchecked_into()));
    target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref()).expect("a listener can be added");
    handler.forget();
}

/// Moves the row, and nothing else, so that the button is seen.
pub(crate) fn show_in(row: &HtmlElement, button: &HtmlElement) {
    let left = button.offset_left() - row.offset_left();
    let hidden = left < row.scroll_left() || left + button.offset_width() > row.scroll_left() + row.client_width();
    if hidden {
        row.set_scroll_left(left - (row.client_width() - button.offset_width()) / 2);
    }
}
