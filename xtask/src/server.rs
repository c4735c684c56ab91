//! A server on this machine.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use web::catalogue::ADDRESS;

/// How long a bare machine may take until everything is served.
const PATIENCE: Duration = Duration::from_secs(45 * 60);

/// Waits until what `child` serves at this port and path contains these words.
///
/// # Errors
/// If it stops before that, or takes too long.
pub(crate) fn wait_for(child: &mut Child, port: u16, path: &str, words: &str) -> Result<()> {
    let began = Instant::now();
    loop {
        // Another program may answer at this port.
        if let Some(status) = child.try_wait()? {
            bail!("the server has stopped before it served “{words}” at /{path} ({status})");
        }
        if serves(port, path, words) {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the server does not serve “{words}” at /{path} after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(200));
    }
}

fn serves(port: u16, path: &str, words: &str) -> bool {
    let ask = || -> io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains(words))
}

/// The page with both of its engines, served until this is dropped.
pub(crate) struct Served {
    child: Child,
    port: u16,
}

impl Served {
    /// Runs a command that serves at the port that it is told, and waits until everything is there.
    ///
    /// # Errors
    /// If it stops before that, or takes too long.
    pub(crate) fn start(command: impl FnOnce(&str) -> Command) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = command(&port.to_string());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut served = Served { child, port };
        wait_for(&mut served.child, port, ADDRESS, "particles-")?;
        Ok(served)
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Served {
    /// Ends the server and everything that it has started.
    fn drop(&mut self) {
        #[cfg(unix)]
        drop(Command::new("kill").args(["-TERM", "--", &format!("-{}", self.child.id())]).status());
        self.child.kill().unwrap_or_default();
        drop(self.child.wait());
    }
}
