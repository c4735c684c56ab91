//! Where a visitor points, with a finger, the mouse or the arrow keys.

use web_sys::{Element, KeyboardEvent, MouseEvent};

/// How far an arrow key moves a place, of 255.
const STRIDE: i16 = 8;

/// Whether a key is meant for the browser.
pub(crate) fn is_for_browser(event: &KeyboardEvent) -> bool {
    event.alt_key() || event.ctrl_key() || event.meta_key()
}

/// The direction of an arrow key: to the right, and down.
pub(crate) fn arrow(event: &KeyboardEvent) -> Option<[i8; 2]> {
    if is_for_browser(event) {
        return None;
    }
    match event.key().as_str() {
        "ArrowLeft" => Some([-1, 0]),
        "ArrowRight" => Some([1, 0]),
        "ArrowUp" => Some([0, -1]),
        "ArrowDown" => Some([0, 1]),
        _ => None,
    }
}

/// Where an arrow key leads in a row: 1 is on, −1 is back.
pub(crate) fn onward(event: &KeyboardEvent) -> Option<i8> {
    arrow(event).map(|[right, down]| right + down)
}

/// A place one stride on.
pub(crate) fn stepped(place: [u8; 2], direction: [i8; 2]) -> [u8; 2] {
    let step = |from: u8, by: i8| (i16::from(from) + STRIDE * i16::from(by)).clamp(0, 255) as u8;
    [step(place[0], direction[0]), step(place[1], direction[1])]
}

/// Where an event is on an element: from 0 (left, above) to 1, and beyond if it is outside.
pub(crate) fn share(element: &Element, event: &MouseEvent) -> [f64; 2] {
    let of = |at: i32, size: i32| f64::from(at) / f64::from(size.max(1));
    [of(event.offset_x(), element.client_width()), of(event.offset_y(), element.client_height())]
}

/// Likewise within it, from 0 to 255.
pub(crate) fn place(element: &Element, event: &MouseEvent) -> [u8; 2] {
    share(element, event).map(|share| (share * 255.0).round().clamp(0.0, 255.0) as u8)
}
