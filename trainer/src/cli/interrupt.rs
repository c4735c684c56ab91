//! Ctrl-C, or what `kill` sends.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::training::stopped::Stopped;

/// The exit status of a program that was stopped.
const INTERRUPTED: u8 = 130;

/// Whether the user wants the program to stop.
pub(super) struct Interrupt {
    asked: Arc<AtomicBool>,
    at_once: Arc<AtomicBool>,
}

impl Interrupt {
    /// The first Ctrl-C asks the run to save and stop; the second ends the program at once.
    pub(super) fn listen() -> Result<Self> {
        let (asked, at_once) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let interrupt = Interrupt { asked: asked.clone(), at_once: at_once.clone() };
        ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::Relaxed) || at_once.load(Ordering::Relaxed) {
                std::process::exit(INTERRUPTED.into());
            }
            eprintln!("\nstopping after this step; Ctrl-C again stops at once and loses what was not saved");
        })
        .context("cannot listen for Ctrl-C")?;
        Ok(interrupt)
    }

    /// Whether it was asked for.
    pub(super) fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// From now on nothing is left to save, and the first Ctrl-C ends the program.
    ///
    /// # Errors
    /// If it was asked for already.
    pub(super) fn nothing_to_save(&self) -> Result<()> {
        self.at_once.store(true, Ordering::Relaxed);
        if self.asked() { Err(Stopped::Interrupted.into()) } else { Ok(()) }
    }
}

/// The exit status of work that was stopped, and what to say of it.
pub(super) fn stopped(said: &str) -> ExitCode {
    eprintln!("{said}");
    ExitCode::from(INTERRUPTED)
}
