//! PNG files: single images in, images and sheets of them out.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::{FilterType, overlay};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader, Rgba, RgbaImage};
use shared::image::{
    ImageShape, grey_from_rgb, pixel_from_value, pixels_from_values, value_from_pixel, values_from_pixels,
};

use crate::files;

/// Black pixels between the images of a sheet.
const GAP: usize = 2;

/// What transparent parts of images to learn from are laid on.
pub const WHITE: [u8; 3] = [u8::MAX; 3];

/// Small images are shown this many times as large: the result has the shorter side of at least 56 pixels.
fn zoom(shape: ImageShape) -> usize {
    56_usize.div_ceil(shape.width.min(shape.height)).max(1)
}

/// Values of the image in a PNG, JPEG or WebP file, brought to the model's size and colours.
///
/// Transparent parts are laid on `ground`. An image of another size is cropped to the model's proportions around its middle, then
/// scaled; grey and colour are converted into each other. The second result says what was done about the size, if anything was.
///
/// # Errors
/// If the file cannot be read or is no image; the error names the file.
pub fn read(path: &Path, shape: ImageShape, ground: [u8; 3]) -> Result<(Vec<f32>, Option<String>)> {
    let bytes = files::read(path)?;
    let image =
        decode(&bytes, ground).with_context(|| format!("{} is not an image that can be read", path.display()))?;
    let (width, height) = (u32::try_from(shape.width)?, u32::try_from(shape.height)?);
    let same = (image.width(), image.height()) == (width, height);
    let note = (!same).then(|| {
        format!(
            "{} is {} × {}; cropped and scaled to {width} × {height}",
            path.display(),
            image.width(),
            image.height()
        )
    });
    let fitted = if same { image } else { image.resize_to_fill(width, height, FilterType::Lanczos3) };
    Ok((values_from_pixels(shape, &pixels(&fitted, shape.channels)), note))
}

/// The image in the bytes of a PNG, JPEG or WebP file, upright, its transparent parts laid on `ground`.
pub(crate) fn decode(bytes: &[u8], [red, green, blue]: [u8; 3]) -> Result<DynamicImage> {
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    // Cameras write what they see, and which side is up beside it.
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    if !image.color().has_alpha() {
        return Ok(image);
    }
    let mut opaque = RgbaImage::from_pixel(image.width(), image.height(), Rgba([red, green, blue, u8::MAX]));
    overlay(&mut opaque, &image.to_rgba8(), 0, 0);
    Ok(DynamicImage::ImageRgba8(opaque))
}

/// The pixels of `image` with 1 or 3 channels side by side.
pub(crate) fn pixels(image: &DynamicImage, channels: usize) -> Vec<u8> {
    let colours = image.to_rgb8();
    if channels == 1 { colours.pixels().map(|pixel| grey_from_rgb(pixel.0)).collect() } else { colours.into_raw() }
}

/// Writes one image pixel by pixel.
///
/// # Errors
/// If the file cannot be written, or a value is not finite.
pub fn write(path: &Path, shape: ImageShape, values: &[f32]) -> Result<()> {
    ensure_finite(path, values)?;
    write_png(path, shape, &pixels_from_values(shape, values), PngFilter::Adaptive)
}

/// The most images in a row that still fit a screen.
const ROW: usize = 16;

/// Images in each row of a sheet of so many: all of them, or as many as fit a screen.
pub fn row(images: usize) -> usize {
    images.min(ROW)
}

/// Writes many images in rows of `columns`, enlarged when they are small, with gaps between them.
///
/// # Errors
/// If the file cannot be written, or a value is not finite.
pub fn write_sheet(path: &Path, shape: ImageShape, images: &[Vec<f32>], columns: usize) -> Result<()> {
    write_grid(path, shape, images, columns, (zoom(shape), GAP), PngFilter::Adaptive)
}

/// Levels of a film are so far apart: nobody sees it, and the noise that most of a film is takes much less room.
const FILM_STEP: u8 = 5;

