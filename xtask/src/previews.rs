//! Pictures of the released models, which the page shows before it has loaded them.

use anyhow::Result;
use web::command::draws;
use web::view::View;

use crate::command::{cargo, run};
use crate::gather::{FIRST, released};

/// Draws them by the commands that the page itself tells: the film of the default view, and some images of every model.
///
/// # Errors
/// If the trainer cannot draw.
pub(crate) fn draw() -> Result<()> {
    let default = draws(&View::default(), FIRST).replace("images.png", "target/opening.png");
    trainer(&format!("{default} --film web/opening.png"))?;
    for (name, _) in released()? {
        let out = format!("web/previews/{name}.png");
        trainer(&draws(&View::default(), &name).replace("images.png", &out).replace("--count 10", "--count 8"))?;
    }
    Ok(())
}

/// Runs a command that begins as those for a terminal do.
fn trainer(command: &str) -> Result<()> {
    run(&mut cargo(command.strip_prefix("cargo ").unwrap_or(command)))
}
