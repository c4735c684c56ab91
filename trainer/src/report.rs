//! What a verb shows while it works, and what it answers.

pub mod chart;
pub mod circumstances;
pub mod progress;
pub mod table;

use std::fmt::Display;

use anyhow::Result;
use serde::Serialize;

/// Prints the answer of a verb on stdout: one JSON object, or text for people. Numbers that are not finite are null in JSON.
///
/// # Errors
/// If a part of the answer has no JSON.
pub fn print(answer: &(impl Serialize + Display), json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(answer)?);
    } else {
        println!("{answer}");
    }
    Ok(())
}
