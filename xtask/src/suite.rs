//! Every test there is.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::browser::{Browser, CHROMIUM, FIREFOX};
use crate::checkout::Checkout;
use crate::command::{announce, cargo, minutes, root, run};
use crate::npm::Package;
use crate::server::Served;
use crate::{demo, mesa, size};

/// The members that hold burn, in one set, so that cargo keeps one copy of each library.
const NATIVE: &str = "-p shared -p trainer -p web -p tests -p docs";

/// Finds what keeps people from using a page.
const AXE: Package = Package { name: "axe-core", version: "4.14.1" };

/// Runs everything, and only then says what failed.
///
/// # Errors
/// If something failed, or, in CI, was skipped.
pub(crate) fn test() -> Result<()> {
    let mut report = Report::default();
    let deny = "-- -D warnings";
    report.step("the code is formatted", || run(&mut cargo("fmt --all --check")));
    report.step("clippy has nothing to say", || {
        run(&mut cargo(&format!("clippy --locked --workspace --all-targets {deny}")))
    });
    report.step("the documentation builds", || {
        run(cargo("doc --locked --workspace --no-deps --quiet").env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.step("the trainer builds", || run(&mut cargo("build --locked -p trainer")));
    if let Err(error) = mesa::install() {
        eprintln!("   {error:#}");
    }
    report.step("native tests", || run(&mut cargo(&format!("test --locked --no-fail-fast {NATIVE}"))));
    let published = report.step("the page builds as it is published", || {
        let compiler = demo::setup()?;
        compiler.add_clippy()?;
        for program in demo::PROGRAMS {
            let target = "--locked -p web --target wasm32-unknown-unknown --bin";
            run(&mut compiler.cargo(&format!("clippy {target} {program} {deny}")))?;
        }
        Served::start(|port| compiler.serve(port))
    });
    if let Some(published) = published {
        report.step("the page's size", || size::check(&root().join("dist")));
        if let Err(error) = AXE.install() {
            report.skipped.push(format!("accessibility, by axe: {error:#}"));
        }
        let browsers = [CHROMIUM, FIREFOX].map(|browser| (browser.program(), browser));
        for (_, browser) in browsers.iter().filter(|(program, _)| program.is_none()) {
            report
                .skipped
                .push(format!("tests in {0}: there is no {0}; set {1} to one", browser.name, browser.variable));
        }
        let found: Vec<_> =
            browsers.iter().filter_map(|(program, browser)| Some((program.as_ref()?, browser))).collect();
        for (program, browser) in &found {
            let what = format!("the published engines in {}", browser.name);
            report.step(&what, || browse(program, browser, &published, "on_the_cpu the_page_draws"));
        }
        drop(published);
        let demo = report.step("`cargo xtask demo` from a clean checkout", || Checkout::new()?.demo());
        for (demo, (program, browser)) in demo.iter().flat_map(|demo| found.iter().map(move |one| (demo, one))) {
            report.step(&format!("what it serves, in {}", browser.name), || browse(program, browser, demo, ""));
        }
    } else {
        report.skipped.push("browser tests: there is no page".to_owned());
    }
    report.conclude()
}

/// Runs the tests with these names, or all, in a browser.
fn browse(program: &Path, browser: &Browser, page: &Served, which: &str) -> Result<()> {
    let left_out = if browser.name == CHROMIUM.name { "" } else { "--skip chromium_only --skip particles" };
    let mut tests = cargo(&format!("test --locked --no-fail-fast -p browser -- --test-threads=1 {left_out} {which}"));
    if AXE.is_there() {
        tests.env("SCOREFLOW_AXE", AXE.folder().join("axe.min.js"));
    }
    run(browser.alone(program, &mut tests).env("SCOREFLOW_PAGE", page.address()))
}

#[derive(Default)]
struct Report {
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// What the step has made, if it succeeded.
    fn step<T>(&mut self, what: &str, step: impl FnOnce() -> Result<T>) -> Option<T> {
        announce(what);
        let began = Instant::now();
        match step() {
            Ok(made) => {
                eprintln!("   {what}: {}", minutes(began.elapsed()));
                Some(made)
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                self.failed.push(what.to_owned());
                None
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
