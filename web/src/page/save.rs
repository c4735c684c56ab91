//! Images as files.

use js_sys::{Array, Uint8Array};
use shared::image::ImageShape;
use wasm_bindgen::prelude::*;
use web::update::Sheet;
use web_sys::{Blob, HtmlAnchorElement, HtmlCanvasElement, Url};

use super::animation::gif;
use super::document::{after, create, window};
use super::drawing::{context, draw};

/// A pixel of an image becomes so many in each direction, at least.
const SCALE: usize = 4;

/// The longer side of a saved sheet, where its images are small: what a document or a slide has room for.
const SIDE: usize = 1024;

/// Saves images in a grid.
pub(crate) fn sheet(name: &str, sheet: &Sheet) {
    let [width, height] = sheet.size();
    let (small, large): (HtmlCanvasElement, HtmlCanvasElement) = (create("canvas"), create("canvas"));
    draw(&small, ImageShape { channels: 3, height, width }, &sheet.rgb());
    let scale = SCALE.max(SIDE / width.max(height));
    let (width, height) = (width * scale, height * scale);
    large.set_width(width as u32);
    large.set_height(height as u32);
    let surface = context(&large);
    surface.set_image_smoothing_enabled(false);
    surface
        .draw_image_with_html_canvas_element_and_dw_and_dh(&small, 0.0, 0.0, width as f64, height as f64)
        .expect("a canvas can be drawn on another");
    canvas(&large, name);
}

/// Saves canvases of one size that lie one on the other, on the ground of what they lie in.
pub(crate) fn stack(canvases: &[HtmlCanvasElement], name: &str) {
    let all: HtmlCanvasElement = create("canvas");
    for below in canvases {
        if all.width() != below.width() {
            all.set_width(below.width());
            all.set_height(below.height());
            context(&all).set_fill_style_str(&ground(below));
            context(&all).fill_rect(0.0, 0.0, f64::from(all.width()), f64::from(all.height()));
        }
        context(&all).draw_image_with_html_canvas_element(below, 0.0, 0.0).expect("a canvas can be drawn on another");
    }
    canvas(&all, name);
}

fn ground(canvas: &HtmlCanvasElement) -> String {
    let style = canvas.parent_element().and_then(|parent| window().get_computed_style(&parent).ok().flatten());
    style.and_then(|style| style.get_property_value("background-color").ok()).unwrap_or_default()
}

/// Saves a canvas.
pub(crate) fn canvas(canvas: &HtmlCanvasElement, name: &str) {
    let name = name.to_owned();
    let then = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            file(&blob, &name);
        }
    });
    canvas.to_blob(then.unchecked_ref()).expect("a canvas can be written");
}

/// Saves sheets as a film.
pub(crate) fn film(name: &str, sheets: &[Sheet]) {
    let bytes = gif(sheets, SCALE).expect("sheets of one size, and room in memory");
    let parts = Array::of1(&Uint8Array::from(bytes.as_slice()));
    file(&Blob::new_with_u8_array_sequence(&parts).expect("bytes"), name);
}

/// Hands a file to the visitor.
fn file(blob: &Blob, name: &str) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    let anchor: HtmlAnchorElement = create("a");
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The browser reads it after this.
    after(60_000, move || Url::revoke_object_url(&address).unwrap_or_default());
}
