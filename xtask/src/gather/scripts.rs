//! Scripts within the page, moved into files: the page forbids any others, so that nobody else's can run in it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::short_hash;

/// Moves what trunk has written between `<script>` and `</script>` into files beside the page.
///
/// # Errors
/// If the page cannot be read, is not as trunk writes it, or a file cannot be written.
pub(super) fn move_out(staging: &Path) -> Result<()> {
    let path = staging.join("index.html");
    let page = fs::read_to_string(&path).context("trunk has written no index.html")?;
    let (mut rest, mut moved) = (page.as_str(), String::new());
    while let Some((before, script)) = rest.split_once("<script") {
        let (attributes, after) = script.split_once('>').context("a script without an end of its tag")?;
        let (body, after) = after.split_once("</script>").context("a script without an end")?;
        moved += before;
        if body.trim().is_empty() {
            moved += &format!("<script{attributes}></script>");
        } else {
            let name = format!("start-{}.js", short_hash([body]));
            fs::write(staging.join(&name), body)?;
            moved += &format!(r#"<script{attributes} src="./{name}"></script>"#);
        }
        rest = after;
    }
    fs::write(path, moved + rest)?;
    Ok(())
}
