//! Images of the released models, which the page shows before it has loaded them.

use std::fs;
use std::num::NonZeroU32;

use anyhow::{Context, Result};
use web::command::draws;
use web::view::View;

use crate::command::{cargo, run};
use crate::gather::{FIRST, few_steps, released};

/// How many of each model, and in a row.
const EIGHT: NonZeroU32 = NonZeroU32::new(8).expect("8 is not 0");
const FOUR: u32 = 4;

/// Draws them by the commands that the page itself tells: the film of the default view, and some images of every model.
///
/// # Errors
/// If the trainer cannot draw.
pub(crate) fn draw() -> Result<()> {
    let default = draws(&View::default(), FIRST).replace("images.png", "target/opening.png");
    trainer(&format!("{default} --film web/opening.png"))?;
    for (name, path) in released()? {
        let out = format!("web/previews/{name}.png");
        let model = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut view = if few_steps(&model) { View::in_few_steps() } else { View::default() };
        view.generate.count = EIGHT;
        trainer(&format!("{} --columns {FOUR}", draws(&view, &name).replace("images.png", &out)))?;
    }
    Ok(())
}

/// Runs a command that begins as those for a terminal do.
fn trainer(command: &str) -> Result<()> {
    run(&mut cargo(command.strip_prefix("cargo ").unwrap_or(command)))
}
