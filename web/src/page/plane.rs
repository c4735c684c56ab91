//! The plane of the laboratory: points, arrows of the field, and a cross to mark places with.

use std::cell::Cell;

use web::laboratory::{REACH, Scenery};
use web::update::Message;
use web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, KeyboardEvent, MouseEvent};

use super::app::App;
use super::document::{by_id, on, prefers, show_text};
use super::drawing::context;
use super::particles;
use super::pointing::{arrow, is_for_browser, place, stepped};

/// The length of the arrow of velocity 1, in units of the plane.
const ARROW: f64 = 0.07;

/// The colour of lines, at least 3 : 1 from either ground.
const LINES: &str = "#808080";

/// Where the cross is at first.
const MIDDLE: [u8; 2] = [128, 128];

thread_local! {
    /// Where the cross is, while the plane has the keyboard.
    static CROSS: Cell<Option<[u8; 2]>> = const { Cell::new(None) };
}

/// Half the side of a point, in pixels.
const POINT: f64 = 1.8;

/// Draws points and field.
pub(crate) fn draw(scenery: &Scenery) {
    let plane: HtmlCanvasElement = by_id("plane");
    let context = context(&plane);
    let (width, height) = (f64::from(plane.width()), f64::from(plane.height()));
    let on_canvas =
        |[x, y]: [f32; 2]| [(f64::from(x) / REACH + 1.0) * 0.5 * width, (1.0 - f64::from(y) / REACH) * 0.5 * height];
    context.clear_rect(0.0, 0.0, width, height);
    context.set_stroke_style_str(LINES);
    context.set_line_width(1.5);
    context.begin_path();
    for [[x, y], [right, up]] in &scenery.arrows {
        let [from_x, from_y] = on_canvas([*x, *y]);
        let [to_x, to_y] = on_canvas([*x + ARROW as f32 * right, *y + ARROW as f32 * up]);
        draw_arrow(&context, [from_x, from_y], [to_x, to_y]);
    }
    context.stroke();
    for ([x, y], deviation) in &scenery.heaps {
        let [x, y] = on_canvas([*x, *y]);
        context.begin_path();
        context.arc(x, y, f64::from(*deviation) / REACH * width, 0.0, std::f64::consts::TAU).unwrap_or_default();
        context.stroke();
    }
    context.set_stroke_style_str(if prefers("(prefers-color-scheme: dark)") { "#c9cbd6" } else { "#44464f" });
    context.set_line_width(1.0);
    context.begin_path();
    for line in &scenery.lines {
        let [[from_x, from_y], [to_x, to_y]] = line.map(on_canvas);
        context.move_to(from_x, from_y);
        context.line_to(to_x, to_y);
    }
    context.stroke();
    let lightness = if prefers("(prefers-color-scheme: dark)") { 65 } else { 38 };
    for hue in if particles::are_there() { 0..0 } else { 0..12 } {
        context.set_fill_style_str(&format!("hsl({} 80% {lightness}%)", hue * 30));
        for (point, _) in scenery.points.iter().zip(&scenery.hues).filter(|(_, own)| **own == hue) {
            let [x, y] = on_canvas(*point);
            context.fill_rect(x - POINT, y - POINT, 2.0 * POINT, 2.0 * POINT);
        }
    }
    if let Some(cross) = CROSS.get() {
        let [x, y] = cross.map(|byte| f64::from(byte) / 255.0);
        draw_cross(&context, [x * width, (1.0 - y) * height]);
    }
}

fn draw_arrow(context: &CanvasRenderingContext2d, [x, y]: [f64; 2], [to_x, to_y]: [f64; 2]) {
    let (right, down) = (to_x - x, to_y - y);
    context.move_to(x, y);
    context.line_to(to_x, to_y);
    for side in [-1.0, 1.0] {
        context.move_to(to_x, to_y);
        context.line_to(to_x - 0.3 * right + 0.18 * side * down, to_y - 0.3 * down - 0.18 * side * right);
    }
}

/// Listens for places that are marked, with the mouse, a finger or the keyboard.
pub(crate) fn listen(app: &App) {
    let plane: HtmlCanvasElement = by_id("plane");
    let (clicked, measured) = (app.clone(), plane.clone());
    on(&plane, "click", move |event: MouseEvent| {
        let [x, down] = place(&measured, &event);
        clicked.send(Message::Place([x, 255 - down]));
    });
    // A browser that loses its graphics processor loses what was drawn with it.
    let restored = app.clone();
    on(&plane, "contextrestored", move |_: Event| restored.send(Message::Look));
    let keyed = app.clone();
    on(&plane, "keydown", move |event: KeyboardEvent| {
        let cross = CROSS.get().unwrap_or(MIDDLE);
        if ["Enter", " "].contains(&event.key().as_str()) && !is_for_browser(&event) {
            event.prevent_default();
            // A key that is held marks once.
            if event.repeat() {
                return;
            }
            keyed.send(Message::Place(cross));
            return say("marked", cross);
        }
        let Some([right, down]) = arrow(&event) else { return };
        let next = stepped(cross, [right, -down]);
        event.prevent_default();
        CROSS.set(Some(next));
        keyed.send(Message::Look);
        say("cross", next);
    });
    let (entered, left) = (app.clone(), app.clone());
    on(&plane, "focus", move |_: Event| {
        CROSS.set(Some(CROSS.get().unwrap_or(MIDDLE)));
        entered.send(Message::Look);
    });
    on(&plane, "blur", move |_: Event| {
        CROSS.set(None);
        left.send(Message::Look);
    });
}

/// Tells where something is to those who do not see it.
fn say(what: &str, place: [u8; 2]) {
    let [x, y] = place.map(|byte| (f64::from(byte) / 255.0 * 2.0 - 1.0) * REACH);
    show_text("place", &format!("{what} at {x:.1}, {y:.1}"));
}

/// The cross, dark in light, so that it stands out from every ground.
fn draw_cross(context: &CanvasRenderingContext2d, [x, y]: [f64; 2]) {
    for (colour, width) in [("white", 6.0), ("black", 2.0)] {
        context.set_stroke_style_str(colour);
        context.set_line_width(width);
        context.begin_path();
        for (right, down) in [(14.0, 0.0), (0.0, 14.0)] {
            context.move_to(x - right, y - down);
            context.line_to(x + right, y + down);
        }
        context.stroke();
    }
}
