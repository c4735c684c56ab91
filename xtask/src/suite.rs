//! Every test there is.

use anyhow::{Result, bail, ensure};

use crate::command::{Step, cargo, root, run};
use crate::{browser, setup, size};

/// Runs everything, and only then says what failed.
///
/// # Errors
/// If something failed, or, in CI, was skipped.
pub(crate) fn test() -> Result<()> {
    let mut report = Report::default();
    report.step("the code is formatted", || run(&mut cargo("fmt --all --check")));
    // One set of packages for building and testing, so that cargo keeps one copy of each library.
    report.step("the trainer builds", || run(&mut cargo("build --locked -p trainer")));
    report
        .step("native tests", || run(&mut cargo("test --locked --no-fail-fast -p shared -p trainer -p web -p tests")));
    report.step("docs/results.md is what was measured", || run(&mut cargo("test --locked --no-fail-fast -p xtask")));
    let built = report.step("the page builds", || {
        let compiler = setup()?;
        run(compiler.trunk().args(["build", "--locked"]))
    });
    if built {
        report.step("the page's size", || size::check(&root().join("dist")));
        match browser::chromium() {
            Some(chromium) => {
                report.step("browser tests", || {
                    run(cargo("test --locked --no-fail-fast -p browser -- --test-threads=1").env("CHROME", &chromium))
                });
            }
            None => report.skipped.push("browser tests: there is no Chromium; set CHROME to one".to_owned()),
        }
    } else {
        report.skipped.push("browser tests: there is no page".to_owned());
    }
    report.conclude()
}

#[derive(Default)]
struct Report {
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// Whether the step succeeded.
    fn step(&mut self, what: &str, step: impl FnOnce() -> Result<()>) -> bool {
        Step::new(what).announce();
        match step() {
            Ok(()) => true,
            Err(error) => {
                eprintln!("error: {error:#}");
                self.failed.push(what.to_owned());
                false
            }
        }
    }

    fn conclude(self) -> Result<()> {
        for skipped in &self.skipped {
            eprintln!("== SKIPPED {skipped}");
        }
        if !self.failed.is_empty() {
            bail!("failed: {}", self.failed.join(", "));
        }
        ensure!(self.skipped.is_empty() || std::env::var_os("CI").is_none(), "in CI nothing may be skipped");
        eprintln!("== all tests passed");
        Ok(())
    }
}
