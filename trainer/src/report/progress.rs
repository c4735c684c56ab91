//! How long work shows how far it is.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts to `length` of these `things`, with the time that is left.
pub fn bar(length: u64, things: &str) -> ProgressBar {
    let template = format!("{{bar:32}} {{human_pos}}/{{human_len}} {things} · {{msg}} · {{eta}} left");
    let style = ProgressStyle::with_template(&template).expect("the template is correct");
    ProgressBar::new(length).with_style(style)
}
