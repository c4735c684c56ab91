use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// A file that is whole on disk, but not yet where it belongs.
#[must_use]
pub struct Prepared {
    path: PathBuf,
    file: NamedTempFile,
}

impl Prepared {
    /// Puts the file where it belongs: there are the old bytes or the new ones, never a mixture.
    ///
    /// # Errors
    /// If the old file cannot be replaced; the error names it.
    pub fn put(self) -> Result<()> {
        let context = || format!("cannot write {}", self.path.display());
        self.file.persist(&self.path).map(drop).with_context(context)
    }
}

/// Writes a file beside the place where it belongs; a link leads to that place, and stays.
///
/// # Errors
/// If the folder cannot be made or written to; the error names the file.
pub fn prepare(path: &Path, bytes: &[u8]) -> Result<Prepared> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let write = || -> std::io::Result<NamedTempFile> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        // A temporary file is private; a result is an ordinary file, as the user's mask wants it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Prepared { path: path.to_owned(), file })
}

/// Replaces the file at `path`: it holds the old bytes or the new ones, never a mixture. A device or a pipe is written to.
///
/// # Errors
/// If the folder cannot be made or written to; the error names the file.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        return std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()));
    }
    prepare(path, bytes)?.put()
}

/// The bytes of the file at `path`.
///
/// # Errors
/// If it cannot be read; the error names the file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
