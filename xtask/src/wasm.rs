//! A compiler for WebAssembly: rustup's target where it can be downloaded, else Debian's packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{announce, apt_install, cargo, output, program, run, succeeds};

const TARGET: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's compiler.
const DEBIAN: &str = "debian-web";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_LLD: &str = "/usr/bin/lld-22";

/// What builds the page.
pub(crate) enum Compiler {
    /// The same toolchain that builds everything else.
    Rustup,
    /// Debian's, linked into rustup.
    Debian,
}

impl Compiler {
    /// Trunk, told to use this compiler.
    fn trunk(&self) -> Command {
        self.told(program("trunk"))
    }

    /// Trunk, about to build the page and to serve it at this port.
    pub(crate) fn serve(&self, port: &str) -> Command {
        let mut trunk = self.trunk();
        trunk.args(["serve", "--locked", "--offline", "--port", port]);
        trunk
    }

    /// Cargo with these arguments between spaces, told to use this compiler.
    pub(crate) fn cargo(&self, arguments: &str) -> Command {
        self.told(cargo(arguments))
    }

    fn told(&self, mut command: Command) -> Command {
        if let Compiler::Debian = self {
            command.env("RUSTUP_TOOLCHAIN", DEBIAN);
        }
        command
    }

    /// Installs the linter that belongs to this compiler.
    ///
    /// # Errors
    /// If it cannot be had.
    pub(crate) fn add_clippy(&self) -> Result<()> {
        match self {
            Compiler::Debian if !Path::new("/usr/bin/cargo-clippy").exists() => apt_install(&["rust-web-clippy"]),
            _ => Ok(()),
        }
    }

    /// What one must know to call trunk without this program.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Compiler::Rustup => None,
            Compiler::Debian => Some(format!("plain trunk needs this first: export RUSTUP_TOOLCHAIN={DEBIAN}")),
        }
    }
}

/// Finds a compiler, or installs one.
///
/// # Errors
/// If neither rustup nor Debian can help; the error says what to do by hand.
pub(crate) fn compiler() -> Result<Compiler> {
    let sysroot = output(program("rustc").args(["--print", "sysroot"])).context("there is no rustc; see rustup.rs")?;
    if has_std(Path::new(sysroot.trim())) {
        return Ok(Compiler::Rustup);
    }
    if debian_is_ready() {
        return Ok(Compiler::Debian);
    }
    announce("adding the WebAssembly target");
    if run(program("rustup").args(["target", "add", TARGET])).is_ok() {
        return Ok(Compiler::Rustup);
    }
    announce("rustup cannot download; taking Debian's compiler");
    match debian() {
        Ok(()) => Ok(Compiler::Debian),
        Err(error) => bail!("there is no compiler for the page: {error:#}. By hand: rustup target add {TARGET}"),
    }
}

fn has_std(sysroot: &Path) -> bool {
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    library
        .read_dir()
        .is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

fn debian_is_ready() -> bool {
    has_std(Path::new("/usr"))
        && rust_lld().exists()
        && succeeds(program("rustc").env("RUSTUP_TOOLCHAIN", DEBIAN).arg("-V"))
}

/// Where rustc looks for its own linker.
fn rust_lld() -> PathBuf {
    PathBuf::from(format!("/usr/lib/rustlib/{}-unknown-linux-gnu/bin/rust-lld", std::env::consts::ARCH))
}

fn debian() -> Result<()> {
    apt_install(&DEBIAN_PACKAGES)?;
    run(program("rustup").args(["toolchain", "link", DEBIAN, "/usr"]))?;
    if !has_std(Path::new("/usr")) {
        announce("building the standard library for WebAssembly");
        install_std().context("cannot build the standard library for WebAssembly")?;
    }
    let lld = rust_lld();
    if !lld.exists() {
        let folder = lld.parent().expect("the path has folders").display().to_string();
        as_root(&["mkdir", "-p", &folder])?;
        as_root(&["ln", "-s", DEBIAN_LLD, &lld.display().to_string()])?;
    }
    Ok(())
}

/// Debian ships the library's source, not the library for this target: compiles it once, into the compiler's own folder.
fn install_std() -> Result<()> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/lib.rs"), "#![no_std]\n")?;
    let manifest = "[package]\nname = \"sysroot\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [profile.release]\npanic = \"abort\"\n\n[workspace]\n";
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    run(program("cargo")
        .current_dir(folder.path())
        .env("RUSTUP_TOOLCHAIN", DEBIAN)
        // Stable compilers build their own standard library only when told to forget that they are stable.
        .env("RUSTC_BOOTSTRAP", "1")
        // The page is optimised as a whole, and the library must bring what that needs.
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort"]))?;
    let built = folder.path().join("target").join(TARGET).join("release/deps");
    let library = format!("/usr/lib/rustlib/{TARGET}/lib");
    as_root(&["mkdir", "-p", &library])?;
    for file in built.read_dir()? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libsysroot") {
            as_root(&["cp", &path.display().to_string(), &library])?;
        }
    }
    Ok(())
}

fn as_root(words: &[&str]) -> Result<()> {
    let root = output(program("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let words: Vec<&str> = if root { words.to_vec() } else { [&["sudo", "--non-interactive"], words].concat() };
    let (name, arguments) = words.split_first().context("a command has a name")?;
    if succeeds(program(name).args(arguments)) { Ok(()) } else { bail!("{} failed", words.join(" ")) }
}
