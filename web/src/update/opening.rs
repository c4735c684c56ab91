//! The first seconds: a film of the default view comes with the page, and is seen before anything is computed.

use super::{Effect, State, trajectory};
use crate::protocol::{Frame, Task};
use crate::view::View;

impl State {
    /// The page is opened. Another view than the default one begins with an empty stage.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        self.opening = self.is_default();
        if self.opening { Vec::new() } else { vec![trajectory::gallery(Vec::new())] }
    }

    /// A job begins. While it is the one that the film shows, nothing on the stage changes.
    pub(super) fn keep_opening(&mut self, effects: &mut Vec<Effect>) {
        self.opening &= self.is_default();
        if self.opening {
            effects.retain(|effect| !matches!(effect, Effect::Gallery { .. }));
        }
    }

    /// A moment of the job: the last one takes the place of the film, and looks the same.
    pub(super) fn still_opening(&mut self, frame: &Frame, mut effects: Vec<Effect>) -> Vec<Effect> {
        let last = self.film.as_ref().is_some_and(|film| frame.index == film.job.last());
        if self.opening && !last {
            effects.retain(|effect| !matches!(effect, Effect::Draw { .. }));
        }
        [if last { self.take_over() } else { Vec::new() }, effects].concat()
    }

    /// From here on the stage shows what is computed here.
    pub(super) fn take_over(&mut self) -> Vec<Effect> {
        if !std::mem::take(&mut self.opening) {
            return Vec::new();
        }
        let captions = self.film.as_ref().zip(self.loaded()).map(|(film, model)| match &film.job.task {
            Task::Generate { classes, .. } => trajectory::names(classes, model),
            Task::Translate(_) | Task::Mix(_) | Task::Return(_) => Vec::new(),
        });
        vec![trajectory::gallery(captions.unwrap_or_default())]
    }

    fn is_default(&self) -> bool {
        View { weights: None, ..self.view.clone() } == View::default()
    }
}
