//! One thing on the page.

use serde_json::Value;

use crate::browser::{Browser, Handle, value_of};

/// A control, an image, a region.
pub(crate) struct Element<'a> {
    browser: &'a dyn Browser,
    handle: Handle,
}

impl<'a> Element<'a> {
    pub(crate) fn new(browser: &'a dyn Browser, handle: Handle) -> Self {
        Element { browser, handle }
    }

    /// What there is within it with this role, in the order of the document.
    pub(crate) fn all(&self, role: &str) -> Vec<Element<'a>> {
        self.find(role, None)
    }

    /// The one thing within it with this role and exactly this name, if there is exactly one.
    pub(crate) fn only(&self, role: &str, name: &str) -> Option<Element<'a>> {
        let mut found = self.find(role, Some(name));
        found.pop().filter(|_| found.is_empty())
    }

    fn find(&self, role: &str, name: Option<&str>) -> Vec<Element<'a>> {
        let found = self.browser.find(&self.handle, role, name);
        found.into_iter().map(|handle| Element::new(self.browser, handle)).collect()
    }

    /// What a function of it answers, awaited.
    pub(crate) fn ask(&self, function: &str) -> Value {
        value_of(self.browser.call(&self.handle, function))
    }

    fn word(&self, function: &str) -> String {
        self.ask(function).as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn click(&self) {
        self.ask("element => element.click()");
    }

    /// Goes there with the keyboard, and presses a key.
    pub(crate) fn press(&self, key: &str) {
        self.ask("element => element.focus()");
        self.browser.press(key);
    }

    pub(crate) fn text(&self) -> String {
        self.word("element => element.textContent")
    }

    pub(crate) fn value(&self) -> String {
        self.word("element => element.value")
    }

    /// What stands below an image.
    pub(crate) fn caption(&self) -> String {
        self.word("element => element.closest('figure').querySelector('figcaption').textContent")
    }

    /// Enters a value, or chooses what a menu shows as it.
    pub(crate) fn set(&self, value: &str) {
        let known = self.ask(&format!(
            "element => {{
                const option = [...element.options ?? []].find(option => option.text === `{value}`);
                element.value = option ? option.value : `{value}`;
                for (const heard of ['input', 'change']) element.dispatchEvent(new Event(heard, {{ bubbles: true }}));
                return !element.options || option !== undefined;
            }}"
        ));
        assert_eq!(known, Value::Bool(true), "the menu has no “{value}”");
    }

    /// The red channel of a canvas, or of the one within: all there is in a grey image.
    pub(crate) fn pixels(&self) -> Vec<u8> {
        let list = self.word(
            "element => {
                const canvas = element.querySelector('canvas') ?? element;
                const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                return Array.from(data).filter((_, i) => i % 4 === 0).join();
            }",
        );
        list.split(',').map(|pixel| pixel.parse().expect("a pixel")).collect()
    }
}
