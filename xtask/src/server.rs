//! A server on this machine.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

/// How long a bare machine may take until everything is served.
const PATIENCE: Duration = Duration::from_secs(45 * 60);

/// Waits until what `child` serves at this port and path contains these words.
///
/// # Errors
/// If it stops before that, or takes too long.
pub(crate) fn wait_for(child: &mut Child, port: u16, path: &str, words: &str) -> Result<()> {
    let began = Instant::now();
    while !serves(port, path, words) {
        if let Some(status) = child.try_wait()? {
            bail!("the server has stopped before it served “{words}” at /{path} ({status})");
        }
        ensure!(began.elapsed() < PATIENCE, "the server does not serve “{words}” at /{path} after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
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
