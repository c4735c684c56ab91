//! An image file is refused, or gives as many finite values as were asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::image::ImageShape;

fuzz_target!(|bytes: &[u8]| {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("a temporary file");
    let shape = ImageShape { channels: 3, height: 8, width: 8 };
    if let Ok((values, _)) = trainer::files::image::read(file.path(), shape) {
        assert!(values.len() == shape.values() && values.iter().all(|value| value.is_finite()));
    }
});
