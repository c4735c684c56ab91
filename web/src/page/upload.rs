//! A visitor's own image, brought to the model's shape.

use shared::image::{ImageShape, grey_from_rgb};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, ImageBitmap};

use super::document::{create, window};
use super::drawing::{context, hex};

/// The pixels of an image file: cropped around its middle, scaled, in the model's colours, on its ground where they are transparent.
///
/// # Errors
/// In words for the visitor.
pub(crate) async fn pixels_from_file(file: &Blob, shape: ImageShape, ground: [u8; 3]) -> Result<Vec<u8>, String> {
    let unreadable = |_| "This file is not an image that the browser can read; try a PNG or JPEG file.".to_owned();
    let bitmap = window().create_image_bitmap_with_blob(file).map_err(unreadable)?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.map_err(unreadable)?.unchecked_into();
    let (width, height) = (shape.width as f64, shape.height as f64);
    let scale = (width / f64::from(bitmap.width())).max(height / f64::from(bitmap.height()));
    let (wide, high) = (f64::from(bitmap.width()) * scale, f64::from(bitmap.height()) * scale);

    let canvas: HtmlCanvasElement = create("canvas");
    canvas.set_width(shape.width as u32);
    canvas.set_height(shape.height as u32);
    let context = context(&canvas);
    context.set_fill_style_str(&hex(ground));
    context.fill_rect(0.0, 0.0, width, height);
    let (left, top) = ((width - wide) / 2.0, (height - high) / 2.0);
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, left, top, wide, high)
        .and_then(|()| context.get_image_data(0.0, 0.0, width, height))
        .map(|data| colours(&data.data(), shape))
        .map_err(unreadable)
}

/// The colours that the model has, of opaque pixels.
pub(crate) fn colours(rgba: &[u8], shape: ImageShape) -> Vec<u8> {
    let colours = rgba.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    if shape.channels == 1 { colours.map(grey_from_rgb).collect() } else { colours.flatten().collect() }
}
