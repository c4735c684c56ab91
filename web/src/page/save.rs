//! Images as files.

use wasm_bindgen::prelude::*;
use web::update::Sheet;
use web_sys::{Blob, HtmlAnchorElement, HtmlCanvasElement, Url};

use super::document::create;
use super::drawing::{context, draw};

/// A pixel of an image becomes so many in each direction.
const SCALE: f64 = 4.0;

/// Saves images in a grid.
pub(crate) fn sheet(sheet: &Sheet) {
    let Sheet { name, shape, columns, pixels } = sheet;
    let images: Vec<&[u8]> = pixels.chunks_exact(shape.values()).collect();
    let (width, height) = (shape.width as f64 * SCALE, shape.height as f64 * SCALE);
    let whole: HtmlCanvasElement = create("canvas");
    whole.set_width((*columns.min(&images.len()) as f64 * width) as u32);
    whole.set_height((images.len().div_ceil(*columns) as f64 * height) as u32);
    let (surface, one): (_, HtmlCanvasElement) = (context(&whole), create("canvas"));
    surface.set_image_smoothing_enabled(false);
    for (number, image) in images.into_iter().enumerate() {
        draw(&one, *shape, image);
        let (left, top) = ((number % columns) as f64 * width, (number / columns) as f64 * height);
        surface
            .draw_image_with_html_canvas_element_and_dw_and_dh(&one, left, top, width, height)
            .expect("a canvas can be drawn on another");
    }
    canvas(&whole, name);
}

/// Saves a canvas.
pub(crate) fn canvas(canvas: &HtmlCanvasElement, name: &str) {
    let name = name.to_owned();
    let then = Closure::once_into_js(move |blob: Option<Blob>| {
        let address = blob.and_then(|blob| Url::create_object_url_with_blob(&blob).ok());
        let Some(address) = address else { return };
        let anchor: HtmlAnchorElement = create("a");
        anchor.set_href(&address);
        anchor.set_download(&name);
        anchor.click();
        Url::revoke_object_url(&address).unwrap_or_default();
    });
    canvas.to_blob(then.unchecked_ref()).expect("a canvas can be written");
}
