//! What a verb shows while it works, and what it answers.

pub mod chart;
pub mod progress;
