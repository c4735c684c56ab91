//! Vectors of numbers in memory.

use std::ops::Range;

use pulp::Simd;

/// The ranges of `count` numbers that make one vector each; the last one may be shorter.
#[inline(always)]
pub(super) fn vectors<S: Simd>(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(S::F32_LANES).map(move |at| at..(at + S::F32_LANES).min(count))
}

/// The numbers as a vector, with zeros at its end where they are fewer.
#[inline(always)]
pub(super) fn load<S: Simd>(simd: S, numbers: &[f32]) -> S::f32s {
    match S::as_simd_f32s(numbers) {
        ([vector], []) => *vector,
        _ => simd.partial_load_f32s(numbers),
    }
}

/// Writes as many of a vector's numbers as there is room for.
#[inline(always)]
pub(super) fn store<S: Simd>(simd: S, numbers: &mut [f32], vector: S::f32s) {
    match S::as_mut_simd_f32s(numbers) {
        ([place], []) => *place = vector,
        _ => simd.partial_store_f32s(numbers, vector),
    }
}

/// The numbers of `yes` where the mask is set, else those of `no`. (pulp's own is not sure to be inlined.)
#[inline(always)]
pub(super) fn select<S: Simd>(simd: S, mask: S::m32s, yes: S::f32s, no: S::f32s) -> S::f32s {
    let (yes, no) = (simd.transmute_u32s_f32s(yes), simd.transmute_u32s_f32s(no));
    simd.transmute_f32s_u32s(simd.select_u32s(mask, yes, no))
}
