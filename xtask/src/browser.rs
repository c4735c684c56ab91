//! A Chromium for the tests of the page.

use std::path::{Path, PathBuf};

use crate::command::{announce, apt_install, program, succeeds};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Finds a Chromium, or installs Debian's. None if neither can be had.
pub(crate) fn chromium() -> Option<PathBuf> {
    let found = find();
    if found.is_some() {
        return found;
    }
    announce("installing Chromium for the browser tests");
    match apt_install(&["chromium"]) {
        Ok(()) => find(),
        Err(error) => {
            eprintln!("   {error:#}");
            None
        }
    }
}

fn find() -> Option<PathBuf> {
    let named = std::env::var_os("CHROME").map(PathBuf::from);
    let macos = Some(PathBuf::from(MACOS)).filter(|path| Path::exists(path));
    let known = || NAMES.into_iter().find(|name| succeeds(program(name).arg("--version"))).map(PathBuf::from);
    named.or_else(known).or(macos)
}
