//! What lies beside the page: the engines under names of their own, the models, the list of both, pages for presets, and what
//! keeps them all for times without a network.

mod about;
pub(crate) mod offline;
mod presets;
mod program;
mod scripts;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use shared::card::Direct;
use web::catalogue::{ADDRESS, Catalogue, Engines, Entry, Flow};
use web::command::RUN;

use crate::command::root;
use crate::wasm_opt;
pub(crate) use about::few_steps;

/// The model that the page opens with, and that a link without a model means.
pub(crate) const FIRST: &str = "fashion-mnist";

/// Finishes the page that trunk is building: gives each engine a folder that is named after its content, so that
/// nobody's browser runs an old engine with a new page, and copies the released models; for the demo, those of the runs too.
///
/// # Errors
/// If trunk did not call this, or a file cannot be copied.
pub(crate) fn gather() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR").context("trunk calls this after it has built the page")?;
    let staging = Path::new(&staging);
    let mut models = Vec::new();
    let direct = flows(staging)?;
    // Runs may hold images that are nobody else's business: they are shown, and not published.
    let runs = if published() { Vec::new() } else { runs()? };
    for (name, path) in released()?.into_iter().chain(runs) {
        let (entry, bytes) = copied(staging, "models", name, &path)?;
        models.push(Entry { about: about::of(&entry.name, &bytes, staging)?, ..entry });
    }
    // While these are being compiled the demo serves the page without them.
    let later = |name: &str| staging.join(format!("{name}.js")).exists().then(|| engine(staging, name)).transpose();
    let (gpu, particles) = (later("engine-gpu")?, later("particles")?);
    let engines = Engines { cpu: engine(staging, "engine-cpu")?, gpu, particles };
    let catalogue = Catalogue { engines, models, direct };
    fs::write(staging.join(ADDRESS), serde_json::to_string_pretty(&catalogue)?)?;
    if published() {
        program::shrink(staging)?;
    }
    scripts::move_out(staging)?;
    presets::write(staging)?;
    offline::write(staging, &catalogue)
}

/// A model file, copied into a folder of the page, and its bytes.
fn copied(staging: &Path, folder: &str, name: String, path: &Path) -> Result<(Entry, Vec<u8>)> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = format!("{folder}/{}.safetensors", plain(&name));
    fs::create_dir_all(staging.join(folder))?;
    fs::write(staging.join(&file), &bytes).with_context(|| format!("cannot copy {}", path.display()))?;
    let hash = short_hash([&bytes]);
    let address = format!("{file}?v={hash}");
    Ok((Entry { name, file: address, bytes: bytes.len() as u64, hash: Some(hash), about: None }, bytes))
}

/// A name as part of an address: bytes that mean something else there, or are written in another way, become their numbers.
fn plain(name: &str) -> String {
    let letter = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("_{byte:02x}"),
    };
    name.bytes().map(letter).collect()
}

/// The models that lead from class to class, copied beside the others.
fn flows(staging: &Path) -> Result<Vec<Flow>> {
    let mut flows = Vec::new();
    for (name, path) in models_in(&root().join("models/direct"))? {
        let (entry, bytes) = copied(staging, "models/direct", name, &path)?;
        let card = about::card(&bytes).with_context(|| format!("{} says nothing of itself", path.display()))?;
        let Direct { from, to, bridge, .. } =
            card.direct.with_context(|| format!("{} is no direct flow", path.display()))?;
        ensure!(bridge == 0.0, "{} is a bridge, which the page does not cross; publish a direct flow", path.display());
        flows.push(Flow { data: card.data, from, to, entry });
    }
    Ok(flows)
}

/// Moves the engine of this name into its folder, made smaller if it is to be published; returns where its loader is.
fn engine(staging: &Path, name: &str) -> Result<String> {
    if published() {
        wasm_opt::shrink(&staging.join(format!("{name}_bg.wasm")))?;
    }
    let files = ["_loader.js", ".js", "_bg.wasm"].map(|ending| format!("{name}{ending}"));
    let contents: Result<Vec<Vec<u8>>> = files
        .iter()
        .map(|file| fs::read(staging.join(file)).with_context(|| format!("trunk has written no {file}")))
        .collect();
    let folder = format!("{name}-{}", short_hash(&contents?));
    fs::create_dir_all(staging.join(&folder))?;
    for file in &files {
        fs::rename(staging.join(file), staging.join(&folder).join(file))?;
    }
    Ok(format!("{folder}/{}", files[0]))
}

/// Whether the page is built to be published: the demo has a profile of its own.
fn published() -> bool {
    std::env::var("TRUNK_BUILD_CARGO_PROFILE").is_err()
}

/// Eight bytes that differ where the content does.
fn short_hash<B: AsRef<[u8]>>(parts: impl IntoIterator<Item = B>) -> String {
    let mut hash = Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The models in the folder `models`, by name.
pub(crate) fn released() -> Result<Vec<(String, PathBuf)>> {
    let mut models = models_in(&root().join("models"))?;
    models.sort_by_key(|(name, _)| (name != FIRST, name.clone()));
    Ok(models)
}

/// The model files in a folder, by name.
fn models_in(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut models = Vec::new();
    for entry in folder.read_dir().with_context(|| format!("there is no folder {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "safetensors") {
            models.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), path));
        }
    }
    models.sort();
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
            models.push((saved, format!("{RUN}{}", entry.file_name().to_string_lossy()), path));
        }
    }
    models.sort();
    Ok(models.into_iter().rev().map(|(_, name, path)| (name, path)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_any_name_has_an_address() {
        assert_eq!(plain("run-glyphs-2026.1_b"), "run-glyphs-2026.1_b");
        assert_eq!(plain("run-C#?ä"), "run-C_23_3f_c3_a4");
    }
}
