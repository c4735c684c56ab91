//! The page within other pages.

use web::link::fragment_from_view;
use web::view::{Tab, View};
use web_sys::HtmlElement;

use super::address;
use super::document::{by_id, document, set_attributes, show_text};

/// The height that a stage needs within a page of text, in pixels.
fn height(tab: Tab) -> u32 {
    match tab {
        Tab::Generate | Tab::Translate => 480,
        Tab::Mix => 560,
        Tab::Return => 640,
        Tab::Laboratory => 960,
    }
}

/// Shows the stage alone if the view says so, and the lines that embed the view.
pub(crate) fn show(view: &View) {
    let body: HtmlElement = document().body().expect("a document has a body");
    if view.embedded {
        set_attributes(&body, &[("data-embedded", "")]);
    } else {
        body.remove_attribute("data-embedded").expect("a plain attribute");
    }
    let whole = fragment_from_view(&View { embedded: false, ..view.clone() });
    set_attributes(&by_id("whole"), &[("href", &address::with(&whole))]);
    let link = fragment_from_view(&View { embedded: true, tour: None, ..view.clone() });
    let page = address::absolute("");
    let height = height(view.tab);
    show_text(
        "embed",
        &format!(
            r##"<iframe src="{page}#{link}" width="100%" height="{height}" title="ScoreFlow" loading="lazy"></iframe>"##
        ),
    );
}
