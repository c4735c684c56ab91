//! How long work shows how far it is.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts to `length` of these `things`, with the time that is left.
pub fn bar(length: u64, things: &str) -> ProgressBar {
    let template = format!("{{bar:32}} {{human_pos}}/{{human_len}} {things} · {{msg}} · {{eta}} left");
    let style = ProgressStyle::with_template(&template).expect("the template is correct");
    ProgressBar::new(length).with_style(style)
}

/// For work in a few steps of unknown length: what is being done, and for how long.
pub fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} · {elapsed}").expect("the template is correct");
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
