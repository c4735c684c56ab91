//! How much a visitor has to load.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The largest that the page's WebAssembly may be, in bytes after gzip. Lower it when the page gets smaller.
const MOST: usize = 3_500_000;

/// Prints the sizes of the WebAssembly files in `dist`, and refuses a page that has grown too large.
///
/// # Errors
/// If the page is not there, or too large.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let mut total = 0;
    for entry in dist.read_dir().with_context(|| format!("there is no page in {}", dist.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "wasm") {
            let bytes = fs::read(&path)?;
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&bytes)?;
            let zipped = encoder.finish()?.len();
            total += zipped;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            eprintln!("   {name}: {} bytes, {zipped} after gzip", bytes.len());
        }
    }
    eprintln!("   WebAssembly in all: {total} bytes after gzip, at most {MOST} allowed");
    ensure!(total <= MOST, "the page has grown: {total} bytes of WebAssembly after gzip, at most {MOST} allowed");
    Ok(())
}
