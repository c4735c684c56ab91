//! Where images appear: the gallery, and the strip of frames. The stations of a translation are in the document.

use shared::image::ImageShape;
use web_sys::{HtmlButtonElement, HtmlCanvasElement, HtmlElement};

use super::document::{by_id, create, input, set_attributes, show_text};
use super::drawing::draw;

/// What the name of an image ends with that can be enlarged.
pub(crate) const ENLARGE: &str = ": enlarge";

/// Makes room for images with these captions, in one place.
pub(crate) fn make_gallery(place: &str, canvas_id: &str, captions: &[String]) {
    let gallery: HtmlElement = by_id(place);
    gallery.set_inner_html("");
    for (number, caption) in captions.iter().enumerate() {
        let figure: HtmlElement = create("figure");
        let canvas = named_canvas(&format!("{caption}, {}{ENLARGE}", number + 1));
        canvas.set_id(&format!("{canvas_id}-{number}"));
        set_attributes(&canvas, &[("role", "button"), ("tabindex", "0")]);
        let below: HtmlElement = create("figcaption");
        below.set_text_content(Some(caption));
        figure.append_child(&canvas).and_then(|_| figure.append_child(&below)).expect("a figure takes an image");
        gallery.append_child(&figure).expect("a gallery takes images");
    }
}

/// Makes the scale of moments so long, and lets it stand at one of them.
pub(crate) fn show_moments(count: usize, at: usize, title: &str, free: bool) {
    let scale = input("moment");
    scale.set_max(&count.saturating_sub(1).to_string());
    scale.set_value(&at.to_string());
    scale.set_disabled(count < 2 || !free);
    scale.set_attribute("aria-valuetext", title).expect("a plain attribute");
    by_id::<HtmlButtonElement>("play").set_disabled(count < 2 || !free);
    show_text("moment-shown", title);
}

/// Empties the strip of frames.
pub(crate) fn clear_strip() {
    by_id::<HtmlElement>("strip").set_inner_html("");
}

/// Adds a frame to the strip.
pub(crate) fn add_to_strip(title: &str, shape: ImageShape, pixels: &[u8]) {
    let canvas = named_canvas(title);
    canvas.set_title(title);
    draw(&canvas, shape, pixels);
    by_id::<HtmlElement>("strip").append_child(&canvas).expect("a strip takes images");
}

fn named_canvas(name: &str) -> HtmlCanvasElement {
    let canvas: HtmlCanvasElement = create("canvas");
    set_attributes(&canvas, &[("role", "img"), ("aria-label", name)]);
    canvas
}
