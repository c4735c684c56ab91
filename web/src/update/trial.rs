//! Whether a graphics processor is faster: it draws once more what the CPU has just drawn, and takes over if it took less
//! time. Nobody waits for it, and small networks are often faster without it.

use super::event::status;
use super::{Effect, List, Model, State};
use crate::catalogue::Entry;
use crate::device::{Backend, Choice};
use crate::protocol::{Done, Event, Job, Request};

/// How far the trial is.
#[derive(Debug, Default)]
pub(super) enum Trial {
    /// It has not begun, or there is nothing to try.
    #[default]
    Idle,
    /// The engine starts, or loads this model.
    Loading { entry: Entry, job: Job, seconds: f64 },
    /// It draws: first to compile what it needs, then against the clock.
    Drawing { model: String, job: Job, seconds: f64, warm: bool },
    /// It was faster, and waits for the job under way.
    Won { model: String, reason: String },
}

impl State {
    /// The CPU has taken so many `seconds` for this job.
    pub(super) fn challenge(&mut self, job: &Job, seconds: f64) -> Vec<Effect> {
        let (List::There(catalogue), Trial::Idle, Some(_)) = (&self.list, &self.trial, &self.choice.rival) else {
            return Vec::new();
        };
        let entry = catalogue.entry(self.view.model.as_deref()).cloned();
        let script = catalogue.engines.script(Backend::WebGpu).map(str::to_owned);
        let Some((entry, script)) = entry.zip(script) else { return Vec::new() };
        self.trial = Trial::Loading { entry, job: job.clone(), seconds };
        vec![Effect::StartRival(script)]
    }

    /// The engine on trial says something.
    pub(super) fn hear_rival(&mut self, event: Event) -> Vec<Effect> {
        match (event, std::mem::take(&mut self.trial)) {
            (Event::Awake, Trial::Loading { entry, job, seconds }) => {
                let load = Request::Load { id: 0, weights: entry.clone().into() };
                self.trial = Trial::Loading { entry, job, seconds };
                vec![Effect::AskRival(load)]
            }
            (Event::Loaded { .. }, Trial::Loading { entry, job, seconds }) => {
                let ask = Effect::AskRival(Request::Run(job.clone()));
                self.trial = Trial::Drawing { model: entry.name, job, seconds, warm: false };
                vec![ask]
            }
            (Event::Done(_), Trial::Drawing { model, job, seconds, warm: false }) => {
                let ask = Effect::AskRival(Request::Run(job.clone()));
                self.trial = Trial::Drawing { model, job, seconds, warm: true };
                vec![ask]
            }
            (Event::Done(Done { seconds: taken, .. }), Trial::Drawing { model, seconds, warm: true, .. }) => {
                let name = self.choice.rival.clone().unwrap_or_default();
                if taken < seconds {
                    let reason = format!("{name}, {:.1} times as fast as the CPU", seconds / taken.max(1e-3));
                    self.trial = Trial::Won { model, reason };
                    return self.succeed();
                }
                self.lost(format!("WebGPU ({name}) takes {:.1} times as long", taken / seconds.max(1e-3)))
            }
            (Event::NoDevice { reason }, _) => self.lost(reason),
            (Event::Failed { message, .. }, _) => self.lost(format!("WebGPU has failed: {message}")),
            (_, trial) => {
                self.trial = trial;
                Vec::new()
            }
        }
    }

    fn lost(&mut self, reason: String) -> Vec<Effect> {
        self.choice = Choice::cpu(reason);
        vec![Effect::EndRival, Effect::Text("status", status(&self.choice))]
    }

    /// A faster engine takes over, after the job under way. With another model by now, it is tried anew.
    pub(super) fn succeed(&mut self) -> Vec<Effect> {
        match std::mem::take(&mut self.trial) {
            Trial::Won { model, reason } if self.job.is_none() => {
                if !matches!(&self.model, Model::There { name, .. } if *name == model) {
                    return vec![Effect::EndRival];
                }
                self.choice = Choice { backend: Backend::WebGpu, reason, rival: None };
                vec![Effect::AdoptRival, Effect::Text("status", status(&self.choice))]
            }
            trial => {
                self.trial = trial;
                Vec::new()
            }
        }
    }
}
