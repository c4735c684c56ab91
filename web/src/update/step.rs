//! The next step towards what the view describes.

use std::fmt::Display;
use std::rc::Rc;

use super::{Activity, Effect, Engine, List, Model, State, task, trajectory};
use crate::catalogue::Entry;
use crate::device::Choice;
use crate::protocol::{Job, LoadedModel, Request, Task, Translation};
use crate::view::{Source, Tab, View};

impl State {
    pub(super) fn step(&mut self) -> Vec<Effect> {
        if self.view.tab == Tab::Laboratory {
            return self.experiment();
        }
        [self.leave_laboratory(), self.towards_trajectory()].concat()
    }

    fn towards_trajectory(&mut self) -> Vec<Effect> {
        let catalogue = match &self.list {
            List::Absent => {
                self.list = List::Fetching;
                return begun(Activity::Starting, "Looking for models…", Effect::FetchCatalogue);
            }
            List::Fetching => return later(Activity::Starting),
            List::There(catalogue) => catalogue,
        };
        let elsewhere = || Entry::elsewhere(self.view.model.as_deref()?);
        let Some(entry) = catalogue.entry(self.view.model.as_deref()).cloned().or_else(elsewhere) else {
            let names: Vec<&str> = catalogue.models.iter().map(|entry| entry.name.as_str()).collect();
            let wanted = self.view.model.as_deref().unwrap_or_default();
            let message =
                format!("There is no model “{wanted}” here; there is {}. Choose one above.", names.join(", "));
            return [self.abandon(), self.fail(message)].concat();
        };
        match self.engine {
            Engine::Absent => {
                let script = catalogue.engines.script(self.choice.backend).unwrap_or_else(|| {
                    self.choice = Choice::cpu(
                        "the engine for WebGPU is not compiled yet; reload when the server says that it is",
                    );
                    catalogue.engines.cpu.as_str()
                });
                let start = Effect::StartEngine { script: script.to_owned(), backend: self.choice.backend };
                self.engine = Engine::Starting;
                return begun(Activity::Starting, "Starting the engine…", start);
            }
            Engine::Starting => return later(Activity::Starting),
            Engine::Awake => {}
        }
        let changed = self.recognise(&entry);
        let step = match &self.model {
            Model::There { name, model } if *name == entry.name => {
                let (name, model) = (name.clone(), Rc::clone(model));
                self.run(&name, &model)
            }
            Model::Loading { entry: under_way, .. } if under_way.name == entry.name => later(Activity::Loading),
            Model::Absent | Model::Loading { .. } | Model::There { .. } => self.load(entry),
        };
        [changed, step].concat()
    }

    fn load(&mut self, entry: Entry) -> Vec<Effect> {
        self.latest += 1;
        self.forget_job();
        let load = Request::Load { id: self.latest, weights: entry.clone().into() };
        let mut effects = begun(Activity::Loading, "Loading the model…", Effect::Ask(load));
        effects.extend([Effect::Download { bytes: 0, of: entry.bytes }, Effect::Text("facts", String::new())]);
        self.model = Model::Loading { id: self.latest, entry };
        effects
    }

    fn run(&mut self, name: &str, model: &LoadedModel) -> Vec<Effect> {
        let task = match task::task(&mut self.view, model) {
            Ok(task) => task,
            Err(message) => return refused(&message),
        };
        let others = self.compared().and_then(|compared| Ok((compared, self.directly(&task, model)?)));
        let (compared, with) = match others {
            Ok(others) => others,
            Err(message) => return refused(&message),
        };
        self.latest += 1;
        let View { solver, intervals, spacing, guidance, .. } = self.view;
        let mut job = Job { id: self.latest, task, solver, intervals, spacing, guidance, with };
        let truth = match &job.task {
            Task::Translate(Translation { to, .. }) => task::truth(&self.view, model, *to),
            Task::Generate { .. } | Task::Mix(_) | Task::Return(_) => None,
        };
        self.with_corners(name, &mut job);
        (self.beside, self.second, self.changed) = (compared, None, false);
        self.returns.clear();
        let mut effects =
            trajectory::prepared(&job, model, truth.as_ref(), matches!(self.view.translate.source, Source::Own(_)));
        self.keep_opening(&mut effects);
        effects.extend(trajectory::compared_with(&job, model, self.beside.as_ref().map(|compared| &compared.settings)));
        effects.extend(self.roll(&job, model.shape, truth));
        effects.extend([Effect::Activity(Activity::Running), Effect::Ask(Request::Run(job.clone()))]);
        self.job = Some(job);
        effects
    }
}

/// The page begins with something that takes time.
fn begun(activity: Activity, status: &str, effect: Effect) -> Vec<Effect> {
    vec![Effect::Activity(activity), Effect::Text("status", status.to_owned()), effect]
}

/// A trajectory is wanted that cannot run yet; it will.
fn later(activity: Activity) -> Vec<Effect> {
    vec![Effect::Activity(activity), Effect::Text("facts", "This begins when the model is there".to_owned())]
}

/// What is wanted cannot be.
pub(super) fn refused(reason: &dyn Display) -> Vec<Effect> {
    vec![Effect::Notice(Some(format!("Nothing was started: {reason}.")))]
}
