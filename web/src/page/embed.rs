//! The page within other pages.

use web::link::fragment_from_view;
use web::view::View;
use web_sys::HtmlElement;

use super::address;
use super::document::{document, set_attributes, show_text};

/// Shows the stage alone if the view says so, and the lines that embed the view.
pub(crate) fn show(view: &View) {
    let body: HtmlElement = document().body().expect("a document has a body");
    if view.embedded {
        set_attributes(&body, &[("data-embedded", "")]);
    } else {
        body.remove_attribute("data-embedded").expect("a plain attribute");
    }
    let link = fragment_from_view(&View { embedded: true, tour: None, ..view.clone() });
    let page = address::absolute("");
    let height = 480;
    show_text(
        "embed",
        &format!(
            r##"<iframe src="{page}#{link}" width="100%" height="{height}" title="ScoreFlow" loading="lazy"></iframe>"##
        ),
    );
}
