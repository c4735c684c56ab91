//! Pages for views that are worth sending to someone.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use web::presets::{PRESETS, Preset};

use crate::command::root;

/// Where the page is published, for the addresses of its images: those who read them want the whole address.
const URL: &str = "SCOREFLOW_URL";

/// Writes a page for each preset into the folder `share`, with its image.
///
/// # Errors
/// If an image is missing, or nothing can be written.
pub(super) fn write(staging: &Path) -> Result<()> {
    let folder = staging.join("share");
    fs::create_dir_all(&folder)?;
    let base = std::env::var(URL).map(|url| format!("{}/share/", url.trim_end_matches('/'))).unwrap_or_default();
    for Preset { name, title, text, image, link } in PRESETS {
        let from = root().join("docs").join(image);
        fs::copy(&from, folder.join(image)).with_context(|| format!("cannot copy {}", from.display()))?;
        let link = link.replace('&', "&amp;");
        let page = format!(
            r##"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  <meta name="description" content="{text}">
  <meta property="og:title" content="{title}">
  <meta property="og:description" content="{text}">
  <meta property="og:type" content="website">
  <meta property="og:image" content="{base}{image}">
  <meta name="twitter:card" content="summary_large_image">
  <meta http-equiv="refresh" content="0; url=../#{link}">
</head>
<body>
  <p><a href="../#{link}">{title}</a></p>
</body>
</html>
"##
        );
        fs::write(folder.join(name).with_extension("html"), page)?;
    }
    Ok(())
}
