//! Browsers for the tests of the page.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{announce, apt_install, program, succeeds};

/// A browser, and where it is found.
pub(crate) struct Browser {
    pub(crate) name: &'static str,
    /// The variable that names its program: for whoever runs the tests, and for the tests.
    pub(crate) variable: &'static str,
    programs: &'static [&'static str],
    macos: &'static str,
    /// Of Debian.
    package: &'static str,
}

pub(crate) const CHROMIUM: Browser = Browser {
    name: "Chromium",
    variable: "CHROME",
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    macos: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    package: "chromium",
};

pub(crate) const FIREFOX: Browser = Browser {
    name: "Firefox",
    variable: "FIREFOX",
    programs: &["firefox", "firefox-esr"],
    macos: "/Applications/Firefox.app/Contents/MacOS/firefox",
    package: "firefox-esr",
};

impl Browser {
    /// Finds it, or installs Debian's. None if neither can be had.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        let found = self.find();
        if found.is_some() {
            return found;
        }
        announce(&format!("installing {} for the browser tests", self.name));
        match apt_install(&[self.package]) {
            Ok(()) => self.find(),
            Err(error) => {
                eprintln!("   {error:#}");
                None
            }
        }
    }

    /// Names its program, and no other browser's, to tests: it is the one that they open.
    pub(crate) fn alone<'a>(&self, program: &Path, tests: &'a mut Command) -> &'a mut Command {
        for other in [CHROMIUM, FIREFOX] {
            tests.env_remove(other.variable);
        }
        tests.env(self.variable, program)
    }

    fn find(&self) -> Option<PathBuf> {
        let named = std::env::var_os(self.variable).map(PathBuf::from);
        let macos = Some(PathBuf::from(self.macos)).filter(|path| Path::exists(path));
        let known = || self.programs.iter().find(|name| succeeds(program(name).arg("--version"))).map(PathBuf::from);
        named.or_else(known).or(macos)
    }
}
