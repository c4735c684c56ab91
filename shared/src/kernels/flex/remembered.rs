//! Transformed weights, remembered for as long as the weights themselves exist.
//!
//! A tensor's numbers never change while anyone else holds them, a [`Weak`] included: whoever would change them moves on to
//! a copy. So an allocation that is alive says all about the numbers in it, and nothing here grows stale.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use burn::tensor::Bytes;
use burn_flex::FlexTensor;

use super::matrix;
use crate::kernels::cpu::convolution::{Extents, Weights};

struct Memory {
    weights: Weak<Bytes>,
    /// Where in the allocation they begin.
    offset: usize,
    transformed: Arc<Vec<f32>>,
}

static MEMORIES: Mutex<Vec<Memory>> = Mutex::new(Vec::new());

/// Calls `convolve` with the weights in the form that its algorithm reads.
pub(super) fn with<T>(weight: &FlexTensor, extents: Extents, convolve: impl FnOnce(&Weights<'_>) -> T) -> T {
    let (numbers, columns) = matrix(weight);
    if !extents.transforms_weights() {
        return convolve(&Weights::of(extents, numbers, columns));
    }
    let (bytes, offset) = (weight.data_arc(), weight.layout().start_offset());
    let is_it = |memory: &&Memory| memory.weights.as_ptr() == Arc::as_ptr(&bytes) && memory.offset == offset;
    let known = memories().iter().find(is_it).map(|memory| Arc::clone(&memory.transformed));
    let transformed = known.unwrap_or_else(|| {
        let transformed = Arc::new(Weights::transformed(extents, numbers));
        let mut memories = memories();
        memories.retain(|memory| memory.weights.strong_count() > 0);
        memories.push(Memory { weights: Arc::downgrade(&bytes), offset, transformed: Arc::clone(&transformed) });
        transformed
    });
    convolve(&Weights::Winograd(transformed[..].into()))
}

fn memories() -> MutexGuard<'static, Vec<Memory>> {
    // Nothing is left half done by a thread that stops.
    MEMORIES.lock().unwrap_or_else(PoisonError::into_inner)
}
