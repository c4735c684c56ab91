//! Where images appear: the gallery, the stations of a translation, and its strip of frames.

use shared::image::ImageShape;
use web::protocol::{Frame, Job, Leg, LoadedModel, Task};
use web_sys::{Element, HtmlButtonElement, HtmlCanvasElement, HtmlElement, HtmlProgressElement};

use super::document::{by_id, create, show_text};
use super::drawing::draw;

/// The most frames of one leg in the strip.
const STRIP: usize = 12;

/// Prepares the stage for a job.
pub(crate) fn prepare(job: &Job, ready: &LoadedModel) {
    progress(0.0);
    match &job.task {
        Task::Generate { classes, .. } => {
            let gallery: HtmlElement = by_id("gallery");
            gallery.set_inner_html("");
            for (number, &class) in classes.iter().enumerate() {
                let (figure, canvas) = framed(&sampler.card.classes[class]);
                canvas.set_id(&format!("image-{number}"));
                gallery.append_child(&figure).expect("a gallery takes images");
            }
        }
        Task::Translate { pixels, from, to } => {
            for id in ["noise", "result", "returned"] {
                draw(&by_id(id), sampler.shape, &vec![0; sampler.shape.values()]);
            }
            draw(&by_id("source"), sampler.shape, pixels);
            show_text("source-caption", &sampler.card.classes[*from]);
            show_text("result-caption", &sampler.card.classes[*to]);
            show_text("returned-caption", "and back");
            by_id::<HtmlElement>("strip").set_inner_html("");
        }
    }
}

/// Shows a frame of a job.
pub(crate) fn show(frame: &Frame, job: &Job, shape: ImageShape) {
    let intervals = job.intervals.get() as usize;
    match &job.task {
        Task::Generate { .. } => {
            progress(frame.index as f64 / intervals as f64);
            for (number, pixels) in frame.pixels.chunks_exact(shape.values()).enumerate() {
                draw(&by_id(&format!("image-{number}")), shape, pixels);
            }
        }
        Task::Translate { .. } => {
            let (leg, station) = match frame.leg {
                Leg::Encode => (0, "noise"),
                Leg::Decode => (1, "result"),
                Leg::Return => (2, "returned"),
            };
            progress((leg * intervals + frame.index) as f64 / (3 * intervals) as f64);
            draw(&by_id(station), shape, &frame.pixels);
            let every = intervals.div_ceil(STRIP);
            if frame.leg != Leg::Return && (frame.index % every == 0 || frame.index == intervals) {
                let canvas: HtmlCanvasElement = create("canvas");
                let title = format!("{} at time {:.2}", if leg == 0 { "encoding" } else { "decoding" }, frame.time);
                name(&canvas, &title);
                canvas.set_title(&title);
                draw(&canvas, shape, &frame.pixels);
                by_id::<HtmlElement>("strip").append_child(&canvas).expect("a strip takes images");
            }
        }
    }
}

/// Shows the held-out images; `chosen` hears which one is picked.
pub(crate) fn show_examples(ready: &LoadedModel, chosen: impl Fn(u32) + Clone + 'static) {
    let row: HtmlElement = by_id("examples");
    row.set_inner_html("");
    let images = ready.example_pixels.chunks_exact(sampler.shape.values());
    for (number, (pixels, &class)) in images.zip(&sampler.example_classes).enumerate() {
        let button: HtmlButtonElement = create("button");
        button.set_type("button");
        let title = format!("{}, held-out image {number}", ready.card.classes[usize::from(class)]);
        button.set_attribute("role", "radio").and_then(|()| button.set_attribute("aria-label", &title)).expect("plain");
        button.set_title(&title);
        let canvas: HtmlCanvasElement = create("canvas");
        draw(&canvas, sampler.shape, pixels);
        button.append_child(&canvas).expect("a button takes an image");
        let chosen = chosen.clone();
        super::document::on(&button, "click", move |_: web_sys::Event| chosen(number as u32));
        row.append_child(&button).expect("a row takes buttons");
    }
}

/// Marks the chosen held-out image, or none.
pub(crate) fn mark_example(chosen: Option<u32>) {
    let mut next = by_id::<Element>("examples").first_element_child();
    let mut number = 0;
    while let Some(button) = next {
        let checked = if chosen == Some(number) { "true" } else { "false" };
        button.set_attribute("aria-checked", checked).expect("a plain attribute");
        next = button.next_element_sibling();
        number += 1;
    }
}

/// How much of the trajectory is done, from 0 to 1.
pub(crate) fn progress(done: f64) {
    by_id::<HtmlProgressElement>("trajectory-progress").set_value(done);
}

fn framed(caption: &str) -> (HtmlElement, HtmlCanvasElement) {
    let figure: HtmlElement = create("figure");
    let canvas: HtmlCanvasElement = create("canvas");
    name(&canvas, &format!("A drawn image of the class {caption}"));
    let below: HtmlElement = create("figcaption");
    below.set_text_content(Some(caption));
    figure.append_child(&canvas).and_then(|_| figure.append_child(&below)).expect("a figure takes an image");
    (figure, canvas)
}

fn name(canvas: &HtmlCanvasElement, text: &str) {
    canvas.set_attribute("role", "img").and_then(|()| canvas.set_attribute("aria-label", text)).expect("plain");
}
