//! The row of held-out images: one can be chosen, with the mouse or with the arrow keys.

use wasm_bindgen::JsCast;
use web::mix::Corner;
use web::protocol::LoadedModel;
use web::view::{Source, Tab, View};
use web_sys::{Element, Event, HtmlButtonElement, HtmlCanvasElement, HtmlElement, KeyboardEvent};

use super::document::{by_id, create, document, on, set_attributes, show_in};
use super::drawing::draw;
use super::pointing::onward;

/// Shows the images of a model; `chosen` hears which one is picked.
pub(crate) fn show(model: &LoadedModel, chosen: impl Fn(u32) + Clone + 'static) {
    let row: HtmlElement = by_id("examples");
    row.set_inner_html("");
    let images = model.example_pixels.chunks_exact(model.shape.values());
    for (number, (pixels, &class)) in images.zip(&model.example_classes).enumerate() {
        let button: HtmlButtonElement = create("button");
        let title = format!("{}, held-out image {number}", model.card.classes[usize::from(class)]);
        set_attributes(&button, &[("type", "button"), ("role", "radio"), ("aria-label", &title), ("title", &title)]);
        let canvas: HtmlCanvasElement = create("canvas");
        draw(&canvas, model.shape, pixels);
        button.append_child(&canvas).expect("a button takes an image");
        let chosen = chosen.clone();
        on(&button, "click", move |_: Event| chosen(number as u32));
        row.append_child(&button).expect("a row takes buttons");
    }
}

/// Marks the image that the view shows, if it is one of these. The tab key finds it, or else the first.
pub(crate) fn mark(view: &View) {
    let chosen = match (view.tab, &view.translate.source) {
        (Tab::Translate | Tab::Return, Source::Example(number)) => Some(*number),
        (Tab::Mix, _) => match view.mix.corners.get(view.mix.chosen) {
            Some(Corner::Example(number)) => Some(*number),
            _ => None,
        },
        _ => None,
    };
    let row: HtmlElement = by_id("examples");
    let buttons = row.children();
    let chosen = chosen.filter(|chosen| *chosen < buttons.length());
    for number in 0..buttons.length() {
        let button: HtmlElement = buttons.item(number).expect("a child of this number").unchecked_into();
        let checked = if chosen == Some(number) { "true" } else { "false" };
        let index = if chosen.unwrap_or(0) == number { "0" } else { "-1" };
        set_attributes(&button, &[("aria-checked", checked), ("tabindex", index)]);
        if chosen == Some(number) {
            show_in(&row, &button);
        }
    }
}

/// Listens to the arrow keys.
pub(crate) fn listen(moves_only: impl Fn() -> bool + 'static) {
    on(&by_id("examples"), "keydown", move |event: KeyboardEvent| {
        let here = document().active_element();
        let Some(onward) = onward(&event) else { return };
        let step = |button: &Element| {
            if onward > 0 { button.next_element_sibling() } else { button.previous_element_sibling() }
        };
        let next = here.as_ref().and_then(step);
        event.prevent_default();
        if let Some(button) = next.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            // On the pad a choice fills the corner: there one moves first, and chooses with Enter.
            if moves_only() {
                button.set_tab_index(0);
                if let Some(left) = here.and_then(|left| left.dyn_into::<HtmlElement>().ok()) {
                    left.set_tab_index(-1);
                }
            } else {
                button.click();
            }
            button.focus().unwrap_or_default();
        }
    });
}
