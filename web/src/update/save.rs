//! What is shown, as a file to keep.

use super::film::Film;
use super::{Effect, Sheet, State};
use crate::protocol::{Frame, Task};
use crate::view::{Look, Tab};

/// The most values of all images of a film: the page cannot be used while it is written. Of longer ones every second,
/// third, … moment.
const MOST_VALUES: usize = 400_000;

impl State {
    /// Saves what the stage shows: a sheet of the images, or the way of a translation as a strip.
    pub(super) fn save(&self) -> Vec<Effect> {
        if self.view.tab == Tab::Laboratory {
            return vec![Effect::SavePlane];
        }
        let Some((film, frame)) = self.seen().and_then(|film| Some((film, film.frames.get(self.reel.at)?))) else {
            return nothing();
        };
        let look = self.view.look;
        let sheet = match film.job.task {
            Task::Translate(_) => {
                let strip = film.frames.iter().flat_map(|frame| frame.looks.of(look).iter().copied());
                let columns = film.job.last() + 1;
                Sheet { shape: film.shape, columns, pixels: strip.collect() }
            }
            Task::Generate { .. } | Task::Mix(_) | Task::Return(_) => sheet(film, frame, look),
        };
        vec![Effect::Save { name: format!("scoreflow-{}.png", self.view.tab.name()), sheet: Box::new(sheet) }]
    }

    /// Saves the whole trajectory as a film.
    pub(super) fn save_film(&self) -> Vec<Effect> {
        match self.seen() {
            Some(film) if film.frames.len() > 1 => {
                let values = film.frames.len() * film.job.images() * film.shape.values();
                let every = values.div_ceil(MOST_VALUES);
                // The end is always among them.
                let kept = film.frames.iter().rev().step_by(every).rev();
                let sheets = kept.map(|frame| sheet(film, frame, self.view.look)).collect();
                vec![Effect::SaveFilm { name: format!("scoreflow-{}.gif", self.view.tab.name()), sheets }]
            }
            _ => nothing(),
        }
    }
}

/// The images of a moment, in as many columns as rows. Those at the corners of the pad are left out.
fn sheet(film: &Film, frame: &Frame, look: Look) -> Sheet {
    let (mut pixels, size) = (frame.looks.of(look).to_vec(), film.shape.values());
    if matches!(film.job.task, Task::Mix(_)) {
        pixels.truncate(size);
    }
    Sheet { shape: film.shape, columns: ((pixels.len() / size) as f64).sqrt().ceil().max(1.0) as usize, pixels }
}

fn nothing() -> Vec<Effect> {
    vec![Effect::Notice(Some("There is nothing to save yet.".to_owned()))]
}
