//! The open step of the tour.

use std::cell::Cell;
use std::num::NonZeroU32;

use web::link::fragment_from_view;
use web::tour::{STEPS, Step};
use web::view::View;
use web_sys::HtmlElement;

use super::address;
use super::document::{by_id, set_attributes, set_hidden, show_text};

thread_local! {
    /// The step that was open before.
    static BEFORE: Cell<Option<NonZeroU32>> = const { Cell::new(None) };
}

/// Shows it, if one is open.
pub(crate) fn show(view: &View) {
    let before = BEFORE.replace(view.tour);
    link("tour-begin", 1);
    set_hidden("tour", view.tour.is_none());
    let Some(number) = view.tour.map(|step| step.get() as usize) else {
        if before.is_some() {
            by_id::<HtmlElement>("tour-begin").focus().unwrap_or_default();
        }
        return;
    };
    let Some(Step { title, text, .. }) = STEPS.get(number - 1) else { return };
    show_text("tour-title", title);
    show_text("tour-text", text);
    show_text("tour-place", &format!("{number} of {}", STEPS.len()));
    link("tour-back", number - 1);
    link("tour-next", number + 1);
    let end = fragment_from_view(&View { tour: None, ..view.clone() });
    set_attributes(&by_id("tour-end"), &[("href", &address::with(&end))]);
    if before.is_some() && before != view.tour {
        // Its links may be hidden now; and those who do not see it hear the title.
        by_id::<HtmlElement>("tour-title").focus().unwrap_or_default();
    }
}

/// Lets the link of this name lead to a step, if there is such a step.
fn link(id: &str, number: usize) {
    let step = number.checked_sub(1).and_then(|index| STEPS.get(index));
    set_hidden(id, step.is_none());
    if let Some(Step { link, .. }) = step {
        set_attributes(&by_id(id), &[("href", &address::with(&format!("{link}&tour={number}")))]);
    }
}
