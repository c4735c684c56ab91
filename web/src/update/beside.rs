//! The same images by other settings, and where both differ.

use super::{Activity, Effect, State, trajectory};
use crate::protocol::{Done, Event, Frame, Job, Leg, Request, Task, Weights};
use crate::view::{Beside, Tab};

/// Other settings to draw the same images by.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) settings: Beside,
    /// The weights of another model, if it is by another.
    with: Option<Weights>,
}

/// A comparison under way.
#[derive(Debug)]
pub(super) struct Second {
    /// What the first images came to.
    first: Vec<u8>,
    /// What was said of them.
    cost: String,
    /// What the second ones have come to so far.
    latest: Vec<u8>,
}

impl State {
    /// What the view compares with, if it does.
    ///
    /// # Errors
    /// If there is no such model, in words for the visitor.
    pub(super) fn compared(&self) -> Result<Option<Compared>, String> {
        let Some(settings) = self.view.generate.beside.clone().filter(|_| self.view.tab == Tab::Generate) else {
            return Ok(None);
        };
        let with = settings.model.as_deref().map(|name| self.weights(name)).transpose()?;
        Ok(Some(Compared { settings, with }))
    }

    /// The first images are there: the same by other settings, if the view compares.
    pub(super) fn and_beside(&mut self, job: &Job, done: &Done) -> Vec<Effect> {
        let Some(Compared { settings, with }) = &self.beside else { return Vec::new() };
        let (Beside { solver, intervals, spacing, guidance, .. }, with) = (settings.clone(), with.clone());
        let last = self.film.as_ref().and_then(|film| film.frames.last());
        let (Task::Generate { .. }, Some(last), None) = (&job.task, last, &self.second) else { return Vec::new() };
        let cost = trajectory::cost(done, job);
        self.second = Some(Second { first: last.looks.state.clone(), cost, latest: Vec::new() });
        self.latest += 1;
        let job = Job { id: self.latest, solver, intervals, spacing, guidance, with, ..job.clone() };
        self.job = Some(job.clone());
        vec![Effect::Activity(Activity::Running), Effect::Progress(0.0), Effect::Ask(Request::Run(job)), self.scale()]
    }

    /// Hears the engine about the second images; none if there are none to hear of.
    pub(super) fn hear_beside(&mut self, event: &Event) -> Option<Vec<Effect>> {
        let shape = self.shape()?;
        let (second, job) = (self.second.as_mut()?, self.job.as_ref()?);
        let draws = |canvas: &str, all: &[u8]| trajectory::draws(all, shape, |number| format!("{canvas}-{number}"));
        match event {
            Event::Frame(Frame { id, leg: Leg::Decode, nfe, looks, .. }) if *id == job.id => {
                second.latest = looks.state.clone();
                let progress = Effect::Progress(job.progress(*nfe));
                Some([vec![progress], draws("beside", &looks.state)].concat())
            }
            Event::Done(done) if done.id == job.id => {
                let apart: Vec<u8> = second.first.iter().zip(&second.latest).map(|(a, b)| a.abs_diff(*b)).collect();
                let error = trajectory::readable(&trajectory::rmse(&second.first, &second.latest));
                let cost = trajectory::cost(done, job);
                let facts = format!("first: {}; second: {cost}; they differ by {error}", second.cost);
                let drawn = draws("apart", &apart);
                (self.second, self.job) = (None, None);
                let end = vec![Effect::Progress(1.0), Effect::Text("facts", facts), self.scale()];
                Some([drawn, end, self.succeed(), self.done()].concat())
            }
            _ => None,
        }
    }
}
