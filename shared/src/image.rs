//! Pixels and values: the only place that knows how one becomes the other.

use serde::{Deserialize, Serialize};

/// The size of the images that a model makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageShape {
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// Rows of pixels.
    pub height: usize,
    /// Pixels in a row.
    pub width: usize,
}

impl ImageShape {
    /// The longest side that an image may have: more would not fit where models are trained and shown.
    pub const MOST: usize = 1024;

    /// Numbers in one image.
    pub fn values(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// `[batch, channels, height, width]`, the shape of the network's tensors.
    pub fn batch(&self, batch: usize) -> [usize; 4] {
        [batch, self.channels, self.height, self.width]
    }
}

/// The value of a pixel: 0 becomes −1, 255 becomes 1.
pub fn value_from_pixel(pixel: u8) -> f32 {
    f32::from(pixel) / 127.5 - 1.0
}

/// A value within the level of a pixel's value, `share` (0 to 1) of the level's length above its darkest one.
pub fn value_within_level(value: f32, share: f32) -> f32 {
    value + (share - 0.5) / 127.5
}

/// The nearest pixel of a value. What lies outside −1..=1 is shown as black or white, as on any display.
pub fn pixel_from_value(value: f32) -> u8 {
    // A float to integer `as` saturates at both ends.
    ((value + 1.0) * 127.5).round() as u8
}

/// The grey of a colour: its luminance by Rec. 709.
pub fn grey_from_rgb([red, green, blue]: [u8; 3]) -> u8 {
    let luminance = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
    // The weights add up to 10,000, so the quotient fits.
    ((luminance + 5_000) / 10_000) as u8
}

/// Values, one channel after the other, from pixels with their channels side by side (as in a PNG file).
///
/// # Panics
/// If `pixels` is not one image of this shape.
pub fn values_from_pixels(shape: ImageShape, pixels: &[u8]) -> Vec<f32> {
    assert_eq!(pixels.len(), shape.values(), "one image of shape {shape:?}");
    (0..shape.channels)
        .flat_map(|channel| pixels.iter().skip(channel).step_by(shape.channels).map(|&pixel| value_from_pixel(pixel)))
        .collect()
}

/// Pixels with their channels side by side from values with one channel after the other.
///
/// # Panics
/// If `values` is not one image of this shape.
pub fn pixels_from_values(shape: ImageShape, values: &[f32]) -> Vec<u8> {
    assert_eq!(values.len(), shape.values(), "one image of shape {shape:?}");
    let plane = shape.height * shape.width;
    (0..plane)
        .flat_map(|at| (0..shape.channels).map(move |channel| pixel_from_value(values[channel * plane + at])))
        .collect()
}

/// The colour of an image's first pixel, above on the left: what the transparent parts of other images are laid on. None if there
/// is no pixel.
pub fn ground(shape: ImageShape, pixels: &[u8]) -> Option<[u8; 3]> {
    match shape.channels {
        1 => pixels.first().map(|level| [*level; 3]),
        _ => pixels.first_chunk().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_returns() {
        assert_eq!((value_from_pixel(0), value_from_pixel(255)), (-1.0, 1.0));
        assert!((0..=255).all(|pixel| pixel_from_value(value_from_pixel(pixel)) == pixel));
        assert_eq!((pixel_from_value(-1.7), pixel_from_value(3.0)), (0, 255));
    }

    #[test]
    fn greys_stay_themselves() {
        assert!((0..=255).all(|grey| grey_from_rgb([grey; 3]) == grey));
    }

    #[test]
    fn channels_part_and_meet_again() {
        let shape = ImageShape { channels: 3, height: 1, width: 2 };
        let pixels = [0, 255, 0, 255, 0, 255];
        let values = values_from_pixels(shape, &pixels);
        assert_eq!(values, [-1.0, 1.0, 1.0, -1.0, -1.0, 1.0]);
        assert_eq!(pixels_from_values(shape, &values), pixels);
    }
}
