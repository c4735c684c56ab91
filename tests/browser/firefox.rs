//! Firefox, spoken to by WebDriver BiDi: <https://w3c.github.io/webdriver-bidi/>.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::browser::{Browser, Handle, PATIENCE, PHONE, Scheme, WINDOW};

/// What a browser of a test has no use for, most of all what it would ask of hosts elsewhere.
const PREFERENCES: [(&str, &str); 9] = [
    ("app.normandy.enabled", "false"),
    ("app.update.disabledForTesting", "true"),
    ("browser.safebrowsing.blockedURIs.enabled", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("messaging-system.rsexperimentloader.enabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("services.settings.server", "\"data:,#remote-settings-dummy/v1\""),
];

/// The browser.
pub(crate) struct Firefox {
    socket: RefCell<WebSocket<TcpStream>>,
    /// Numbers of commands.
    asked: Cell<u64>,
    /// The tab.
    context: String,
    program: Child,
    _profile: TempDir,
}

impl Firefox {
    /// Starts the program with a profile of its own.
    pub(crate) fn open(program: &Path, scheme: Scheme) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let scheme = ("ui.systemUsesDarkTheme", if scheme == Scheme::Dark { "1" } else { "0" });
        let lines =
            PREFERENCES.iter().chain([&scheme]).map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
        fs::write(profile.path().join("user.js"), lines.collect::<String>()).expect("a writable folder");
        let mut program = Command::new(program)
            .args(["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile"])
            .arg(profile.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a Firefox; set FIREFOX to one");
        let mut said = BufReader::new(program.stderr.take().expect("it was asked for")).lines().map_while(Result::ok);
        let address = said
            .find_map(|line| Some(line.strip_prefix("WebDriver BiDi listening on ")?.trim().to_owned()))
            .expect("it says where it listens");
        std::thread::spawn(move || said.for_each(drop));
        let host = address.strip_prefix("ws://").expect("an address without encryption");
        let stream = TcpStream::connect(host).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        let (socket, _) = tungstenite::client(format!("{address}/session"), stream).expect("it speaks");
        let mut firefox = Firefox {
            socket: RefCell::new(socket),
            asked: Cell::new(0),
            context: String::new(),
            program,
            _profile: profile,
        };
        firefox.ask("session.new", json!({ "capabilities": {} })).expect("a session");
        let tabs = firefox.ask("browsingContext.getTree", json!({})).expect("tabs");
        firefox.context = tabs["contexts"][0]["context"].as_str().expect("a tab").to_owned();
        firefox.resize(WINDOW, 1.0);
        firefox
    }

    /// What it answers to a command, or the error in its words.
    fn ask(&self, command: &str, parameters: Value) -> Result<Value, String> {
        let id = self.asked.replace(self.asked.get() + 1);
        let question = json!({ "id": id, "method": command, "params": parameters }).to_string();
        let mut socket = self.socket.borrow_mut();
        socket.send(Message::text(question)).map_err(|error| error.to_string())?;
        loop {
            let heard = socket.read().map_err(|error| error.to_string())?;
            let Ok(text) = heard.to_text() else { continue };
            let Ok(mut answer) = serde_json::from_str::<Value>(text) else { continue };
            if answer["id"] == id {
                let failed = answer["type"] == "error";
                return if failed { Err(answer.to_string()) } else { Ok(answer["result"].take()) };
            }
        }
    }

    /// Likewise for the tab.
    fn tell(&self, command: &str, mut parameters: Value) -> Value {
        parameters["context"] = json!(self.context);
        self.ask(command, parameters).unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// The value that a script gives, described as the protocol does.
    fn script(&self, command: &str, mut parameters: Value) -> Result<Value, String> {
        parameters["target"] = json!({ "context": self.context });
        parameters["awaitPromise"] = json!(true);
        let mut answer = self.ask(command, parameters)?;
        match answer["type"].as_str() {
            Some("success") => Ok(answer["result"].take()),
            _ => Err(answer["exceptionDetails"]["text"].to_string()),
        }
    }

    fn resize(&self, (width, height): (u32, u32), ratio: f64) {
        let viewport = json!({ "width": width, "height": height });
        self.tell("browsingContext.setViewport", json!({ "viewport": viewport, "devicePixelRatio": ratio }));
    }
}

impl Browser for Firefox {
    fn name(&self) -> &'static str {
        "firefox"
    }

    fn go(&self, address: &str) {
        self.tell("browsingContext.navigate", json!({ "url": address, "wait": "none" }));
    }

    fn reload(&self) {
        self.tell("browsingContext.reload", json!({ "wait": "none" }));
    }

    fn run(&self, script: &str) -> Result<Option<String>, String> {
        let value = self.script("script.evaluate", json!({ "expression": script }))?;
        Ok(value["value"].as_str().map(str::to_owned))
    }

    fn handle(&self, script: &str) -> Handle {
        let value = self.script("script.evaluate", json!({ "expression": script }));
        let value = value.unwrap_or_else(|error| panic!("{script}: {error}"));
        handle(&value).unwrap_or_else(|| panic!("no element: {script}"))
    }

    fn find(&self, within: &Handle, role: &str, name: Option<&str>) -> Vec<Handle> {
        let mut wanted = json!({ "role": role });
        if let Some(name) = name {
            wanted["name"] = json!(name);
        }
        let mut query = json!({ "context": self.context, "locator": { "type": "accessibility", "value": wanted } });
        query["startNodes"] = json!([{ "sharedId": within.0 }]);
        // A page that has just changed has no such nodes any more.
        let found = self.ask("browsingContext.locateNodes", query).unwrap_or_default();
        found["nodes"].as_array().into_iter().flatten().filter_map(handle).collect()
    }

    fn call(&self, element: &Handle, function: &str) -> Option<String> {
        let function = format!("async element => JSON.stringify(await ({function})(element))");
        let call = json!({ "functionDeclaration": function, "arguments": [{ "sharedId": element.0 }] });
        let value = self.script("script.callFunction", call);
        value.unwrap_or_else(|error| panic!("{function}: {error}"))["value"].as_str().map(str::to_owned)
    }

    fn before_each_page(&self, script: &str) {
        let function = format!("() => {{ {script} }}");
        self.ask("script.addPreloadScript", json!({ "functionDeclaration": function }))
            .expect("a script for every page");
    }

    fn press(&self, key: &str) {
        // https://www.w3.org/TR/webdriver2/#keyboard-actions
        let value = match key {
            "ArrowLeft" => "\u{E012}",
            "ArrowUp" => "\u{E013}",
            "ArrowRight" => "\u{E014}",
            "Enter" => "\u{E007}",
            "Escape" => "\u{E00C}",
            plain => plain,
        };
        let both = ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": value }));
        let keys = json!({ "type": "key", "id": "keys", "actions": both });
        self.tell("input.performActions", json!({ "actions": [keys] }));
    }

    fn phone(&self) {
        self.resize(PHONE, 2.0);
    }

    fn screenshot(&self) -> Vec<u8> {
        let image = self.tell("browsingContext.captureScreenshot", json!({}));
        BASE64_STANDARD.decode(image["data"].as_str().unwrap_or_default()).expect("an image")
    }

    fn cover(&self) {
        self.ask("browsingContext.create", json!({ "type": "tab" })).expect("another tab");
    }

    fn uncover(&self) {
        self.tell("browsingContext.activate", json!({}));
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        // What cannot be ended has ended.
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

fn handle(node: &Value) -> Option<Handle> {
    node["sharedId"].as_str().map(|id| Handle(id.to_owned()))
}
