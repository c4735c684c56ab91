//! What the page needs without a network.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use web::catalogue::{ADDRESS, Catalogue, Engines};

use super::short_hash;
use crate::command::root;

/// Writes the service worker: the names of a build's files above its program.
///
/// # Errors
/// If the program cannot be read, or nothing be written.
pub(super) fn write(staging: &Path, catalogue: &Catalogue) -> Result<()> {
    let mut files = vec!["./".to_owned(), ADDRESS.to_owned()];
    for entry in staging.read_dir()? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if [".js", ".wasm", ".css", ".png", ".svg", ".webmanifest"].iter().any(|ending| name.ends_with(ending)) {
            files.push(name);
        }
    }
    files.extend(engine(staging, &catalogue.engines.cpu)?);
    // The first model too: the others are kept when they are used.
    files.extend(catalogue.models.first().map(|entry| entry.file.clone()));
    files.sort();
    let all = catalogue.models.iter().chain(catalogue.direct.iter().map(|flow| &flow.entry));
    let models: Vec<&str> = all.map(|entry| entry.file.as_str()).collect();
    let program = fs::read_to_string(root().join("web/service-worker.js")).context("there is no service worker")?;
    // Some names are the same in every build: the store of a build is named after all that it holds.
    let contents = files.iter().map(|file| {
        let path = if file == "./" { "index.html" } else { file.split('?').next().unwrap_or(file) };
        fs::read(staging.join(path)).with_context(|| format!("there is no {path}"))
    });
    let build = short_hash(contents.collect::<Result<Vec<_>>>()?);
    let lines = [("BUILD", serde_json::to_string(&build)?), ("FILES", serde_json::to_string(&files)?)];
    let lines = lines.into_iter().chain([("MODELS", serde_json::to_string(&models)?)]);
    let constants: String = lines.map(|(name, value)| format!("const {name} = {value};\n")).collect();
    fs::write(staging.join("service-worker.js"), constants + &program)?;
    Ok(())
}

/// The files of the engine that this script starts.
///
/// # Errors
/// If it has no folder.
pub(crate) fn engine(dist: &Path, script: &str) -> Result<Vec<String>> {
    let folder = Engines::folder(script);
    let files = dist.join(folder).read_dir().with_context(|| format!("there is no engine in {folder}"))?;
    files.map(|entry| Ok(format!("{folder}/{}", entry?.file_name().to_string_lossy()))).collect()
}
