//! The models beside the page, and the list of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::json;

use crate::command::root;

/// The model that the page opens with, and that a link without a model means.
const FIRST: &str = "fashion-mnist";

/// Copies the released models, and the model of every run here, into the page that trunk is building.
///
/// # Errors
/// If trunk did not call this, or a file cannot be copied.
pub(crate) fn gather() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").context("trunk calls this after it has built the page")?;
    let folder = Path::new(&staging).join("models");
    fs::create_dir_all(&folder)?;
    let mut entries = Vec::new();
    for (name, path) in released()?.into_iter().chain(runs()?) {
        let file = format!("{name}.safetensors");
        let bytes = fs::copy(&path, folder.join(&file)).with_context(|| format!("cannot copy {}", path.display()))?;
        entries.push(json!({ "name": name, "file": format!("models/{file}"), "bytes": bytes }));
    }
    fs::write(folder.join("index.json"), serde_json::to_string_pretty(&entries)?)?;
    Ok(())
}

/// The models in the folder `models`, by name.
fn released() -> Result<Vec<(String, PathBuf)>> {
    let mut models = Vec::new();
    for entry in root().join("models").read_dir().context("there is no folder models")? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "safetensors") {
            models.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), path));
        }
    }
    models.sort_by_key(|(name, _)| (name != FIRST, name.clone()));
    Ok(models)
}

/// The models of the runs here, youngest first.
fn runs() -> Result<Vec<(String, PathBuf)>> {
    let Ok(folder) = root().join("runs").read_dir() else { return Ok(Vec::new()) };
    let mut models: Vec<(SystemTime, String, PathBuf)> = Vec::new();
    for entry in folder {
        let entry = entry?;
        let path = entry.path().join("model.safetensors");
        if let Ok(saved) = path.metadata().and_then(|metadata| metadata.modified()) {
            models.push((saved, format!("run-{}", entry.file_name().to_string_lossy()), path));
        }
    }
    models.sort();
    Ok(models.into_iter().rev().map(|(_, name, path)| (name, path)).collect())
}
