//! A model file is refused, or holds a model that can be written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::checkpoint::{Checkpoint, Precision};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = Checkpoint::from_bytes(bytes) {
        drop(model.to_bytes(Precision::Single));
    }
});