/// Writes images as a film: pixel for pixel, in 52 levels, side by side, `columns` in each row.
///
/// # Errors
/// Likewise.
pub fn write_film(path: &Path, shape: ImageShape, images: &[Vec<f32>], columns: usize) -> Result<()> {
    images.iter().try_for_each(|image| ensure_finite(path, image))?;
    // Most of a film is noise, which no filter foretells.
    let rounded =
        |x: &f32| value_from_pixel(pixel_from_value(*x).saturating_add(FILM_STEP / 2) / FILM_STEP * FILM_STEP);
    let images: Vec<Vec<f32>> = images.iter().map(|image| image.iter().map(rounded).collect()).collect();
    write_grid(path, shape, &images, columns, (1, 0), PngFilter::NoFilter)
}

fn write_grid(
    path: &Path,
    shape: ImageShape,
    images: &[Vec<f32>],
    columns: usize,
    (zoom, gap): (usize, usize),
    filter: PngFilter,
) -> Result<()> {
    let (height, width, channels) = (shape.height * zoom, shape.width * zoom, shape.channels);
    let rows = images.len().div_ceil(columns);
    let sheet = ImageShape { channels, height: rows * (height + gap) + gap, width: columns * (width + gap) + gap };
    let mut pixels = vec![0; sheet.values()];
    for (number, values) in images.iter().enumerate() {
        ensure_finite(path, values)?;
        let image = pixels_from_values(shape, values);
        let (top, left) = (gap + number / columns * (height + gap), gap + number % columns * (width + gap));
        for y in 0..height {
            for x in 0..width {
                let from = (y / zoom * shape.width + x / zoom) * channels;
                let to = ((top + y) * sheet.width + left + x) * channels;
                pixels[to..to + channels].copy_from_slice(&image[from..from + channels]);
            }
        }
    }
    write_png(path, sheet, &pixels, filter)
}

fn ensure_finite(path: &Path, values: &[f32]) -> Result<()> {
    ensure!(
        values.iter().all(|value| value.is_finite()),
        "{} is not written: its numbers are too large to be any. Take more intervals, or a guidance weight nearer to 1",
        path.display()
    );
    Ok(())
}

fn write_png(path: &Path, shape: ImageShape, pixels: &[u8], filter: PngFilter) -> Result<()> {
    let bytes = png(shape, pixels, filter).with_context(|| format!("cannot encode {}", path.display()))?;
    files::write_atomically(path, &bytes)
}

/// A PNG file, as small as the encoder can make it with this filter.
pub(crate) fn png(shape: ImageShape, pixels: &[u8], filter: PngFilter) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    encode(PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, filter), shape, pixels)?;
    Ok(bytes)
}

/// Writes one image with an encoder.
pub(crate) fn encode(encoder: impl ImageEncoder, shape: ImageShape, pixels: &[u8]) -> Result<()> {
    let colour = if shape.channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    Ok(encoder.write_image(pixels, u32::try_from(shape.width)?, u32::try_from(shape.height)?, colour)?)
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    #[test]
    fn photographs_stand_upright() {
        let mut bytes = Vec::new();
        let pixels = [[0; 3].repeat(8 * 8), [255; 3].repeat(8 * 8)].concat();
        JpegEncoder::new(&mut bytes).write_image(&pixels, 8, 16, ExtendedColorType::Rgb8).expect("a small image");
        // Exif: little endian, one entry, the orientation, which is that of a camera turned to the right.
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let length = (exif.len() as u16 + 2).to_be_bytes();
        let turned = [&bytes[..2], &[0xff, 0xe1], &length, exif, &bytes[2..]].concat();
        let image = decode(&turned, WHITE).expect("a whole image");
        assert_eq!((image.width(), image.height()), (16, 8));
        let row = super::pixels(&image, 1);
        assert!(row[0] > 200 && row[15] < 50, "the white half was below, and is on the left: {row:?}");
    }

    #[test]
    fn transparent_parts_lie_on_the_ground() {
        let mut bytes = Vec::new();
        let pixels = [[255, 0, 0, 0], [255, 0, 0, 255]].concat();
        PngEncoder::new(&mut bytes).write_image(&pixels, 2, 1, ExtendedColorType::Rgba8).expect("a small image");
        let image = decode(&bytes, [1, 2, 3]).expect("a whole image");
        assert_eq!(super::pixels(&image, 3), [1, 2, 3, 255, 0, 0]);
    }
}
