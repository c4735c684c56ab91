//! A checkout that has only what git has: what a newcomer has after `git clone`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{output, program, root, target};
use crate::server::Served;

/// The folder of the checkout.
pub(crate) struct Checkout {
    folder: PathBuf,
    target: PathBuf,
}

impl Checkout {
    /// Brings the checkout up to date: with what git tracks or would add, and nothing else. Files that have not changed are
    /// not touched, so that cargo does not build them again.
    ///
    /// # Errors
    /// If git does not answer, or a file cannot be copied.
    pub(crate) fn new() -> Result<Self> {
        // Cargo takes files below its build folder for those of whoever builds there, so they do not share one.
        let newcomer = target().join("newcomer");
        let (folder, target) = (newcomer.join("checkout"), newcomer.join("target"));
        let list = output(program("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
        let list = list.context("git does not list the files of this repository")?;
        let files: BTreeSet<&Path> = list
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(Path::new)
            .filter(|path| root().join(path).is_file())
            .collect();
        fs::create_dir_all(&folder)?;
        remove_others(&folder, Path::new(""), &files)?;
        for file in files {
            let (from, to) = (root().join(file), folder.join(file));
            let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
            if fs::read(&to).ok().as_ref() != Some(&bytes) {
                fs::create_dir_all(to.parent().expect("a file has a folder"))?;
                fs::write(&to, bytes)?;
            }
        }
        Ok(Checkout { folder, target })
    }

    /// Runs `cargo xtask demo` there, and waits until the page is served with both engines.
    ///
    /// # Errors
    /// If it stops before that, or takes too long.
    pub(crate) fn demo(&self) -> Result<Served> {
        Served::start(|port| {
            let mut command = Command::new("cargo");
            command.current_dir(&self.folder).args(["xtask", "demo", "--port", port]);
            command.env("CARGO_TARGET_DIR", &self.target);
            command
        })
    }
}

fn remove_others(folder: &Path, below: &Path, files: &BTreeSet<&Path>) -> Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let relative = below.join(entry.file_name());
        if !entry.file_type()?.is_dir() {
            if !files.contains(relative.as_path()) {
                fs::remove_file(entry.path())?;
            }
        } else if files.iter().any(|file| file.starts_with(&relative)) {
            remove_others(&entry.path(), &relative, files)?;
        } else {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
