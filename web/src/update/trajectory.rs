use shared::image::ImageShape;

use super::{Activity, Effect};
use crate::protocol::{Done, Frame, Job, Leg, LoadedModel, Task};

/// The most frames of one leg in the strip.
const STRIP: usize = 12;

/// The stage before the first frame of a job.
pub(super) fn prepared(job: &Job, model: &LoadedModel) -> Vec<Effect> {
    let name = |class: &usize| model.card.classes[*class].clone();
    let mut effects = vec![Effect::Progress(0.0)];
    match &job.task {
        Task::Generate { classes, .. } => effects.push(Effect::Gallery(classes.iter().map(name).collect())),
        Task::Translate { pixels, from, to, .. } => {
            let black = vec![0; model.shape.values()];
            for (canvas, pixels) in [("source", pixels), ("noise", &black), ("result", &black), ("returned", &black)] {
                effects.push(Effect::Draw { canvas: canvas.into(), shape: model.shape, pixels: pixels.clone() });
            }
            effects.extend([
                Effect::Text("source-caption", name(from)),
                Effect::Text("result-caption", name(to)),
                Effect::Text("returned-caption", "and back".to_owned()),
                Effect::ClearStrip,
            ]);
        }
    }
    effects
}

/// The stage at a frame of a job.
pub(super) fn shown(frame: Frame, job: &Job, shape: ImageShape) -> Vec<Effect> {
    let Frame { leg, time, index, nfe, pixels, .. } = frame;
    let mut effects = vec![Effect::Progress(f64::from(nfe) / f64::from(job.evaluations().max(1)))];
    let (station, way) = match leg {
        Leg::Encode => ("noise", Some("encoding")),
        Leg::Decode => ("result", Some("decoding")),
        Leg::Return => ("returned", None),
        Leg::Converge => return effects,
    };
    if way.is_some() {
        effects.push(Effect::Text("facts", format!("{nfe} network evaluations")));
    }
    match &job.task {
        Task::Generate { .. } => {
            let images = pixels.chunks_exact(shape.values()).enumerate();
            effects.extend(images.map(|(number, pixels)| Effect::Draw {
                canvas: format!("image-{number}"),
                shape,
                pixels: pixels.to_vec(),
            }));
        }
        Task::Translate { .. } => {
            let intervals = job.intervals.get() as usize;
            let kept = index % intervals.div_ceil(STRIP) == 0 || index == intervals;
            if let Some(way) = way.filter(|_| kept) {
                let title = format!("{way} at time {time:.2}");
                effects.push(Effect::Strip { title, shape, pixels: pixels.clone() });
            }
            effects.push(Effect::Draw { canvas: station.to_owned(), shape, pixels });
        }
    }
    effects
}

/// The stage after the last frame of a job, and what it has cost.
pub(super) fn finished(done: &Done, job: &Job) -> Vec<Effect> {
    let Done { nfe, seconds, round_trip_rmse, converged_rmse, .. } = done;
    let each = if matches!(job.task, Task::Generate { .. }) { " each" } else { "" };
    let mut facts = format!("{nfe} network evaluations{each}, {seconds:.1} s");
    let mut effects = vec![Effect::Progress(1.0), Effect::Activity(Activity::Done)];
    if let Some(rmse) = round_trip_rmse.as_ref().map(readable) {
        facts += &format!(", round-trip error {rmse}");
        effects.push(Effect::Text("returned-caption", format!("and back: error {rmse}")));
    }
    if let Some(rmse) = converged_rmse.as_ref().map(readable) {
        facts += &format!(", noise {rmse} from the converged one");
    }
    effects.push(Effect::Text("facts", facts));
    effects
}

/// An error, so that a small one does not look like none.
fn readable(error: &f64) -> String {
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
