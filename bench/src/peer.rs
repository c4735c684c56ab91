//! PyTorch, or a browser, in a process of its own that does what it is told.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use bench::Work;
use serde::Deserialize;
use serde_json::Value;

/// Packages that our script needs.
const PACKAGES: [&str; 2] = ["numpy", "safetensors"];
const CPU_BUILDS: &str = "https://download.pytorch.org/whl/cpu";

/// A running process.
pub(crate) struct Peer {
    child: Child,
    /// None when nothing more is asked.
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Its name and version.
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct Answer {
    seconds: f64,
}

impl Peer {
    /// Installs PyTorch in a virtual environment of this checkout where it is not there yet, and starts it.
    pub(crate) fn start(root: &Path, threads: usize) -> Result<Self> {
        Peer::begin(root, &["python/peer.py", &threads.to_string()])
    }

    /// Starts a script that says its name, and then answers each line with one.
    pub(crate) fn begin(root: &Path, script: &[&str]) -> Result<Self> {
        let python = python(root)?;
        let mut child = Command::new(python)
            .args(script)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start python/peer.py")?;
        let words = child.stdin.take();
        let mut answers = BufReader::new(child.stdout.take().context("a pipe")?);
        let mut name = String::new();
        answers.read_line(&mut name)?;
        ensure!(!name.is_empty(), "{} has stopped", script[0]);
        Ok(Peer { child, words, answers, name: name.trim().to_owned() })
    }

    /// How many seconds it takes to do the work `count` times.
    pub(crate) fn run(&mut self, work: Work, count: usize) -> Result<f64> {
        let mut request = serde_json::to_value(work)?;
        request["count"] = count.into();
        self.ask(&request)
    }

    /// How many seconds what is described here takes.
    pub(crate) fn ask(&mut self, request: &Value) -> Result<f64> {
        let words = self.words.as_mut().context("a pipe")?;
        writeln!(words, "{request}")?;
        words.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let Answer { seconds } = serde_json::from_str(&answer).with_context(|| format!("{request}: {answer}"))?;
        Ok(seconds)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends when nothing more can come, and ends what it has started.
        drop(self.words.take());
        drop(self.child.wait());
    }
}

pub(crate) fn python(root: &Path) -> Result<std::path::PathBuf> {
    let folder = root.join(".tools/peers");
    let python = folder.join("bin/python");
    if !python.exists() {
        eprintln!("making a virtual environment with PyTorch in {}", folder.display());
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let has = |module: &str| Command::new(&python).args(["-c", &format!("import {module}")]).output();
    if !has("torch")?.status.success() {
        let pip = || {
            let mut pip = Command::new(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "20"]);
            pip
        };
        run(pip().args(PACKAGES))?;
        if run(pip().args(["--index-url", CPU_BUILDS, "torch"])).is_err() {
            eprintln!("its builds for CPUs are out of reach; taking the one for every device, some gigabytes");
            run(pip().arg("torch"))?;
        }
        ensure!(has("torch")?.status.success(), "PyTorch was installed and cannot be imported");
    }
    Ok(python)
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
