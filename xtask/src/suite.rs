//! Every test there is.

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::checkout::Checkout;
use crate::command::{announce, cargo, minutes, root, run};
use crate::npm::Package;
use crate::server::Served;
use crate::{browser, demo, mesa, size};

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
        match browser::chromium() {
            Some(chromium) => {
                if let Err(error) = AXE.install() {
                    report.skipped.push(format!("accessibility, by axe: {error:#}"));
                }
                let browse = |page: &Served, which: &[&str]| {
                    let mut tests = cargo("test --locked --no-fail-fast -p browser -- --test-threads=1");
                    if AXE.is_there() {
                        tests.env("SCOREFLOW_AXE", AXE.folder().join("axe.min.js"));
                    }
                    run(tests.args(which).env("CHROME", &chromium).env("SCOREFLOW_PAGE", page.address()))
                };
                report.step("browser tests of the published engines", || browse(&published, &["the_page_draws"]));
                drop(published);
                report.step("browser tests, on what `cargo xtask demo` serves from a clean checkout", || {
                    browse(&Checkout::new()?.demo()?, &[])
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
