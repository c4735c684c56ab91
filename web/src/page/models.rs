//! The models as cards: what each draws, what it was trained on, and how good it is.

use wasm_bindgen::JsCast;
use web::catalogue::{About, Entry};
use web::view::View;
use web_sys::{Event, HtmlButtonElement, HtmlElement};

use super::document::{by_id, create, on, set_attributes};

/// Shows those that say something of themselves; `chosen` hears the name of one that is picked.
pub(crate) fn show(models: &[Entry], chosen: impl Fn(String) + Clone + 'static) {
    let cards: HtmlElement = by_id("cards");
    cards.set_inner_html("");
    for Entry { name, bytes, about, .. } in models {
        let Some(About { data, licence, class_accuracy, preview, few_steps }) = about else { continue };
        let card: HtmlButtonElement = create("button");
        card.set_type("button");
        card.set_value(name);
        if let Some(preview) = preview {
            let image: HtmlElement = create("img");
            set_attributes(&image, &[("src", preview), ("alt", ""), ("loading", "lazy")]);
            card.append_child(&image).expect("a card takes an image");
        }
        let quality = class_accuracy.map_or(String::new(), |[ours, real]| {
            format!(
                "a classifier finds the class in {:.0} % of its images, in {:.0} % of real ones",
                100.0 * ours,
                100.0 * real
            )
        });
        let way = if *few_steps { "draws in one to four steps" } else { "" };
        let size = format!("{:.1} MB", *bytes as f64 / 1e6);
        for (tag, text) in [
            ("b", name.clone()),
            ("span", data.clone()),
            ("span", way.to_owned()),
            ("span", quality),
            ("span", format!("{size}; {licence}")),
        ] {
            let line: HtmlElement = create(tag);
            line.set_text_content(Some(&text));
            card.append_child(&line).expect("a card takes lines");
        }
        let (chosen, name) = (chosen.clone(), name.clone());
        on(&card, "click", move |_: Event| chosen(name.clone()));
        cards.append_child(&card).expect("a list takes cards");
    }
}

/// Marks the card of the model that is chosen.
pub(crate) fn mark(view: &View) {
    let cards = by_id::<HtmlElement>("cards").children();
    for number in 0..cards.length() {
        let card: HtmlButtonElement = cards.item(number).expect("a child of this number").unchecked_into();
        let chosen = view.model.as_ref().map_or(number == 0, |name| *name == card.value());
        set_attributes(&card, &[("aria-current", if chosen { "true" } else { "false" })]);
    }
}
