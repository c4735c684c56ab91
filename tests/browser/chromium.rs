//! Chromium, which can imitate a graphics processor, spoken to by the protocol of its developer tools.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;
use std::sync::Arc;

use headless_chrome::protocol::cdp::Accessibility::QueryAXTree;
use headless_chrome::protocol::cdp::DOM::ResolveNode;
use headless_chrome::protocol::cdp::Emulation::{SetDeviceMetricsOverride, SetEmulatedMedia};
use headless_chrome::protocol::cdp::Page::{
    AddScriptToEvaluateOnNewDocument, CaptureScreenshotFormatOption, SetBypassCSP,
};
use headless_chrome::protocol::cdp::Runtime::CallFunctionOn;
use headless_chrome::{LaunchOptions, Tab};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::browser::{Browser, Handle, PATIENCE, PHONE, Scheme, WINDOW};

const QUIET: [&str; 6] = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--hide-scrollbars",
];

/// SwiftShader, a graphics processor imitated by software.
pub(crate) const IMITATED: [&str; 7] = [
    "--enable-unsafe-webgpu",
    "--enable-gpu",
    "--ignore-gpu-blocklist",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
];

/// The browser.
pub(crate) struct Chromium {
    tab: Arc<Tab>,
    browser: headless_chrome::Browser,
}

impl Chromium {
    /// With these arguments beside the usual ones.
    pub(crate) fn open(arguments: &[&str], scheme: Scheme) -> Self {
        let arguments: Vec<&OsStr> = QUIET.iter().chain(arguments).map(OsStr::new).collect();
        let options = LaunchOptions::default_builder()
            .path(std::env::var_os("CHROME").map(Into::into))
            .sandbox(false)
            .disable_default_args(true)
            .window_size(Some(WINDOW))
            .idle_browser_timeout(PATIENCE * 2)
            .args(arguments)
            .build()
            .expect("options for a browser");
        let browser = headless_chrome::Browser::new(options).expect("a Chromium; set CHROME to one");
        let tab = browser.new_tab().expect("a tab");
        // A question that a browser loses while it changes pages is asked again.
        tab.set_default_timeout(PATIENCE / 8);
        if scheme == Scheme::Dark {
            let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
            tab.call_method(method::<SetEmulatedMedia>(dark)).expect("a dark scheme");
        }
        Chromium { tab, browser }
    }

    /// What the browser calls itself.
    pub(crate) fn version(&self) -> String {
        self.browser.get_version().expect("a version").product
    }

    /// Lets a test run scripts that the page's content policy forbids, from when the page is opened again.
    pub(crate) fn unguard(&self) {
        self.tab.call_method(SetBypassCSP { enabled: true }).expect("a page without its policy");
    }

    /// Megabytes that the program of this page, with its workers, holds of the machine's memory; none where there is no /proc.
    pub(crate) fn memory(&self) -> Option<f64> {
        let megabytes = |process: u32| -> Option<f64> {
            let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
            line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1e3)
        };
        self.processes("renderer").into_iter().filter_map(megabytes).reduce(f64::max)
    }

    /// Ends the program that has the graphics processor; whether there was one to be found.
    pub(crate) fn lose_graphics(&self) -> bool {
        let programs = self.processes("gpu-process");
        let end = |program: &u32| Command::new("kill").args(["-KILL", &program.to_string()]).status();
        programs.iter().any(|program| end(program).is_ok_and(|status| status.success()))
    }

    /// The browser's programs of a kind; none where there is no /proc.
    fn processes(&self, kind: &str) -> Vec<u32> {
        let parent = |process: u32| -> Option<u32> {
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
            stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
        };
        let is_it = |process: &u32| {
            let words = fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
            words.contains(&format!("--type={kind}"))
                && std::iter::successors(Some(*process), |one| parent(*one))
                    .any(|one| Some(one) == self.browser.get_process_id())
        };
        let Ok(all) = fs::read_dir("/proc") else { return Vec::new() };
        all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter(is_it).collect()
    }
}

impl Browser for Chromium {
    fn name(&self) -> &'static str {
        "chromium"
    }

    fn go(&self, address: &str) {
        self.tab.navigate_to(address).expect("the page opens");
    }

    fn reload(&self) {
        self.tab.reload(false, None).expect("the page opens again");
    }

    fn run(&self, script: &str) -> Result<Option<String>, String> {
        let answer = self.tab.evaluate(script, true).map_err(|error| error.to_string())?;
        Ok(answer.value.and_then(text))
    }

    fn handle(&self, script: &str) -> Handle {
        let found = self.tab.evaluate(script, false).unwrap_or_else(|error| panic!("{script}: {error}"));
        Handle(found.object_id.unwrap_or_else(|| panic!("no element: {script}")))
    }

    fn find(&self, within: &Handle, role: &str, name: Option<&str>) -> Vec<Handle> {
        let query = json!({ "objectId": within.0, "role": role, "accessibleName": name });
        // A page that has just changed has no such tree any more.
        let Ok(found) = self.tab.call_method(method::<QueryAXTree>(query)) else { return Vec::new() };
        let perceived = found.nodes.into_iter().filter(|node| !node.ignored);
        let handle = |node| {
            let resolve = method::<ResolveNode>(json!({ "backendNodeId": node }));
            self.tab.call_method(resolve).ok()?.object.object_id.map(Handle)
        };
        perceived.filter_map(|node| handle(node.backend_dom_node_id?)).collect()
    }

    fn call(&self, element: &Handle, function: &str) -> Option<String> {
        let call = method::<CallFunctionOn>(json!({
            "functionDeclaration": format!("async function () {{ return JSON.stringify(await ({function})(this)) }}"),
            "objectId": element.0, "awaitPromise": true, "returnByValue": true,
        }));
        let answer = self.tab.call_method(call).unwrap_or_else(|error| panic!("{function}: {error}"));
        if let Some(thrown) = answer.exception_details {
            panic!("{function}: {thrown:?}");
        }
        answer.result.value.and_then(text)
    }

    fn before_each_page(&self, script: &str) {
        let add = method::<AddScriptToEvaluateOnNewDocument>(json!({ "source": script }));
        self.tab.call_method(add).expect("a script for every page");
    }

    fn press(&self, key: &str) {
        self.tab.press_key(key).expect("a known key");
    }

    fn phone(&self) {
        let (width, height) = PHONE;
        let phone = json!({ "width": width, "height": height, "deviceScaleFactor": 2.0, "mobile": true });
        self.tab.call_method(method::<SetDeviceMetricsOverride>(phone)).expect("a phone-sized window");
    }

    fn screenshot(&self) -> Vec<u8> {
        self.tab.capture_screenshot(CaptureScreenshotFormatOption::Png, None, None, true).expect("a screenshot")
    }

    fn cover(&self) {
        let tab = self.browser.new_tab().expect("another tab");
        tab.activate().expect("it comes to the front");
    }

    fn uncover(&self) {
        self.tab.activate().expect("it comes to the front");
    }
}

fn text(value: Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// What the protocol is asked, from its words.
fn method<M: DeserializeOwned>(words: Value) -> M {
    serde_json::from_value(words).expect("what the protocol knows")
}
