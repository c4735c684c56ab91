//! A view as the fragment of an address: every view can be sent to a friend.
//!
//! `#v=1&tab=generate&seed=7&count=10&solver=heun&intervals=20&guidance=1.5&class=Sneaker`. [`WORDS`] has
//! every word. Only what belongs to the shown tab is written. What is absent keeps its default; what cannot be understood is
//! refused, never guessed.

#[cfg(test)]
mod tests;
mod words;

use form_urlencoded::{Serializer, parse};
use shared::time::Spacing;

use crate::view::View;
pub use words::{WORDS, Word};

/// The version that is written, and the only one so far.
const VERSION: &str = "1";

/// Why a link cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// From a later page.
    #[error("it has version {0}, and this page reads version {VERSION}; reload the page or ask for a new link")]
    Version(String),
    /// A word that means nothing here.
    #[error("it says “{0}”, which this page does not know")]
    Key(String),
    /// A word twice.
    #[error("it says “{0}” twice")]
    Twice(String),
    /// A value that cannot be.
    #[error("{key} is “{value}”; it should be {expected}")]
    Value {
        /// The word.
        key: &'static str,
        /// What it was given.
        value: String,
        /// What it can be.
        expected: String,
    },
}

/// The fragment for a view, without `#`.
pub fn fragment_from_view(view: &View) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.append_pair("v", VERSION);
    for word in WORDS.iter().filter(|word| word.tabs.contains(&view.tab)) {
        if let Some(value) = (word.write)(view) {
            pairs.append_pair(word.key, &value);
        }
    }
    pairs.finish()
}

/// The view that a fragment describes, with or without its `#`. An empty one describes the default view.
///
/// # Errors
/// [`LinkError`] for the first thing that cannot be understood.
pub fn view_from_fragment(fragment: &str) -> Result<View, LinkError> {
    let fragment = fragment.trim_start_matches('#');
    if fragment.is_empty() {
        return Ok(View::default());
    }
    let mut view = View { spacing: Spacing::untold(), ..View::default() };
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in parse(fragment.as_bytes()) {
        // Links of before say `picture`.
        let key = if key == "picture" { "image".to_owned() } else { key.into_owned() };
        if seen.contains(&key) {
            return Err(LinkError::Twice(shortened(&key)));
        }
        set(&mut view, &key, &value)?;
        seen.push(key);
    }
    Ok(view)
}

/// Makes a view say one word of a link. The page's controls say the same words; an empty one stands for no name.
///
/// # Errors
/// [`LinkError`] if the word or its value cannot be understood.
pub fn set(view: &mut View, key: &str, value: &str) -> Result<(), LinkError> {
    if key == "v" {
        return if value == VERSION { Ok(()) } else { Err(LinkError::Version(shortened(value))) };
    }
    let word = WORDS.iter().find(|word| word.key == key).ok_or_else(|| LinkError::Key(shortened(key)))?;
    (word.read)(view, value).ok_or_else(|| LinkError::Value {
        key: word.key,
        value: shortened(value),
        expected: (word.expected)(),
    })
}

/// What a stranger wrote, short enough for a sentence.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
