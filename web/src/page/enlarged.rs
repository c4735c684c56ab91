//! One image, large, over the page.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlCanvasElement, HtmlDialogElement, KeyboardEvent};

use super::document::{by_id, on};
use super::drawing::context;
use super::save;
use super::stage::ENLARGE;

/// Shows an image that is clicked, or chosen with Enter.
pub(crate) fn listen() {
    for place in ["gallery", "beside", "apart", "stations", "row"] {
        let list: Element = by_id(place);
        on(&list, "click", |event: Event| {
            enlarge(&event);
        });
        on(&list, "keydown", |event: KeyboardEvent| {
            if ["Enter", " "].contains(&event.key().as_str()) && enlarge(&event) {
                event.prevent_default();
            }
        });
    }
    on(&by_id("enlarged-save"), "click", |_: Event| save::canvas(&by_id("enlarged-image"), "scoreflow-image.png"));
    on(&by_id("enlarged-close"), "click", |_: Event| by_id::<HtmlDialogElement>("enlarged").close());
}

/// Whether there was an image to enlarge, and not a control beside it.
fn enlarge(event: &Event) -> bool {
    let Some(image) = event.target().and_then(|target| target.dyn_into::<HtmlCanvasElement>().ok()) else {
        return false;
    };
    let large: HtmlCanvasElement = by_id("enlarged-image");
    large.set_width(image.width());
    large.set_height(image.height());
    context(&large).draw_image_with_html_canvas_element(&image, 0.0, 0.0).expect("a canvas can be drawn on another");
    let name = image.get_attribute("aria-label").unwrap_or_default();
    large.set_attribute("aria-label", name.trim_end_matches(ENLARGE)).expect("a plain attribute");
    by_id::<HtmlDialogElement>("enlarged").show_modal().unwrap_or_default();
    true
}
