//! A sheet of paper: the visitor draws an image for the model.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shared::image::ImageShape;
use web::update::Message;
use web_sys::{Event, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::app::App;
use super::document::{by_id, disable, input, on, set_attributes, set_hidden, show_text};
use super::drawing::{context, hex};
use super::pointing::{arrow, share};
use super::upload::colours;

/// The most drawings that can be taken back.
const MOST: usize = 50;

/// The paper, in pixels of the model.
#[derive(Clone)]
struct Paper {
    app: App,
    canvas: HtmlCanvasElement,
    /// Where the pen is.
    pen: Rc<Cell<[f64; 2]>>,
    /// What it was before each stroke.
    before: Rc<RefCell<Vec<web_sys::ImageData>>>,
}

/// Listens to the paper and its buttons.
pub(crate) fn listen(app: &App) {
    let paper = Paper { app: app.clone(), canvas: by_id("paper"), pen: Rc::default(), before: Rc::default() };
    let open = paper.clone();
    on(&by_id("sketch-open"), "click", move |_: Event| open.open());
    for kind in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
        let paper = paper.clone();
        on(&paper.canvas.clone(), kind, move |event: PointerEvent| paper.hear(&event));
    }
    let keyed = paper.clone();
    on(&paper.canvas, "keydown", move |event: KeyboardEvent| keyed.hear_key(&event));
    let undone = paper.clone();
    on(&by_id("sketch-undo"), "click", move |_: Event| {
        undone.fit_model();
        let before = undone.before.borrow_mut().pop();
        if let Some(before) = before {
            context(&undone.canvas).put_image_data(&before, 0.0, 0.0).expect("a canvas takes its pixels");
        }
        undone.use_it();
    });
    let cleared = paper.clone();
    on(&by_id("sketch-clear"), "click", move |_: Event| {
        cleared.fit_model();
        cleared.remember();
        cleared.blank();
        cleared.use_it();
    });
}

/// Folds the paper away.
pub(crate) fn fold() {
    unfold(false);
}

fn unfold(open: bool) {
    set_hidden("sketch", !open);
    set_attributes(&by_id("sketch-open"), &[("aria-expanded", if open { "true" } else { "false" })]);
}

impl Paper {
    fn open(&self) {
        let closed = by_id::<HtmlElement>("sketch").hidden();
        unfold(closed);
        if closed {
            self.fit_model();
            self.canvas.focus().unwrap_or_default();
        }
    }

    fn fit_model(&self) {
        if let Some(shape) = self.app.shape() {
            self.fit(shape);
        }
    }

    /// Takes the model's size; a change of it begins a new drawing.
    fn fit(&self, shape: ImageShape) {
        let size = (shape.width as u32, shape.height as u32);
        if (self.canvas.width(), self.canvas.height()) != size {
            self.canvas.set_width(size.0);
            self.canvas.set_height(size.1);
            self.before.borrow_mut().clear();
            self.pen.set([f64::from(size.0) / 2.0, f64::from(size.1) / 2.0]);
            self.show_pen(shape);
            self.blank();
            // Ink that can be seen.
            let light = self.app.ground().is_some_and(|ground| ground[1] > 127);
            input("ink").set_value(if light { "#000000" } else { "#ffffff" });
        }
    }

    /// The colour that the model's images begin with, above on the left: what it knows as ground.
    fn ground(&self) -> String {
        hex(self.app.ground().unwrap_or_default())
    }

    fn blank(&self) {
        let context = context(&self.canvas);
        context.set_fill_style_str(&self.ground());
        context.fill_rect(0.0, 0.0, f64::from(self.canvas.width()), f64::from(self.canvas.height()));
    }

    fn hear(&self, event: &PointerEvent) {
        let Some(shape) = self.app.shape() else { return };
        let [right, down] = share(&self.canvas, event);
        let to = [right * shape.width as f64, down * shape.height as f64];
        match event.type_().as_str() {
            "pointerdown" => {
                self.fit(shape);
                self.canvas.set_pointer_capture(event.pointer_id()).unwrap_or_default();
                self.remember();
                self.pen.set(to);
                self.stroke(to);
            }
            "pointermove" if self.canvas.has_pointer_capture(event.pointer_id()) => self.stroke(to),
            "pointerup" | "pointercancel" if self.canvas.has_pointer_capture(event.pointer_id()) => self.use_it(),
            _ => {}
        }
    }

    /// Arrow keys move the pen; with Shift they draw; Space sets a dot.
    fn hear_key(&self, event: &KeyboardEvent) {
        let Some(shape) = self.app.shape() else { return };
        self.fit(shape);
        let [x, y] = self.pen.get();
        let dot = event.key() == " ";
        let Some([right, down]) = (if dot { Some([0, 0]) } else { arrow(event) }) else { return };
        let (right, down) = (f64::from(right), f64::from(down));
        event.prevent_default();
        let to = [(x + right).clamp(0.0, shape.width as f64), (y + down).clamp(0.0, shape.height as f64)];
        if dot || event.shift_key() {
            self.remember();
            self.stroke(to);
            self.use_it();
        }
        self.pen.set(to);
        self.show_pen(shape);
    }

    /// Shows where the pen is to those who see it, and tells the others.
    fn show_pen(&self, shape: ImageShape) {
        let [x, y] = self.pen.get();
        let pen: HtmlElement = by_id("pen");
        for (side, share) in [("left", x / shape.width as f64), ("top", y / shape.height as f64)] {
            pen.style().set_property(side, &format!("{}%", 100.0 * share)).expect("a plain property");
        }
        show_text("pen-place", &format!("pen at {x}, {y} of {}, {}", shape.width, shape.height));
    }

    /// Draws from where the pen is.
    fn stroke(&self, to: [f64; 2]) {
        let (context, [x, y]) = (context(&self.canvas), self.pen.replace(to));
        let erases = input("eraser").checked();
        context.set_stroke_style_str(&if erases { self.ground() } else { input("ink").value() });
        context.set_line_width(input("nib").value_as_number());
        context.set_line_cap("round");
        context.begin_path();
        context.move_to(x, y);
        context.line_to(to[0], to[1] + 1e-3);
        context.stroke();
    }

    fn pixels(&self) -> web_sys::ImageData {
        let (width, height) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        context(&self.canvas).get_image_data(0.0, 0.0, width, height).expect("a canvas of our own can be read")
    }

    fn remember(&self) {
        let mut before = self.before.borrow_mut();
        if before.len() == MOST {
            before.remove(0);
        }
        before.push(self.pixels());
    }

    /// The drawing becomes the image that is translated.
    fn use_it(&self) {
        disable("sketch-undo", self.before.borrow().is_empty(), "paper");
        if let Some(shape) = self.app.shape() {
            self.app.send(Message::Own(Ok(colours(&self.pixels().data(), shape))));
        }
    }
}
