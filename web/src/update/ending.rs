//! How that ends which is under way.

use super::{Activity, Effect, Model, Pad, State};
use crate::protocol::Request;
use crate::view::Tab;

impl State {
    /// Drops the load or the job that is under way.
    pub(super) fn abandon(&mut self) -> Vec<Effect> {
        if self.experimenting() {
            return self.stop_experiment();
        }
        let loading = matches!(self.model, Model::Loading { .. });
        if self.job.is_none() && !loading {
            return Vec::new();
        }
        if loading {
            self.model = Model::Absent;
        }
        let stopped = [vec![Effect::Ask(Request::Cancel)], self.come_to(Activity::Stopped)].concat();
        self.cut_short(stopped)
    }

    /// The job under way does not come to its end: what was half done is forgotten, and the scale is free.
    pub(super) fn cut_short(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        self.forget_job();
        self.stand_still();
        [effects, vec![self.scale()], self.pad_if_mixing(), self.stale()].concat()
    }

    /// The job has come to its end, unless another one goes on with it.
    pub(super) fn done(&self) -> Vec<Effect> {
        if self.job.is_some() {
            return Vec::new();
        }
        // A link can ask for a walk, which begins when there is something to see.
        let walk = (self.view.tab == Tab::Mix && self.view.mix.walks).then_some(Effect::WalkUnasked);
        [vec![Effect::Activity(Activity::Done)], self.stale(), walk.into_iter().collect()].concat()
    }

    /// That what is seen is not what the controls say, if anything is seen.
    pub(super) fn stale(&self) -> Vec<Effect> {
        let text = || Effect::Text("facts", format!("The settings have changed: press {}", self.view.tab.verb()));
        (self.changed && self.film.is_some()).then(text).into_iter().collect()
    }

    /// There is no job, and nothing is half done.
    pub(super) fn forget_job(&mut self) {
        (self.job, self.second, self.pad) = (None, None, Pad::default());
    }

    /// The page comes to an end of what it was doing.
    pub(super) fn come_to(&self, end: Activity) -> Vec<Effect> {
        let mut effects = vec![Effect::Activity(end)];
        if self.shape().is_none() {
            effects.push(Effect::Text("status", "No model is loaded".to_owned()));
        }
        effects
    }

    pub(super) fn fail(&self, message: impl Into<String>) -> Vec<Effect> {
        [vec![Effect::Notice(Some(message.into()))], self.come_to(Activity::Failed)].concat()
    }
}
