//! Files to write, looked at before anything is computed for them.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Refuses a file to write that is a folder, that would take the place of one of the `others`, which are read or written too,
/// or whose name ends otherwise than its content does, or that cannot be written.
///
/// # Errors
/// The reason, and what to do.
pub fn check_output(path: &Path, ending: &str, others: &[&Path]) -> Result<()> {
    let shown = path.display();
    ensure!(
        !path.is_dir(),
        "{shown} is a folder; name a file, such as {}",
        path.join(format!("NAME.{ending}")).display()
    );
    // A file that is not there yet has a place already.
    let place =
        |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.into());
    ensure!(
        !others.iter().any(|other| place(other) == place(path)),
        "{shown} would replace a file that is needed; name another one"
    );
    let found = path.extension().map(|found| found.to_string_lossy().to_lowercase());
    ensure!(found.is_none_or(|found| found == ending), "{shown}: what is written is a .{ending} file; name it so");
    // The folder is made when there is something to write; until then, one above it must accept files. A device does.
    let folder = place(path).ancestors().skip(1).find(|folder| folder.exists()).map(Path::to_owned);
    match folder.filter(|_| path.metadata().map_or(true, |found| found.is_file())) {
        Some(folder) => tempfile::tempfile_in(folder).map(drop).with_context(|| format!("cannot write {shown}")),
        None => Ok(()),
    }
}
