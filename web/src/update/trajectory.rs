use std::num::NonZeroU32;

use shared::image::ImageShape;
use shared::solver::Solver;
use shared::time::Spacing;

use super::Effect;
use crate::protocol::{Done, Frame, Job, Leg, LoadedModel, Mixing, Task, Translation, Trials};
use crate::view::{Beside, Look};

/// The most frames of one leg in the strip.
const STRIP: usize = 12;

/// The stage before the first frame of a job; of an image of their own, visitors are told what it is taken for.
pub(super) fn prepared(job: &Job, model: &LoadedModel, truth: Option<&Vec<u8>>, own: bool) -> Vec<Effect> {
    let name = |class: &usize| model.card.classes[*class].clone();
    let draw = |canvas: &str, pixels: &[u8]| Effect::Draw {
        canvas: canvas.to_owned(),
        shape: model.shape,
        pixels: pixels.to_vec(),
    };
    let mut effects = vec![Effect::Progress(0.0)];
    match &job.task {
        Task::Generate { classes, .. } => {
            effects.push(gallery(names(classes, model)));
        }
        Task::Translate(Translation { pixels, from, to, method, every, .. }) => {
            let black = vec![0; model.shape.values()];
            effects.extend(["source", "before"].map(|canvas| draw(canvas, pixels)));
            effects.extend(["noise", "result", "returned"].map(|canvas| draw(canvas, &black)));
            effects.extend(truth.map(|truth| draw("truth", truth)));
            let others = others(model.card.classes.len(), *from);
            let captions = if *every { names(&others, model) } else { Vec::new() };
            effects.extend([
                Effect::Text(
                    "source-caption",
                    if own { format!("yours, taken as {}", name(from)) } else { name(from) },
                ),
                Effect::Text("result-caption", name(to)),
                Effect::Text("returned-caption", "its noise, back again".to_owned()),
                Effect::ClearStrip,
                Effect::Gallery { place: "row", canvas: "every", captions },
                Effect::Shown("noise-station", method.encodes()),
                Effect::Shown("returned-station", method.encodes()),
                Effect::Shown("truth-station", truth.is_some()),
                Effect::Text("truth-caption", "the truth".to_owned()),
            ]);
        }
        Task::Mix(Mixing { class, .. }) => effects.push(Effect::Text("mixed-caption", name(class))),
        Task::Return(Trials { pixels, class, .. }) => effects.extend([
            draw("returning", pixels),
            Effect::Text("returning-caption", name(class)),
            Effect::Returns(Vec::new()),
        ]),
    }
    effects
}

/// Room for the images that are drawn.
pub(super) fn gallery(captions: Vec<String>) -> Effect {
    Effect::Gallery { place: "gallery", canvas: "image", captions }
}

/// The names of some classes.
pub(super) fn names(classes: &[usize], model: &LoadedModel) -> Vec<String> {
    classes.iter().map(|class| model.card.classes[*class].clone()).collect()
}

/// Every class but one.
fn others(classes: usize, one: usize) -> Vec<usize> {
    (0..classes).filter(|class| *class != one).collect()
}

/// Where a leg of a translation is shown.
fn station(leg: Leg) -> &'static str {
    match leg {
        Leg::Encode | Leg::Converge => "noise",
        Leg::Decode | Leg::Every => "result",
        Leg::Return => "returned",
    }
}

/// Whether a leg belongs to the trajectory, and is not there to measure something.
pub(super) fn is_on_the_way(leg: Leg) -> bool {
    matches!(leg, Leg::Encode | Leg::Decode)
}

/// A moment in words.
pub(super) fn title(way: &str, time: f64) -> String {
    format!("{way}, t = {time:.2}")
}

/// Likewise, of a frame.
pub(super) fn title_of(frame: &Frame) -> String {
    title(frame.leg.name(), frame.time)
}

/// The stage at a new frame of a job.
pub(super) fn shown(frame: &Frame, job: &Job, shape: ImageShape, look: Look) -> Vec<Effect> {
    let Frame { leg, index, nfe, ref looks, .. } = *frame;
    let last = job.last();
    let mut effects = vec![Effect::Progress(job.progress(nfe))];
    if leg == Leg::Converge {
        return effects;
    }
    if is_on_the_way(leg) {
        effects.push(Effect::Text("facts", counted(nfe, "network evaluation")));
        let kept = index % last.div_ceil(STRIP) == 0 || index == last;
        if kept && matches!(job.task, Task::Translate(_)) {
            effects.push(Effect::Strip { title: title_of(frame), shape, pixels: looks.state.clone() });
        }
    }
    // While the handle moves, only what it leads to is shown.
    let alone = matches!(&job.task, Task::Mix(Mixing { shares, .. }) if shares.len() == 1);
    if !alone || index == last {
        effects.extend(drawn(frame, job, shape, look));
    }
    effects
}

/// The images of a frame on their canvases.
fn drawn(frame: &Frame, job: &Job, shape: ImageShape, look: Look) -> Vec<Effect> {
    // What has come back is compared with the image: it is never seen but as it is.
    let look = if matches!(frame.leg, Leg::Return | Leg::Every) { Look::State } else { look };
    draws(frame.looks.of(look), shape, |number| match &job.task {
        Task::Generate { .. } => format!("image-{number}"),
        Task::Mix(_) if number == 0 => "mixed".to_owned(),
        Task::Mix(_) => format!("corner-{}", number - 1),
        Task::Translate(_) if frame.leg == Leg::Every => format!("every-{number}"),
        Task::Translate(_) | Task::Return(_) => station(frame.leg).to_owned(),
    })
}

