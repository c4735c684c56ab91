//! What is shown, as a picture to keep.

use super::{Effect, Sheet, State};
use crate::protocol::Task;
use crate::view::Tab;

impl State {
    /// Saves what the stage shows: a sheet of the images, or the way of a translation as a strip.
    pub(super) fn save(&self) -> Vec<Effect> {
        if self.view.tab == Tab::Laboratory {
            return vec![Effect::SavePlane];
        }
        let Some((film, frame)) = self.film.as_ref().and_then(|film| Some((film, film.frames.get(self.reel.at)?)))
        else {
            return vec![Effect::Notice(Some("There is nothing to save yet.".to_owned()))];
        };
        let (look, size) = (self.view.look, film.shape.values());
        let (columns, pixels): (usize, Vec<u8>) = match film.job.task {
            Task::Translate(_) => {
                let strip = film.frames.iter().flat_map(|frame| frame.looks.of(look).iter().copied());
                (film.job.intervals.get() as usize + 1, strip.collect())
            }
            _ => {
                let pixels = frame.looks.of(look).to_vec();
                (((pixels.len() / size) as f64).sqrt().ceil().max(1.0) as usize, pixels)
            }
        };
        let name = format!("scoreflow-{}.png", self.view.tab.name());
        vec![Effect::Save(Box::new(Sheet { name, shape: film.shape, columns, pixels }))]
    }
}
