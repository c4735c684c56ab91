//! The page, as people meet it: by what they can do there, and by the names that everything has for them.

use std::fs;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::browser::{self, Browser, PATIENCE, Scheme, answering, value_of};
use crate::chromium::Chromium;
use crate::element::Element;
use crate::trainer::root;

/// Where the page is served.
pub(crate) fn address() -> String {
    std::env::var("SCOREFLOW_PAGE").expect("SCOREFLOW_PAGE, where the page is; `cargo xtask test` serves it")
}

/// The page in a browser of its own.
pub(crate) struct Page {
    browser: Rc<dyn Browser>,
}

impl Page {
    /// Opens the page at a link.
    pub(crate) fn open(fragment: &str) -> Self {
        Page::open_at(&address(), fragment)
    }

    /// Likewise, where it is served at another address.
    pub(crate) fn open_at(address: &str, fragment: &str) -> Self {
        Page::within(browser::open(Scheme::Light).into(), &format!("{address}{fragment}"))
    }

    /// Likewise for a visitor who has asked for dark colours.
    pub(crate) fn in_the_dark(fragment: &str) -> Self {
        Page::within(browser::open(Scheme::Dark).into(), &format!("{}{fragment}", address()))
    }

    /// Likewise, where a script runs before those of the page.
    pub(crate) fn open_after(script: &str, fragment: &str) -> Self {
        let browser = browser::open(Scheme::Light);
        browser.before_each_page(script);
        Page::within(browser.into(), &format!("{}{fragment}", address()))
    }

    /// Likewise, in a Chromium with these arguments, which a test can do more with than with other browsers.
    pub(crate) fn in_chromium(arguments: &[&str], link: &str) -> (Rc<Chromium>, Self) {
        let chromium = Rc::new(Chromium::open(arguments, Scheme::Light));
        let page = Page::within(chromium.clone(), &format!("{}{link}", address()));
        (chromium, page)
    }

    /// Likewise, in a browser that a test has opened itself.
    pub(crate) fn within(browser: Rc<dyn Browser>, address: &str) -> Self {
        browser.go(address);
        let page = Page { browser };
        // Chromium answers before it has left the empty page, of which nothing that a test has asked for stays.
        page.wait_until("location.href !== 'about:blank' && document.readyState !== 'loading'");
        page
    }

    pub(crate) fn browser(&self) -> &dyn Browser {
        &*self.browser
    }

    /// The one element with this role and exactly this name, once there is one.
    pub(crate) fn the(&self, role: &str, name: &str) -> Element<'_> {
        self.once(|| self.document().only(role, name), || format!("one {role} “{name}”"))
    }

    /// Whether there is one now.
    pub(crate) fn has(&self, role: &str, name: &str) -> bool {
        self.document().only(role, name).is_some()
    }

    /// What has no role of its own, or is kept from those who listen.
    pub(crate) fn css(&self, selector: &str) -> Element<'_> {
        Element::new(self.browser(), self.browser.handle(&format!("document.querySelector(`{selector}`)")))
    }

    /// Opens the details with this summary.
    pub(crate) fn details(&self, summary: &str) -> Element<'_> {
        let details = Element::new(
            self.browser(),
            self.browser.handle(&format!(
                "[...document.querySelectorAll('summary')].find(one => one.textContent === '{summary}').parentElement"
            )),
        );
        details.ask("details => { details.open = true; }");
        details
    }

    fn document(&self) -> Element<'_> {
        Element::new(self.browser(), self.browser.handle("document.documentElement"))
    }

    /// What a script answers, awaited if it is a promise.
    pub(crate) fn evaluate(&self, script: &str) -> Value {
        value_of(self.browser.run(&answering(script)).unwrap_or_else(|error| panic!("{script}: {error}")))
    }

    /// Waits until a script answers true.
    pub(crate) fn wait_until(&self, script: &str) {
        let is_true = || self.browser.run(&answering(script)).ok()?.filter(|answer| answer == "true");
        self.once(is_true, || script.to_owned());
    }

    /// Waits until this holds.
    pub(crate) fn wait_while(&self, what: &str, holds: impl Fn() -> bool) {
        self.once(|| (!holds()).then_some(()), || format!("the end of: {what}"));
    }

    fn once<T>(&self, look: impl Fn() -> Option<T>, what: impl Fn() -> String) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let says = || self.browser.run("document.body.innerText");
            assert!(began.elapsed() < PATIENCE, "waited in vain for {}; the page says {:?}", what(), says());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the page is in this state.
    pub(crate) fn wait_for(&self, state: &str) {
        self.wait_until(&format!("document.body?.dataset.state === '{state}'"));
    }

    /// Waits until it is done, and the address holds these words.
    pub(crate) fn wait_for_link(&self, words: &str) {
        self.wait_until(&format!("document.body?.dataset.state === 'done' && location.hash.includes('{words}')"));
    }

    /// Clicks the button that begins, and waits until all is done.
    pub(crate) fn begin(&self, button: &str) {
        self.evaluate("document.body.dataset.state = 'asked'");
        self.the("button", button).click();
        self.wait_for("done");
    }

    /// What the page is doing.
    pub(crate) fn state(&self) -> String {
        self.evaluate("document.body.dataset.state").as_str().unwrap_or_default().to_owned()
    }

    /// The state of the page that its address holds.
    pub(crate) fn link(&self) -> String {
        self.evaluate("location.hash").as_str().unwrap_or_default().to_owned()
    }

    /// What computes.
    pub(crate) fn engine(&self) -> String {
        self.the("status", "Engine").text()
    }

    /// Figures about what was computed.
    pub(crate) fn result(&self) -> String {
        self.the("status", "Result").text()
    }

    /// What has gone wrong, if anything has.
    pub(crate) fn notice(&self) -> String {
        self.document().only("alert", "Notice").map_or_else(String::new, |notice| notice.text())
    }

    /// Moves the scale of moments.
    pub(crate) fn turn_to(&self, moment: u32) {
        self.the("slider", "Moment").set(&moment.to_string());
    }

    pub(crate) fn reload(&self) {
        self.evaluate("document.body.dataset.state = 'left'");
        self.browser.reload();
    }

    /// Leaves an image of the window in target/screenshots, in a folder of the browser.
    pub(crate) fn screenshot(&self, name: &str) {
        let folder = root().join("target/screenshots").join(self.browser.name());
        fs::create_dir_all(&folder).expect("a writable folder");
        fs::write(folder.join(format!("{name}.png")), self.browser.screenshot()).expect("a writable folder");
    }
}
