//! A browser with the page in it.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::Emulation::{MediaFeature, SetDeviceMetricsOverride, SetEmulatedMedia};
use headless_chrome::protocol::cdp::Page::{CaptureScreenshotFormatOption, SetBypassCSP};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value;

use crate::trainer::root;

/// How long anything may take: a graphics processor imitated by software is slow.
const PATIENCE: Duration = Duration::from_secs(240);

/// The width of a phone's window, in pixels of its style sheets.
pub(crate) const PHONE: u64 = 390;

/// Whether the browser has WebGPU.
#[derive(Clone, Copy)]
pub(crate) enum Gpu {
    /// None: the page must compute on the CPU.
    None,
    /// SwiftShader, a graphics processor imitated by software; the address asks for it.
    Imitated,
    /// The same, and the page decides.
    Offered,
    /// The same, and a trial decides.
    Tried,
}

const QUIET: [&str; 6] = [
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--hide-scrollbars",
];
const IMITATED: [&str; 7] = [
    "--enable-unsafe-webgpu",
    "--enable-gpu",
    "--ignore-gpu-blocklist",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
];

/// Where the page is served.
pub(crate) fn address() -> String {
    std::env::var("SCOREFLOW_PAGE").expect("SCOREFLOW_PAGE, where the page is; `cargo xtask test` serves it")
}

/// A tab of a browser of its own.
pub(crate) struct Page {
    tab: Arc<Tab>,
    browser: Browser,
}

impl Page {
    /// Opens the page at a link.
    pub(crate) fn open(gpu: Gpu, fragment: &str) -> Self {
        Page::open_at(&address(), gpu, fragment)
    }

    /// Likewise, where it is served at another address.
    pub(crate) fn open_at(address: &str, gpu: Gpu, fragment: &str) -> Self {
        let (imitated, query): (&[&str], &str) = match gpu {
            Gpu::None => (&[], ""),
            Gpu::Imitated => (&IMITATED, "?device=webgpu"),
            Gpu::Tried => (&IMITATED, "?device=fastest"),
            Gpu::Offered => (&IMITATED, ""),
        };
        let arguments: Vec<&OsStr> = QUIET.iter().chain(imitated).map(OsStr::new).collect();
        let options = LaunchOptions::default_builder()
            .path(std::env::var_os("CHROME").map(Into::into))
            .sandbox(false)
            .disable_default_args(true)
            .window_size(Some((1100, 900)))
            .idle_browser_timeout(PATIENCE * 2)
            .args(arguments)
            .build()
            .expect("options for a browser");
        let browser = Browser::new(options).expect("a Chromium; set CHROME to one");
        let tab = browser.new_tab().expect("a tab");
        // A question that a browser loses while it changes pages is asked again.
        tab.set_default_timeout(PATIENCE / 8);
        tab.navigate_to(&format!("{address}{query}{fragment}")).expect("the page opens");
        Page { tab, browser }
    }

    /// What a script answers, awaited if it is a promise.
    pub(crate) fn evaluate(&self, script: &str) -> Value {
        let result = self.tab.evaluate(script, true).unwrap_or_else(|error| panic!("{script}: {error}"));
        result.value.unwrap_or_default()
    }

    /// What a script answers that answers an object.
    pub(crate) fn evaluate_object(&self, script: &str) -> Value {
        let text = self.evaluate(&format!("Promise.resolve({script}).then(answer => JSON.stringify(answer))"));
        serde_json::from_str(text.as_str().expect("an object")).expect("JSON")
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

    /// Another tab of the browser, in front of this one.
    pub(crate) fn cover(&self, address: &str) {
        let tab = self.browser.new_tab().expect("another tab");
        tab.navigate_to(address).expect("it begins to open");
        tab.activate().expect("it comes to the front");
    }

    /// What the browser calls itself.
    pub(crate) fn browser(&self) -> String {
        self.browser.get_version().expect("a version").product
    }

    /// Waits until a script answers true.
    pub(crate) fn wait_until(&self, script: &str) {
        let began = Instant::now();
        while self.tab.evaluate(script, false).ok().and_then(|result| result.value) != Some(Value::Bool(true)) {
            let state = || self.tab.evaluate("document.body.innerText", false).ok().and_then(|result| result.value);
            assert!(began.elapsed() < PATIENCE, "waited in vain for {script}; the page says {:?}", state());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the page is in this state.
    pub(crate) fn wait_for(&self, state: &str) {
        self.wait_until(&format!("document.body && document.body.dataset.state === '{state}'"));
    }

    /// What the page is doing.
    pub(crate) fn state(&self) -> String {
        self.evaluate("document.body.dataset.state").as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.evaluate(&format!("document.querySelector('{selector}').textContent"))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn value(&self, selector: &str) -> String {
        self.evaluate(&format!("document.querySelector('{selector}').value")).as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        let count = self.evaluate(&format!("document.querySelectorAll('{selector}').length"));
        count.as_u64().unwrap_or_default() as usize
    }

    /// The red channel of a canvas: all there is in a grey image.
    pub(crate) fn pixels(&self, selector: &str) -> Vec<u8> {
        let script = format!(
            "(() => {{ const c = document.querySelector('{selector}');
                const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
                return Array.from(data).filter((_, i) => i % 4 === 0).join(); }})()"
        );
        let list = self.evaluate(&script);
        list.as_str().expect("a list of pixels").split(',').map(|pixel| pixel.parse().expect("a pixel")).collect()
    }

    /// Gives a control a value, and lets the page hear of it by this event.
    pub(crate) fn set(&self, selector: &str, value: &str, event: &str) {
        self.evaluate(&format!(
            "(() => {{ const control = document.querySelector('{selector}'); control.value = '{value}';
                control.dispatchEvent(new Event('{event}', {{ bubbles: true }})); }})()"
        ));
    }

    /// Moves the scale of moments.
    pub(crate) fn turn_to(&self, moment: u32) {
        self.set("#moment", &moment.to_string(), "input");
    }

    pub(crate) fn press(&self, key: &str) {
        self.tab.press_key(key).expect("a known key");
    }

    /// Lets a test run scripts that the page's content policy forbids, and opens the page again.
    pub(crate) fn unguard(&self) {
        self.tab.call_method(SetBypassCSP { enabled: true }).expect("a page without its policy");
        self.reload();
    }

    pub(crate) fn reload(&self) {
        self.evaluate("document.body.dataset.state = 'left'");
        self.tab.reload(false, None).expect("the page opens again");
    }

    pub(crate) fn dark(&self) {
        let scheme = MediaFeature { name: "prefers-color-scheme".into(), value: "dark".into() };
        self.tab.call_method(SetEmulatedMedia { media: None, features: Some(vec![scheme]) }).expect("a dark scheme");
    }

    pub(crate) fn phone(&self) {
        self.tab
            .call_method(SetDeviceMetricsOverride {
                width: PHONE as u32,
                height: 844,
                device_scale_factor: 2.0,
                mobile: true,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            })
            .expect("a phone-sized window");
    }

    /// Leaves an image of the window in target/screenshots.
    pub(crate) fn screenshot(&self, name: &str) {
        let folder = root().join("target/screenshots");
        fs::create_dir_all(&folder).expect("a writable folder");
        let image = self.tab.capture_screenshot(CaptureScreenshotFormatOption::Png, None, None, true);
        fs::write(folder.join(format!("{name}.png")), image.expect("a screenshot")).expect("a writable folder");
    }
}
