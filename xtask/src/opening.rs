//! The film of the default view, which the page shows before anything is computed.

use anyhow::Result;
use web::command::draws;
use web::view::View;

use crate::command::{cargo, run};
use crate::gather::FIRST;

/// Draws it, by the command that the page itself tells for this view.
///
/// # Errors
/// If the trainer cannot draw.
pub(crate) fn draw() -> Result<()> {
    let command = draws(&View::default(), FIRST).replace("images.png", "target/opening.png");
    let words = command.strip_prefix("cargo ").unwrap_or(&command);
    run(&mut cargo(&format!("{words} --film web/opening.png")))
}
