//! The pad between corners, and its handle.

use web::mix::{CORNERS, Corner, Mix};
use web::update::Message;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::app::App;
use super::document::{by_id, fill, on, random, select, set_attributes, show_text};
use super::pointing::{arrow, onward, place, stepped};

/// Shows the pad as it is.
pub(crate) fn show(mix: &Mix, walking: bool) {
    set_attributes(&by_id("table"), &[("data-corners", &mix.corners.len().to_string())]);
    for number in 0..*CORNERS.end() {
        let button: HtmlElement = by_id(&format!("pick-{number}"));
        button.set_hidden(number >= mix.corners.len());
        let chosen = number == mix.chosen;
        button.set_tab_index(if chosen { 0 } else { -1 });
        let caption = match mix.corners.get(number) {
            Some(Corner::Seed(seed)) => format!("seed {seed}"),
            Some(Corner::Example(example)) => format!("image {example}"),
            None => String::new(),
        };
        let name = format!("Corner {}: {caption}", number + 1);
        set_attributes(&button, &[("aria-checked", if chosen { "true" } else { "false" }), ("aria-label", &name)]);
        show_text(&format!("corner-{number}-caption"), &caption);
    }
    select("corners").set_value(&mix.corners.len().to_string());
    show_text("walk", if walking { "Stand still" } else { "Walk" });
    let [x, y] = mix.at.map(|byte| byte.to_string());
    set_attributes(&by_id("handle"), &[("cx", &x), ("cy", &y)]);
    let shares = mix.shares(mix.at).into_iter().map(|share| format!("{:.0} %", 100.0 * share));
    let parts = shares.enumerate().map(|(number, share)| format!("corner {}: {share}", number + 1));
    if !walking {
        show_text("pad-place", &parts.collect::<Vec<_>>().join(", "));
    }
}

/// Listens to the handle and the corners.
pub(crate) fn listen(app: &App) {
    let pad: Element = by_id("pad");
    for kind in ["pointerdown", "pointermove"] {
        let (app, pad) = (app.clone(), pad.clone());
        on(&pad.clone(), kind, move |event: PointerEvent| {
            if event.type_() == "pointerdown" {
                pad.set_pointer_capture(event.pointer_id()).unwrap_or_default();
            } else if !pad.has_pointer_capture(event.pointer_id()) {
                return;
            }
            app.send(Message::Handle(place(&pad, &event)));
        });
    }
    let keyed = app.clone();
    on(&pad, "keydown", move |event: KeyboardEvent| {
        let Some(direction) = arrow(&event) else { return };
        event.prevent_default();
        keyed.send(Message::Handle(stepped(keyed.view().mix.at, direction)));
    });
    for number in 0..*CORNERS.end() {
        let (picked, moved) = (app.clone(), app.clone());
        let button: HtmlElement = by_id(&format!("pick-{number}"));
        on(&button, "click", move |_: Event| picked.send(Message::Corner(number)));
        on(&button, "keydown", move |event: KeyboardEvent| {
            let Some(onward) = onward(&event) else { return };
            let count = moved.view().mix.corners.len();
            let next = (number + count).saturating_add_signed(onward.into()) % count;
            event.prevent_default();
            moved.send(Message::Corner(next));
            by_id::<HtmlElement>(&format!("pick-{next}")).focus().unwrap_or_default();
        });
    }
    let (seeded, counted, walked) = (app.clone(), app.clone(), app.clone());
    on(&by_id("corner-seed"), "click", move |_: Event| seeded.send(Message::CornerSeed(random())));
    on(&by_id("corners"), "change", move |event: Event| {
        // The form would hear of it too, and take a notice away.
        event.stop_propagation();
        if let Ok(count) = select("corners").value().parse() {
            counted.send(Message::Corners(count));
        }
    });
    on(&by_id("walk"), "click", move |_: Event| walked.send(Message::Walk));
}

/// Fills the menu of corners.
pub(crate) fn prepare() {
    let counts: Vec<String> = CORNERS.map(|count| count.to_string()).collect();
    fill("corners", counts.iter().map(|count| (count.as_str(), count.as_str())));
}