/// Images, one after the other, each on the canvas of its number.
pub(super) fn draws(images: &[u8], shape: ImageShape, canvas: impl Fn(usize) -> String) -> Vec<Effect> {
    let images = images.chunks_exact(shape.values()).enumerate();
    images.map(|(number, pixels)| Effect::Draw { canvas: canvas(number), shape, pixels: pixels.to_vec() }).collect()
}

/// The stage as it was at one of the `frames`: later stations of a translation are black.
pub(super) fn moment(frames: &[Frame], at: usize, job: &Job, shape: ImageShape, look: Look) -> Vec<Effect> {
    let Some(frame) = frames.get(at) else { return Vec::new() };
    let Task::Translate(Translation { method, .. }) = &job.task else {
        return drawn(frame, job, shape, look);
    };
    if !method.encodes() {
        return drawn(frame, job, shape, look);
    }
    let legs = [Leg::Encode, Leg::Decode].into_iter();
    legs.flat_map(|leg| match frames[..=at].iter().rev().find(|frame| frame.leg == leg) {
        Some(frame) => drawn(frame, job, shape, look),
        None => vec![Effect::Draw { canvas: station(leg).to_owned(), shape, pixels: vec![0; shape.values()] }],
    })
    .collect()
}

/// What a job has cost.
pub(super) fn cost(Done { nfe, seconds, .. }: &Done, job: &Job) -> String {
    let each = if matches!(job.task, Task::Generate { .. } | Task::Mix(_)) { " each" } else { "" };
    format!("{}{each}, {seconds:.1} s", counted(*nfe, "network evaluation"))
}

/// The stage after the last frame of a job, and what it has cost.
pub(super) fn finished(done: &Done, job: &Job) -> Vec<Effect> {
    let Done { round_trip_rmse, converged_rmse, .. } = done;
    let mut facts = cost(done, job);
    let mut effects = vec![Effect::Progress(1.0)];
    if let Some(rmse) = round_trip_rmse.as_ref().map(readable) {
        facts += &format!(", round-trip error {rmse}");
        effects.push(Effect::Text("returned-caption", format!("its noise, back again: error {rmse}")));
    }
    if let Some(rmse) = converged_rmse.as_ref().map(readable) {
        facts += &format!(", noise {rmse} from the converged one");
    }
    effects.push(Effect::Text("facts", facts));
    effects
}

/// Room for the same images by other settings, if they are compared.
pub(super) fn compared_with(job: &Job, model: &LoadedModel, beside: Option<&Beside>) -> Vec<Effect> {
    let (Task::Generate { classes, .. }, Some(beside)) = (&job.task, beside) else {
        return ["comparison", "gallery-caption"].map(|id| Effect::Shown(id, false)).to_vec();
    };
    let by = beside.model.as_ref().map_or(String::new(), |name| format!("{name}, "));
    let settings = |solver: Solver, intervals: NonZeroU32, spacing: Spacing, guidance: f64| {
        let intervals = counted(intervals.get(), &format!("{spacing} interval"));
        format!("{}: {intervals}, guidance {guidance}", solver.title())
    };
    let own = settings(job.solver, job.intervals, job.spacing, job.guidance);
    let others = settings(beside.solver, beside.intervals, beside.spacing, beside.guidance);
    let captions = names(classes, model);
    vec![
        Effect::Shown("comparison", true),
        Effect::Shown("gallery-caption", true),
        Effect::Text("gallery-caption", own),
        Effect::Text("beside-caption", by + &others),
        Effect::Gallery { place: "beside", canvas: "beside", captions: captions.clone() },
        Effect::Gallery { place: "apart", canvas: "apart", captions },
    ]
}

/// So many of something.
pub(super) fn counted(number: u32, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Root mean square difference of two images or lists of images, where black is −1 and white 1, as everywhere on the page.
pub(super) fn rmse(image: &[u8], other: &[u8]) -> f64 {
    let squares = image.iter().zip(other).map(|(a, b)| (f64::from(a.abs_diff(*b)) / 127.5).powi(2));
    (squares.sum::<f64>() / other.len().max(1) as f64).sqrt()
}

/// What a translation is worth beside the truth, and what the image itself would be.
pub(super) fn compared(result: &[u8], source: &[u8], truth: &[u8]) -> Effect {
    let (ours, own) = (rmse(result, truth), rmse(source, truth));
    let text = format!("the truth: ours differs by {ours:.2}, the image itself by {own:.2}");
    Effect::Text("truth-caption", text)
}

/// An error, so that a small one does not look like none.
pub(super) fn readable(error: &f64) -> String {
    match *error {
        0.0 => "0".to_owned(),
        error if error < 0.001 => format!("{error:.1e}"),
        error => format!("{error:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_errors_can_be_read() {
        let shown = [0.0229, 0.001, 0.00049, 4e-7, 0.0].map(|error| readable(&error));
        assert_eq!(shown, ["0.0229", "0.0010", "4.9e-4", "4.0e-7", "0"]);
    }
}
