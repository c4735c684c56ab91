//! How much a visitor has to load.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use web::catalogue::{ADDRESS, Catalogue};

use crate::gather::offline::engine;

/// The largest that the WebAssembly of the page and its engine for the CPU may be, in bytes after gzip: what every visitor
/// loads before the first image. Lower it when they get smaller.
const FIRST: usize = 636_000;

/// The same with what computes with WebGPU: the most that anyone loads.
const ALL: usize = 2_512_000;

/// Prints the sizes of the WebAssembly files in `dist`, and refuses a page that has grown too large.
///
/// # Errors
/// If a program of the page is not there, or they are too large.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let mut programs = Vec::new();
    find(dist, &mut programs).with_context(|| format!("there is no page in {}", dist.display()))?;
    let zipped = |name: &str| -> Result<usize> {
        // Trunk puts a hash into the name of the page's own program.
        let is_it = |path: &&PathBuf| path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name));
        let path = programs.iter().find(is_it).with_context(|| format!("there is no {name}…_bg.wasm"))?;
        let bytes = fs::read(path)?;
        let zipped = zip(&bytes)?;
        eprintln!("   {name}: {} bytes, {zipped} after gzip", bytes.len());
        Ok(zipped)
    };
    let first = zipped("page")? + zipped("engine-cpu")?;
    let all = first + zipped("engine-gpu")? + zipped("particles")?;
    for (what, total, most) in [("before the first image", first, FIRST), ("in all", all, ALL)] {
        eprintln!("   {what}: {total} bytes after gzip, at most {most} allowed");
        ensure!(total <= most, "the page has grown: {total} bytes after gzip {what}, at most {most} allowed");
    }
    Ok(())
}

/// Writes what a visitor loads, in bytes as they are and after gzip: the page itself, the engine for the CPU, the first model.
///
/// # Errors
/// If there is no page, or nothing can be written.
pub(crate) fn record(dist: &Path, to: &Path) -> Result<()> {
    let catalogue: Catalogue = serde_json::from_slice(&fs::read(dist.join(ADDRESS))?)?;
    let page = |name: &str| name != "service-worker.js" && dist.join(name).is_file();
    let own = fs::read_dir(dist)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let own: Vec<String> = own.collect::<Result<Vec<_>>>()?.into_iter().filter(|name| page(name)).collect();
    let engine = engine(dist, &catalogue.engines.cpu)?;
    let model = catalogue.models.first().and_then(|model| model.file.split('?').next()).map(str::to_owned);
    let mut record = serde_json::Map::new();
    for (what, files) in [("page", own), ("engine", engine), ("model", model.into_iter().collect())] {
        let mut sum = [0, 0];
        for file in files {
            let bytes = fs::read(dist.join(file))?;
            sum = [sum[0] + bytes.len(), sum[1] + zip(&bytes)?];
        }
        record.insert(what.to_owned(), sum.to_vec().into());
    }
    fs::write(to, serde_json::to_string_pretty(&record)? + "\n")?;
    Ok(())
}

/// How many bytes are left after gzip.
fn zip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
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
