//! Images on canvases.

use shared::image::ImageShape;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Draws an image pixel by pixel; the style sheet enlarges it.
pub(crate) fn draw(canvas: &HtmlCanvasElement, shape: ImageShape, pixels: &[u8]) {
    let (width, height) = (shape.width as u32, shape.height as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let opaque: Vec<u8> = pixels
        .chunks_exact(shape.channels)
        .flat_map(|pixel| {
            if let [red, green, blue] = *pixel { [red, green, blue, 255] } else { [pixel[0], pixel[0], pixel[0], 255] }
        })
        .collect();
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&opaque), width, height);
    let data = data.expect("as many pixels as the shape says");
    context(canvas).put_image_data(&data, 0.0, 0.0).expect("a canvas takes its pixels");
}

/// What draws on a canvas.
pub(crate) fn context(canvas: &HtmlCanvasElement) -> CanvasRenderingContext2d {
    let context = canvas.get_context("2d").ok().flatten().expect("a canvas has a 2d context");
    context.unchecked_into()
}

/// A colour as style sheets write it.
pub(crate) fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
