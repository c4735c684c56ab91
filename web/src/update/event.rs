use std::rc::Rc;

use super::film::Film;
use super::{Activity, Effect, Engine, Model, State, trajectory};
use crate::device::{Backend, Choice};
use crate::protocol::{Event, LoadedModel, Task};
use crate::view::Tab;

/// What is said of a model that did not have to be fetched.
const KEPT: &str = ". This browser had kept the model";

impl State {
    /// Hears the engine.
    pub(super) fn hear(&mut self, event: Event) -> Vec<Effect> {
        if let Some(effects) = self.hear_beside(&event) {
            return effects;
        }
        match (event, &self.model, &self.job) {
            (Event::Awake, ..) if self.engine == Engine::Starting => {
                self.engine = Engine::Awake;
                self.resume()
            }
            (Event::Loading { id, bytes }, Model::Loading { id: wanted, entry }, _) if id == *wanted => {
                let (so_far, of) = (bytes as f64 / 1e6, entry.bytes as f64 / 1e6);
                let of = if entry.bytes == 0 { String::new() } else { format!(" of {of:.1}") };
                let status = format!("Loading the model: {so_far:.1}{of} MB");
                vec![Effect::Download { bytes, of: entry.bytes }, Effect::Text("status", status)]
            }
            (Event::Loading { id, bytes }, _, Some(job)) if id == job.id => {
                vec![Effect::Text("facts", format!("Loading another model: {:.1} MB", bytes as f64 / 1e6))]
            }
            (Event::Loaded { id, model }, Model::Loading { id: wanted, entry }, _) if id == *wanted => {
                let (name, model): (_, Rc<LoadedModel>) = (entry.name.clone(), Rc::from(model));
                let replaced = self.forget_replaced().into_iter().collect();
                let shown = vec![
                    Effect::Text("status", status(&self.choice) + if model.kept { KEPT } else { "" }),
                    Effect::Text("facts", String::new()),
                    Effect::Model(Rc::clone(&model)),
                    self.companions(&name, &model.card.data),
                    Effect::Activity(Activity::Ready),
                ];
                self.model = Model::There { name, model };
                // New menus say nothing yet.
                let resumed = if self.view.tab == Tab::Laboratory { self.shown() } else { self.resume() };
                [replaced, shown, resumed].concat()
            }
            (Event::Frame(frame), _, Some(job)) if frame.id == job.id => self.record(frame),
            (Event::Returned(returned), _, Some(job)) if returned.id == job.id => {
                self.returns.push(returned);
                let nfe = self.returns.iter().map(|returned| returned.nfe).sum();
                vec![Effect::Progress(job.progress(nfe)), Effect::Returns(self.returns.clone())]
            }
            (Event::Done(done), _, Some(job)) if done.id == job.id => {
                let finished = trajectory::finished(&done, job);
                let Some(job) = self.job.take() else { return finished };
                let compared = self.film.as_ref().and_then(Film::compared).into_iter().collect();
                // What is mixed was encoded first, but not the second time.
                let mixes = matches!(job.task, Task::Mix(_));
                let challenge = if mixes || !done.full { Vec::new() } else { self.challenge(&job, done.seconds) };
                let trial = [challenge, self.succeed()].concat();
                let next = match job.task {
                    Task::Mix(_) => self.mixed(),
                    Task::Generate { .. } => self.and_beside(&job, &done),
                    Task::Translate(_) | Task::Return(_) => Vec::new(),
                };
                let end = self.done();
                [finished, compared, vec![self.scale()], trial, next, end].concat()
            }
            (Event::Dropped { id }, Model::Loading { id: wanted, .. }, _) if id == *wanted => {
                self.model = Model::Absent;
                self.come_to(Activity::Stopped)
            }
            (Event::Dropped { id }, _, Some(job)) if id == job.id => {
                let stopped = self.come_to(Activity::Stopped);
                self.cut_short(stopped)
            }
            // A stopped load leaves this to the next one.
            (Event::NoDevice { reason }, Model::Loading { .. }, _) if self.choice.backend == Backend::WebGpu => {
                self.choice = Choice::cpu(reason);
                (self.engine, self.model) = (Engine::Absent, Model::Absent);
                self.resume()
            }
            (Event::Failed { id: Some(id), message }, Model::Loading { id: wanted, entry }, _) if id == *wanted => {
                let (entry, message) =
                    (entry.clone(), format!("The model “{}” cannot be loaded: {message}.", entry.name));
                self.give_up(&entry, message)
            }
            (Event::Failed { id: Some(id), message }, _, Some(job)) if id == job.id => {
                let failed = self.fail(format!("This cannot be computed: {message}."));
                self.cut_short(failed)
            }
            (Event::Failed { id: None, message }, ..) if self.engine != Engine::Absent => {
                (self.engine, self.model) = (Engine::Absent, Model::Absent);
                let failed = self.fail(format!("The engine has failed: {message}. What you do next starts it again."));
                self.cut_short(failed)
            }
            // The answer to a load or a job that is no longer wanted changes nothing.
            _ => Vec::new(),
        }
    }
}

pub(super) fn status(Choice { backend, reason, .. }: &Choice) -> String {
    match backend {
        Backend::WebGpu => format!("Computes with WebGPU: {reason}"),
        Backend::Cpu => format!("Computes on the CPU: {reason}"),
    }
}
