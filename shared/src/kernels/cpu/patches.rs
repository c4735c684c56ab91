//! Patches of 2 × 2 pixels as points of an image of half the size; a channel's four values lie side by side.

use super::{fresh, threads};

/// The extents of an image of whole pixels.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct Pixels {
    pub(in crate::kernels) height: usize,
    pub(in crate::kernels) width: usize,
    pub(in crate::kernels) channels: usize,
}

impl Pixels {
    fn count(&self) -> usize {
        self.height * self.width
    }

    /// Calls `with` with the number of each pixel, that of its patch, and its place there.
    #[inline(always)]
    fn each(&self, mut with: impl FnMut(usize, usize, usize)) {
        let Pixels { height, width, .. } = *self;
        for y in 0..height {
            for x in 0..width {
                with(y * width + x, y / 2 * (width / 2) + x / 2, y % 2 * 2 + x % 2);
            }
        }
    }
}

/// The first channels of images [height, width, all] → [height / 2, width / 2, 4 · channels].
pub(in crate::kernels) fn close(x: &[f32], pixels: Pixels, all: usize) -> Vec<f32> {
    let Pixels { channels, .. } = pixels;
    fresh::numbers(x.len() / all * channels, |blank| {
        let images = x.chunks_exact(pixels.count() * all).zip(blank.chunks(pixels.count() * channels)).collect();
        threads::for_each(
            images,
            || (),
            |(), (x, blank)| {
                let patches = blank.zeros();
                pixels.each(|pixel, patch, corner| {
                    let values = patches[patch * 4 * channels..][..4 * channels].as_chunks_mut::<4>().0;
                    for (value, x) in values.iter_mut().zip(&x[pixel * all..]) {
                        value[corner] = *x;
                    }
                });
            },
        );
    })
}

/// The way back, with the channels of the images `beside`, of which there may be none, after those of the patches.
pub(in crate::kernels) fn join(patches: &[f32], beside: &[f32], pixels: Pixels) -> Vec<f32> {
    let Pixels { channels, .. } = pixels;
    let all = channels + beside.len() * channels / patches.len();
    fresh::numbers(patches.len() + beside.len(), |blank| {
        let images = patches.chunks_exact(pixels.count() * channels).zip(blank.chunks(pixels.count() * all));
        threads::for_each(
            images.enumerate().collect(),
            || (),
            |(), (image, (patches, blank))| {
                let joined = blank.zeros();
                pixels.each(|pixel, patch, corner| {
                    let (x, more) = joined[pixel * all..][..all].split_at_mut(channels);
                    let values = patches[patch * 4 * channels..][..4 * channels].as_chunks::<4>().0;
                    for (x, value) in x.iter_mut().zip(values) {
                        *x = value[corner];
                    }
                    let first = (image * pixels.count() + pixel) * more.len();
                    more.copy_from_slice(&beside[first..][..more.len()]);
                });
            },
        );
    })
}

/// The last channels of images [height, width, all].
#[cfg(feature = "train")]
pub(in crate::kernels) fn last(x: &[f32], channels: usize, all: usize) -> Vec<f32> {
    x.chunks_exact(all).flat_map(|x| &x[all - channels..]).copied().collect()
}
