//! Packages from npm.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{Quiet, program, root};

/// A package, each in a folder of its own: npm removes what it has not installed at the same time.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Package {
    /// Installs it, unless it is there.
    ///
    /// # Errors
    /// If there is no npm, or it cannot install this.
    pub(crate) fn install(&self) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        let Package { name, version } = self;
        let mut npm = program("npm");
        npm.args(["install", "--silent", "--no-save", "--prefix", &format!(".tools/{name}")]);
        Quiet::run(&format!("{name} {version}"), "2 seconds", npm.arg(format!("{name}@{version}")))
    }

    /// Whether this very version is installed.
    pub(crate) fn is_there(&self) -> bool {
        fs::read_to_string(self.folder().join("package.json"))
            .is_ok_and(|text| text.contains(&format!("\"version\": \"{}\"", self.version)))
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> PathBuf {
        root().join(format!(".tools/{0}/node_modules/{0}", self.name))
    }
}
