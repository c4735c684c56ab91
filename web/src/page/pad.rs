//! The pad between corners, and its handle.

use web::mix::{CORNERS, Corner, Mix};
use web::update::Message;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::app::App;
use super::document::{by_id, fill, on, random, select, set_attributes, show_text};

/// How far an arrow key moves the handle.
const STRIDE: u8 = 8;

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
    let place = shares.enumerate().map(|(number, share)| format!("corner {}: {share}", number + 1));
    if !walking {
        show_text("pad-place", &place.collect::<Vec<_>>().join(", "));
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
            let (width, height) = (pad.client_width().max(1), pad.client_height().max(1));
            let share = |at: i32, of: i32| (f64::from(at) / f64::from(of) * 255.0).round().clamp(0.0, 255.0) as u8;
            app.send(Message::Handle([share(event.offset_x(), width), share(event.offset_y(), height)]));
        });
    }
    let keyed = app.clone();
    on(&pad, "keydown", move |event: KeyboardEvent| {
        let [x, y] = keyed.mix_at();
        let next = match event.key().as_str() {
            "ArrowLeft" => [x.saturating_sub(STRIDE), y],
            "ArrowRight" => [x.saturating_add(STRIDE), y],
            "ArrowUp" => [x, y.saturating_sub(STRIDE)],
            "ArrowDown" => [x, y.saturating_add(STRIDE)],
            _ => return,
        };
        event.prevent_default();
        keyed.send(Message::Handle(next));
    });
    for number in 0..*CORNERS.end() {
        let (picked, moved) = (app.clone(), app.clone());
        let button: HtmlElement = by_id(&format!("pick-{number}"));
        on(&button, "click", move |_: Event| picked.send(Message::Corner(number)));
        on(&button, "keydown", move |event: KeyboardEvent| {
            let count = moved.corners();
            let next = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => (number + 1) % count,
                "ArrowLeft" | "ArrowUp" => (number + count - 1) % count,
                _ => return,
            };
            event.prevent_default();
            moved.send(Message::Corner(next));
            by_id::<HtmlElement>(&format!("pick-{next}")).focus().unwrap_or_default();
        });
    }
    let (seeded, counted, walked) = (app.clone(), app.clone(), app.clone());
    on(&by_id("corner-seed"), "click", move |_: Event| seeded.send(Message::CornerSeed(random())));
    on(&by_id("corners"), "change", move |_: Event| {
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
