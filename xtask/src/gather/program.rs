//! The page's own program, made smaller, with the hash by which browsers know it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};

use crate::wasm_opt;

/// Makes it smaller in its place. Trunk has written its hash into the page, where the new one takes its place.
///
/// # Errors
/// If there is no program, its hash is not in the page, or the optimiser fails.
pub(super) fn shrink(staging: &Path) -> Result<()> {
    let files = staging.read_dir()?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let is_it = |name: &str| name.starts_with("page") && name.ends_with("_bg.wasm");
    let program = files.into_iter().find(|path| path.file_name().is_some_and(|name| is_it(&name.to_string_lossy())));
    let program = program.context("trunk has written no program of the page")?;
    let before = hash(&program)?;
    wasm_opt::shrink(&program)?;
    let path = staging.join("index.html");
    let page = fs::read_to_string(&path)?;
    ensure!(page.contains(&before), "trunk has not written the hash of the page's program into the page");
    let after = page.replace(&before, &hash(&program)?);
    fs::write(&path, after).with_context(|| format!("cannot write {}", path.display()))
}

fn hash(path: &Path) -> Result<String> {
    Ok(format!("sha384-{}", STANDARD.encode(Sha384::digest(fs::read(path)?))))
}
