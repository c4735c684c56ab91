//! docs/links.md: the words of the page's links, from the table by which the page reads and writes them.

use web::link::{WORDS, Word, fragment_from_view, view_from_fragment};
use web::view::{Tab, View};

use crate::cells::table;

/// Where it is written.
pub(super) const DOCUMENT: &str = "docs/links.md";

/// The document.
pub(super) fn document() -> String {
    let tabs = |word: &Word| {
        let names: Vec<&str> = word.tabs.iter().map(|tab| tab.name()).collect();
        if word.tabs == Tab::ALL { "all".to_owned() } else { names.join(", ") }
    };
    let untold = view_from_fragment("v=1").expect("a link that says nothing else");
    let rows = WORDS.iter().map(|word| {
        let default = (word.write)(&untold).map_or_else(|| "–".to_owned(), |value| format!("`{value}`"));
        vec![format!("`{}`", word.key), word.about.to_owned(), (word.expected)(), default, tabs(word)]
    });
    format!(
        "# The words of a link\n\n\
         Everything that the page shows is in its address, after the `#`: words and values, such as `{}`.\n\
         An empty address is the default view.\n\
         In any other, `v=1` stands first, and a word that is absent has its default; one that cannot be understood is refused by name.\n\
         Older links still work: `picture` means `image`.\n\
         `?device=cpu`, `?device=webgpu` and `?device=fastest`, before the `#`, choose what computes.\n\n{}",
        fragment_from_view(&View::default()),
        table(&["word", "what it says", "its value", "default", "tabs"], rows)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_what_the_page_reads() {
        let written = std::fs::read_to_string(bench::repository::root().join(DOCUMENT)).expect("docs/links.md");
        assert_eq!(written, document(), "`cargo xtask results --render` writes it anew");
    }
}
