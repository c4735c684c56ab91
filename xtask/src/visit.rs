//! What a visitor waits for.

use anyhow::{Context, Result};

use crate::browser::CHROMIUM;
use crate::command::{cargo, root, run};
use crate::server::Served;
use crate::{demo, size};

/// Measures the published page in a browser, and records it with the sizes of what is loaded.
///
/// # Errors
/// If the page cannot be built, or there is no browser.
pub(crate) fn measure() -> Result<()> {
    let chromium = CHROMIUM.program().context("there is no Chromium; set CHROME to one")?;
    let compiler = demo::setup()?;
    let page = Served::start(|port| compiler.serve(port))?;
    let mut test = cargo("test --locked -p browser -- --ignored --test-threads=1 visits_are_recorded");
    run(CHROMIUM.alone(&chromium, &mut test).env("SCOREFLOW_PAGE", page.address()))?;
    size::record(&root().join("dist"), &root().join("docs/results/visit-sizes.json"))
}
