//! What tests ask of a browser, whichever it is.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::chromium::Chromium;
use crate::firefox::Firefox;

/// How long anything may take: a graphics processor imitated by software is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// The size of a window, in pixels of style sheets.
pub(crate) const WINDOW: (u32, u32) = (1100, 900);

/// Likewise of a phone's.
pub(crate) const PHONE: (u32, u32) = (390, 844);

/// What a browser calls one of a page's elements.
#[derive(Clone, Debug)]
pub(crate) struct Handle(pub(crate) String);

/// Whether the visitor has asked for dark colours.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// A browser with one page of ours.
pub(crate) trait Browser {
    /// The program's.
    fn name(&self) -> &'static str;

    /// Opens an address.
    fn go(&self, address: &str);

    fn reload(&self);

    /// What a script answers, awaited: JSON, or nothing if it is undefined; or what it has thrown.
    fn run(&self, script: &str) -> Result<Option<String>, String>;

    /// The element that a script answers.
    fn handle(&self, script: &str) -> Handle;

    /// The elements that people perceive with this role and, if it is given, exactly this name, in the order of the document.
    fn find(&self, within: &Handle, role: &str, name: Option<&str>) -> Vec<Handle>;

    /// JSON of what a function of an element answers, awaited.
    fn call(&self, element: &Handle, function: &str) -> Option<String>;

    /// Runs a script before those of every page that is opened from now on.
    fn before_each_page(&self, script: &str);

    /// Presses and releases a key, by the name that its event has.
    fn press(&self, key: &str);

    /// Gives the window the size of a phone's.
    fn phone(&self);

    /// An image of the window, as PNG.
    fn screenshot(&self) -> Vec<u8>;

    /// Opens another tab in front of this one.
    fn cover(&self);

    /// Brings this one to the front again: nothing can be perceived in a hidden one.
    fn uncover(&self);
}

/// The browser that the environment names, without WebGPU.
pub(crate) fn open(scheme: Scheme) -> Box<dyn Browser> {
    match std::env::var_os("FIREFOX").map(PathBuf::from) {
        Some(program) => Box::new(Firefox::open(&program, scheme)),
        None => Box::new(Chromium::open(&[], scheme)),
    }
}

/// A script whose answer is JSON.
pub(crate) fn answering(script: &str) -> String {
    format!("(async () => JSON.stringify(await ({script})))()")
}

/// A value from JSON, or null.
pub(crate) fn value_of(json: Option<String>) -> Value {
    json.map_or(Value::Null, |json| serde_json::from_str(&json).expect("JSON"))
}
