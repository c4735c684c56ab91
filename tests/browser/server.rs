//! Serves the built page.

use std::fs;
use std::path::{Path, PathBuf};

use tiny_http::{Header, Response, Server};

/// The folder that trunk fills.
fn dist() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist")
}

/// Starts a server for the rest of the program; returns its address.
pub(crate) fn serve() -> String {
    let dist = dist();
    assert!(dist.join("index.html").exists(), "there is no page in {}; `cargo xtask test` builds it", dist.display());
    let server = Server::http("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}/", server.server_addr());
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let path = request.url().split(['?', '#']).next().unwrap_or_default().trim_start_matches('/').to_owned();
            let path = if path.is_empty() { "index.html" } else { &path };
            let kind = match path.rsplit('.').next() {
                Some("html") => "text/html",
                Some("js") => "text/javascript",
                Some("css") => "text/css",
                Some("wasm") => "application/wasm",
                Some("json") => "application/json",
                _ => "application/octet-stream",
            };
            let header = Header::from_bytes("content-type", kind).expect("a plain header");
            let answered = match fs::read(dist.join(path)) {
                Ok(bytes) => request.respond(Response::from_data(bytes).with_header(header)),
                Err(_) => request.respond(Response::empty(404)),
            };
            // A browser that has left needs no answer.
            answered.unwrap_or_default();
        }
    });
    address
}
