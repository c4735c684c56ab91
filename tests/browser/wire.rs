//! A wire to the server that can be cut: the service worker of a page has a network of its own, which no switch of the browser
//! takes away.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// The wire.
pub(crate) struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// To the server at an address such as `http://127.0.0.1:8080/`.
    pub(crate) fn to(address: &str) -> Self {
        let server: SocketAddr =
            address.trim_start_matches("http://").trim_end_matches('/').parse().expect("a server on this machine");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a port").port();
        let (cut, open) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let wire = Wire { port, cut: Arc::clone(&cut), open: Arc::clone(&open) };
        thread::spawn(move || {
            for here in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(there) = TcpStream::connect(server) else { continue };
                let ends = [(&here, &there), (&there, &here)].map(|(a, b)| (a.try_clone(), b.try_clone()));
                for (from, to) in ends {
                    let (Ok(mut from), Ok(mut to)) = (from, to) else { continue };
                    thread::spawn(move || {
                        drop(io::copy(&mut from, &mut to));
                        drop(to.shutdown(Shutdown::Write));
                    });
                }
                open.lock().expect("no panic before").extend([here, there]);
            }
        });
        wire
    }

    /// Where the page is through it.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Nothing gets through any more.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        for stream in self.open.lock().expect("no panic before").drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    /// Everything gets through again.
    pub(crate) fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}
