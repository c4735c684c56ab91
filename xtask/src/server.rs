//! A server on this machine.

use std::io::{Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Whether what is served at this port and path contains these words.
pub(crate) fn serves(port: u16, path: &str, words: &str) -> bool {
    let ask = || -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && answer.contains(words))
}
