//! What a model says of itself.

use shared::card::ModelCard;
use web_sys::HtmlElement;

use super::document::{by_id, create};

/// Shows a card.
pub(crate) fn show(card: &ModelCard) {
    let list: HtmlElement = by_id("card");
    list.set_inner_html("");
    let add = |term: &str, text: &str| {
        for (tag, text) in [("dt", term), ("dd", text)] {
            let element: HtmlElement = create(tag);
            element.set_text_content(Some(text));
            list.append_child(&element).expect("a list takes its parts");
        }
    };
    add("Name", &card.name);
    add("Trained on", &format!("{} ({} images)", card.data, card.training_images));
    add("Licence of the images", &card.licence);
    add("Training", &card.training());
    for measure in &card.measures {
        add(&measure.name.replace('_', " "), &measure.to_string());
    }
    by_id::<HtmlElement>("about").set_hidden(false);
}
