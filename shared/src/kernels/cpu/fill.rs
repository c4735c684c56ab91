//! Images in the middle of a border of zeros, normalised and rectified on the way there if so wished.

use pulp::Simd;

use super::norm::{Affine, Statistics};

/// Where the points of an image go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Border {
    /// Points of zeros before each row, and rows of zeros before the first.
    pub(super) points: usize,
    /// Numbers from row to row.
    pub(super) row: usize,
}

/// Copies an image [height, width, channels] into `padded`, whose border is there already; returns what normalising it has
/// found out.
#[inline(always)]
pub(super) fn fill<S: Simd>(
    simd: S,
    [width, channels]: [usize; 2],
    border: Border,
    image: &[f32],
    norm: Option<Affine<'_>>,
    padded: &mut [f32],
) -> Option<Statistics> {
    let rows = padded.chunks_exact_mut(border.row).skip(border.points);
    let places = rows.map(|row| &mut row[border.points * channels..][..width * channels]);
    let rows = image.chunks_exact(width * channels).zip(places);
    let Some(affine) = norm else {
        rows.for_each(|(points, output)| output.copy_from_slice(points));
        return None;
    };
    let statistics = Statistics::of(simd, image, channels);
    for (points, output) in rows {
        statistics.apply(simd, affine, points, output);
    }
    Some(statistics)
}
