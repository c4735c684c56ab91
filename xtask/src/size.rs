//! How much a visitor has to load.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

/// What only visitors with a graphics processor load.
const GPU: &str = "engine-gpu";

/// The largest that the WebAssembly of the page and its CPU engine may be, in bytes after gzip: what most visitors load
/// before the first image. Lower it when they get smaller.
const FIRST: usize = 850_000;

/// The same for all programs of the page.
const ALL: usize = 4_500_000;

/// Prints the sizes of the WebAssembly files in `dist`, and refuses a page that has grown too large.
///
/// # Errors
/// If a program of the page is not there, or they are too large.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let mut programs = Vec::new();
    find(dist, &mut programs).with_context(|| format!("there is no page in {}", dist.display()))?;
    ensure!(programs.len() == 3, "a page and two engines were expected, and there is {programs:?}");
    let (mut first, mut all) = (0, 0);
    for path in programs {
        let bytes = fs::read(&path)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        let zipped = encoder.finish()?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        eprintln!("   {name}: {} bytes, {zipped} after gzip", bytes.len());
        all += zipped;
        if !name.starts_with(GPU) {
            first += zipped;
        }
    }
    for (what, total, most) in [("page and CPU engine", first, FIRST), ("all programs", all, ALL)] {
        eprintln!("   {what}: {total} bytes after gzip, at most {most} allowed");
    }
    ensure!(first <= FIRST, "page and CPU engine have grown: {first} bytes after gzip, at most {FIRST} allowed");
    ensure!(all <= ALL, "the programs have grown: {all} bytes after gzip, at most {ALL} allowed");
    Ok(())
}

/// The WebAssembly files in a folder and the folders below: each engine lies in one of its own.
fn find(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "wasm") {
            found.push(path);
        }
    }
    Ok(())
}
