//! The open step of the tour.

use std::num::NonZeroU32;

use web::link::fragment_from_view;
use web::tour::{STEPS, Step};
use web::view::View;

use super::document::{by_id, set_attributes, set_hidden, show_text};

/// Shows it, if one is open.
pub(crate) fn show(view: &View) {
    set_attributes(&by_id("tour-begin"), &[("href", &address(1))]);
    set_hidden("tour", view.tour.is_none());
    let Some(number) = view.tour.map(|step| step.get() as usize) else { return };
    let Some(Step { title, text, .. }) = STEPS.get(number - 1) else { return };
    show_text("tour-title", title);
    show_text("tour-text", text);
    show_text("tour-place", &format!("{number} of {}", STEPS.len()));
    for (id, to) in [("tour-back", number - 1), ("tour-next", number + 1)] {
        set_hidden(id, to < 1 || to > STEPS.len());
        set_attributes(&by_id(id), &[("href", &address(to))]);
    }
    let end = fragment_from_view(&View { tour: None, ..view.clone() });
    set_attributes(&by_id("tour-end"), &[("href", &format!("#{end}"))]);
}

/// The link to a step.
fn address(number: usize) -> String {
    let step = number.checked_sub(1).and_then(|index| STEPS.get(index));
    let tour = u32::try_from(number).ok().and_then(NonZeroU32::new);
    step.zip(tour).map_or_else(String::new, |(step, number)| format!("#{}&tour={number}", step.link))
}
