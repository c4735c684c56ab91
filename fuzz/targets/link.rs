//! A link is refused, or is a view whose own link leads to it again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::link::{fragment_from_view, view_from_fragment};

fuzz_target!(|fragment: &str| {
    if let Ok(view) = view_from_fragment(fragment) {
        let link = fragment_from_view(&view);
        let again = view_from_fragment(&link).expect("a link of our own");
        assert_eq!(fragment_from_view(&again), link);
    }
});
