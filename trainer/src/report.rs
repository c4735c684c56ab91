//! What a verb shows while it works, and what it answers.

pub mod chart;
pub mod circumstances;
pub mod progress;
pub mod table;

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};
use serde::Serialize;

/// So many things: 1 image, 2 images.
pub fn counted(count: impl Into<u64>, thing: &str) -> String {
    match count.into() {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}

/// Prints the answer of a verb on stdout: one JSON object, or text for people. Numbers that are not finite are null in JSON.
/// Whoever has closed the pipe has read enough.
///
/// # Errors
/// If a part of the answer has no JSON, or stdout cannot be written to.
pub fn print(answer: &(impl Serialize + Display), json: bool) -> Result<()> {
    let text = if json { serde_json::to_string(answer)? } else { answer.to_string() };
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
        _ => Ok(()),
    }
}
