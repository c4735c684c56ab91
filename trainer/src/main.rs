//! `cargo run -p trainer`: see `--help`.

use std::process::ExitCode;

use trainer::cli::Cli;

fn main() -> ExitCode {
    quiet_graphics();
    match Cli::typed().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Where there is no display, Mesa's layer that would ask one for the right adapter complains on stderr each time; there it
/// has nothing to choose.
#[expect(unsafe_code, reason = "setting a variable is sound while no other thread runs, which is so here alone")]
fn quiet_graphics() {
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: this is the first thing that the program does; no other thread reads the environment.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}
