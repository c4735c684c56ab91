//! Both sides in one tab of Chromium: the engine of the published page, and onnxruntime-web.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use headless_chrome::{LaunchOptions, Tab};

use crate::peer::{python, run};

/// The peer, as npm knows it.
const ONNX_RUNTIME: &str = "onnxruntime-web@1.30.0";

/// What the network is written with, as pip knows it.
const PACKAGES: [&str; 2] = ["onnx==1.23.2", "onnxscript==0.7.2"];

/// Software in the place of a graphics processor, where there is none.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--disable-dev-shm-usage",
    "--enable-unsafe-webgpu",
    "--enable-gpu",
    "--ignore-gpu-blocklist",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
];

/// How long a turn may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// A tab that can measure.
pub(crate) struct Page {
    tab: Arc<Tab>,
    /// What is compared, with versions.
    pub(crate) peer: String,
    _browser: headless_chrome::Browser,
    _server: Server,
}

impl Page {
    /// Installs the peer where it is not there yet, serves the repository and opens `bench/page.html`.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        ensure!(
            root.join("dist/models/index.json").exists(),
            "there is no page; build it with `cargo xtask setup` and `trunk build`"
        );
        install(root)?;
        let server = Server::start(root)?;
        let options = LaunchOptions::default_builder()
            .path(std::env::var_os("CHROME").map(Into::into))
            .sandbox(false)
            .disable_default_args(true)
            .idle_browser_timeout(PATIENCE)
            .args(ARGUMENTS.iter().map(OsStr::new).collect())
            .build()?;
        let browser = headless_chrome::Browser::new(options).context("there is no Chromium; set CHROME to one")?;
        let version = browser.get_version()?.product;
        let tab = browser.new_tab()?;
        tab.set_default_timeout(PATIENCE);
        tab.navigate_to(&format!("http://127.0.0.1:{}/bench/page.html", server.port))?.wait_until_navigated()?;
        Ok(Page { tab, peer: format!("{ONNX_RUNTIME} in {version}"), _browser: browser, _server: server })
    }

    /// How many seconds one side takes for so many evaluations of a batch.
    pub(crate) fn run(&self, side: &str, device: &str, batch: usize, count: usize) -> Result<f64> {
        let script = format!("measure('{side}', '{device}', {batch}, {count}).catch(error => String(error))");
        let answer = self.tab.evaluate(&script, true)?.value.context("no answer from the page")?;
        answer.as_f64().with_context(|| format!("{side} on {device}: {answer}"))
    }
}

/// onnxruntime-web, and the network in its format.
fn install(root: &Path) -> Result<()> {
    let folder = root.join(".tools/peers");
    if !folder.join("node_modules/onnxruntime-web").exists() {
        run(Command::new("npm")
            .args(["install", "--silent", "--no-audit", "--prefix"])
            .arg(&folder)
            .arg(ONNX_RUNTIME))?;
    }
    if !folder.join("model.onnx").exists() {
        let python = python(root)?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))?;
        let files = ["models/fashion-mnist.safetensors", "--onnx", ".tools/peers/model.onnx"];
        run(Command::new(&python).current_dir(root).arg("python/scoreflow.py").args(files))?;
    }
    Ok(())
}

/// A server of files, until this is dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(root: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder: PathBuf = root.into();
        let words = ["-m", "http.server", "--bind", "127.0.0.1", &port.to_string()].map(str::to_owned);
        let mut command = Command::new(python(root)?);
        command.args(words).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().context("cannot serve the page")?;
        std::thread::sleep(Duration::from_secs(1));
        Ok(Server { child, port })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
