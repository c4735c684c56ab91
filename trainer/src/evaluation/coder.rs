//! Codings of images that know no model: what a likelihood has to beat.

use ::image::codecs::png::FilterType;
use anyhow::{Result, anyhow};
use shared::checkpoint::Example;
use shared::image::ImageShape;
use shared::measure::mean_and_error;
use webp::{Encoder, WebPConfig};

use super::likelihood::Row;
use crate::files::image;

/// Levels of a pixel.
const LEVELS: usize = 256;

/// What is added to each count of a histogram, so that no level is impossible.
const SMOOTHING: f64 = 1.0 / 64.0;

/// A coding without loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coder {
    /// Each value by itself: the histogram of its place in the training images of its class, 1/64 added to each count.
    Histogram,
    /// A whole PNG file, as small as the encoder can make it.
    Png,
    /// A whole WebP file without loss, as small as libwebp can make it.
    WebP,
}

impl Coder {
    /// All of them.
    pub const ALL: [Coder; 3] = [Coder::Histogram, Coder::Png, Coder::WebP];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Coder::Histogram => "histogram",
            Coder::Png => "PNG",
            Coder::WebP => "WebP",
        }
    }

    /// Bits for each value of images, on average, after looking at the training images.
    ///
    /// # Errors
    /// If an encoder refuses.
    pub fn measure(self, images: &[Example], training: &[Example], shape: ImageShape) -> Result<Row> {
        let bits: Result<Vec<f64>> = match self {
            Coder::Histogram => Ok(Histograms::of(training, shape).bits(images)),
            Coder::Png | Coder::WebP => {
                images.iter().map(|image| Ok(8.0 * self.file(&image.pixels, shape)? as f64)).collect()
            }
        };
        let bits: Vec<f64> = bits?.into_iter().map(|bits| bits / shape.values() as f64).collect();
        let (bits_per_dimension, error) = mean_and_error(&bits);
        Ok(Row { images: images.len(), bits_per_dimension, error })
    }

    /// The bytes of the file of one image.
    fn file(self, pixels: &[u8], shape: ImageShape) -> Result<usize> {
        if self == Coder::Png {
            return Ok(image::png(shape, pixels, FilterType::Adaptive)?.len());
        }
        let how = WebPConfig {
            lossless: 1,
            quality: 100.0,
            method: 6,
            ..WebPConfig::new().map_err(|()| anyhow!("libwebp is another version"))?
        };
        let rgb: Vec<u8> = match shape.channels {
            1 => pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
            _ => pixels.to_vec(),
        };
        let encoder = Encoder::from_rgb(&rgb, shape.width as u32, shape.height as u32);
        Ok(encoder.encode_advanced(&how).map_err(|error| anyhow!("libwebp refuses an image: {error:?}"))?.len())
    }
}

/// How often each level stands at each place, class by class.
struct Histograms {
    values: usize,
    counts: Vec<u32>,
    images: Vec<u32>,
}

impl Histograms {
    fn of(training: &[Example], shape: ImageShape) -> Self {
        let (values, classes) =
            (shape.values(), training.iter().map(|example| usize::from(example.class) + 1).max().unwrap_or(0));
        let (mut counts, mut images) = (vec![0; classes * values * LEVELS], vec![0; classes]);
        for Example { class, pixels } in training {
            images[usize::from(*class)] += 1;
            let of_class = counts.chunks_exact_mut(values * LEVELS).nth(usize::from(*class)).expect("counted above");
            of_class.chunks_exact_mut(LEVELS).zip(pixels).for_each(|(levels, &level)| levels[usize::from(level)] += 1);
        }
        Histograms { values, counts, images }
    }

    /// Bits of each image; its class must have training images.
    fn bits(&self, images: &[Example]) -> Vec<f64> {
        let bits = |Example { class, pixels }: &Example| -> f64 {
            let all = f64::from(self.images[usize::from(*class)]) + LEVELS as f64 * SMOOTHING;
            let of_class = &self.counts[usize::from(*class) * self.values * LEVELS..][..self.values * LEVELS];
            let levels = of_class.chunks_exact(LEVELS).zip(pixels);
            levels.map(|(levels, &level)| -((f64::from(levels[usize::from(level)]) + SMOOTHING) / all).log2()).sum()
        };
        images.iter().map(bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_the_image_and_a_histogram_knows_its_places() {
        let shape = ImageShape { channels: 1, height: 8, width: 8 };
        // The left half is always black, the right half one of four levels.
        let example = |i: usize| Example {
            class: 1,
            pixels: (0..64).map(|at| if at % 8 < 4 { 0 } else { (i * at / 8 % 4 * 60) as u8 }).collect(),
        };
        let training: Vec<Example> = (0..400).map(example).collect();
        let row = Coder::Histogram.measure(&training[..100], &training, shape).expect("no file");
        assert!(row.bits_per_dimension > 0.4 && row.bits_per_dimension < 1.1, "{row:?}");
        for coder in [Coder::Png, Coder::WebP] {
            let flat = Example { class: 0, pixels: vec![7; 64] };
            let row = coder.measure(&[flat, training[3].clone()], &training, shape).expect("a file");
            assert!(row.bits_per_dimension > 1.0 && row.error > 0.0, "{} {row:?}", coder.name());
        }
    }
}
