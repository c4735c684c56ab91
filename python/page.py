"""The browser of `cargo xtask bench page`: serves the repository and opens bench/page.html in Chromium. Hands each line of its
input to the page, and what the page answers to its output."""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

# Software in the place of a graphics processor, where there is none.
ARGUMENTS = """--headless=new --no-sandbox --disable-dev-shm-usage --enable-unsafe-webgpu --enable-gpu --ignore-gpu-blocklist
--enable-features=Vulkan --use-vulkan=swiftshader --use-angle=swiftshader --enable-unsafe-swiftshader"""
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

wanted = queue.Queue()


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/next":
            self.answer(wanted.get().encode())
        else:
            super().do_GET()

    def do_POST(self):
        print(self.rfile.read(int(self.headers["content-length"])).decode(), flush=True)
        self.answer(b"")

    def answer(self, body):
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


peer, root = sys.argv[1:]
chromium = os.environ.get("CHROME") or next(filter(shutil.which, NAMES), None)
if not chromium:
    sys.exit("there is no Chromium; set CHROME to one")
server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=root))
threading.Thread(target=server.serve_forever, daemon=True).start()
version = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True).stdout.strip()
print(f"{peer} in {version}", flush=True)
with tempfile.TemporaryDirectory() as profile:
    address = f"http://127.0.0.1:{server.server_port}/bench/page.html"
    arguments = [*ARGUMENTS.split(), f"--user-data-dir={profile}", address]
    browser = subprocess.Popen([chromium, *arguments], stderr=subprocess.DEVNULL)
    try:
        for line in sys.stdin:
            wanted.put(json.dumps(json.loads(line)))
    finally:
        browser.terminate()
        browser.wait()
