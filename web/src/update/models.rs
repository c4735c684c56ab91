//! The model that there is, and models that a visitor brings.

use shared::image::{ImageShape, ground};
use shared::method::Method;

use super::{Effect, List, Message, Model, State, Trial};
use crate::catalogue::{About, Catalogue, Entry, Flow};
use crate::mix::Mix;
use crate::protocol::{LoadedModel, Task, Translation, Weights};
use crate::view::{Tab, Translate, View};

impl State {
    /// The size of the model's images, once there is one.
    pub fn shape(&self) -> Option<ImageShape> {
        self.loaded().map(|model| model.shape)
    }

    /// The first pixel of the model's first held-out image: the ground that it knows.
    pub fn ground(&self) -> Option<[u8; 3]> {
        let LoadedModel { shape, example_pixels, .. } = self.loaded()?;
        ground(*shape, example_pixels)
    }

    /// The model, once there is one.
    pub(super) fn loaded(&self) -> Option<&LoadedModel> {
        match &self.model {
            Model::There { model, .. } => Some(model),
            Model::Absent | Model::Loading { .. } => None,
        }
    }

    /// Where the weights of the model of this name are.
    ///
    /// # Errors
    /// If there is none, in words for the visitor.
    pub(super) fn weights(&self, name: &str) -> Result<Weights, String> {
        let known = self.catalogue().and_then(|catalogue| catalogue.entry(Some(name))).cloned();
        let entry = known.or_else(|| Entry::elsewhere(name));
        entry.map(Weights::from).ok_or_else(|| format!("there is no model “{name}” here to compare with"))
    }

    /// The weights of the model that leads directly from class to class, if the translation wants one.
    ///
    /// # Errors
    /// If there is none for these classes, in words for the visitor.
    pub(super) fn directly(&self, task: &Task, model: &LoadedModel) -> Result<Option<Weights>, String> {
        let Task::Translate(Translation { from, to, method: Method::Direct, every, .. }) = task else {
            return Ok(None);
        };
        if *every {
            return Err("a direct flow leads to one class only, not to every other".to_owned());
        }
        if let Some(flow) = self.flow(model) {
            return Ok(Some(flow.entry.clone().into()));
        }
        let [from, to] = [from, to].map(|class| &model.card.classes[*class]);
        let there: Vec<String> =
            self.flows(&model.card.data).map(|flow| format!("{} to {}", flow.from, flow.to)).collect();
        let there = if there.is_empty() { "none of this model's images".to_owned() } else { there.join(", ") };
        Err(format!("no direct flow leads from {from} to {to}; there is {there}"))
    }

    /// The flow from the one class of the view's translation to the other.
    pub(super) fn flow<'a>(&'a self, model: &LoadedModel) -> Option<&'a Flow> {
        let Translate { from, to, .. } = &self.view.translate;
        let (from, to) = (from.as_ref()?, to.as_ref()?);
        self.flows(&model.card.data).find(|flow| flow.from == *from && flow.to == *to)
    }

    fn flows<'a>(&'a self, data: &str) -> impl Iterator<Item = &'a Flow> {
        self.catalogue().into_iter().flat_map(move |catalogue| catalogue.flows(data))
    }

    /// What goes with the model that has come.
    pub(super) fn companions(&self, name: &str, data: &str) -> Effect {
        let mut methods = Method::CONDITIONAL.to_vec();
        let few_steps = |name: &str| self.about(Some(name)).is_some_and(|about| about.few_steps);
        let fellows = self.catalogue().into_iter().flat_map(|catalogue| catalogue.fellows(name));
        let models: Vec<String> = fellows.map(|entry| entry.name.clone()).collect();
        let few = few_steps(name);
        let twins = || models.iter().filter(|fellow| few_steps(fellow) != few);
        // Who has come from a model goes back to it.
        let twin = twins().find(|fellow| self.left.as_ref() == Some(fellow)).or(twins().next()).cloned();
        methods.extend(self.flows(data).next().map(|_| Method::Direct));
        Effect::Companions { models, methods, few_steps: few, twin }
    }

    /// Another model is wanted. Those of the same images have the same classes and held-out images too.
    pub(super) fn choose_model(&mut self, name: String) -> Vec<Effect> {
        let [before, now] = [self.view.model.as_deref(), Some(&name)].map(|name| self.about(name));
        let few_steps = now.is_some_and(|about| about.few_steps);
        let changes = before.is_some_and(|about| about.few_steps) != few_steps;
        let same_images = before.zip(now).is_some_and(|(before, now)| before.data == now.data);
        if changes {
            self.left = self.view.model.take();
            let way = if few_steps { View::in_few_steps() } else { View::default() };
            let View { solver, intervals, spacing, .. } = way;
            (self.view.solver, self.view.intervals, self.view.spacing) = (solver, intervals, spacing);
        }
        if !same_images {
            self.view.generate.class = None;
            let Translate { mut method, time, every, converged, .. } = self.view.translate;
            // Other images have other direct flows, if any.
            if method == Method::Direct {
                method = Method::default();
            }
            self.view.translate = Translate { method, time, every, converged, ..Translate::default() };
            self.view.mix = Mix { at: self.view.mix.at, ..Mix::default() };
        }
        if let Some(beside) = &mut self.view.generate.beside {
            beside.model = None;
        }
        (self.view.model, self.view.weights) = (Some(name), None);
        self.act()
    }

    /// What the list says of the model of this name; without a name, of the first.
    fn about(&self, name: Option<&str>) -> Option<&About> {
        self.catalogue()?.entry(name)?.about.as_ref()
    }

    /// The list of models, once it has come.
    fn catalogue(&self) -> Option<&Catalogue> {
        match &self.list {
            List::There(catalogue) => Some(catalogue),
            List::Absent | List::Fetching => None,
        }
    }

    /// Notices that a link was made with other weights than this model's.
    pub(super) fn recognise(&mut self, entry: &Entry) -> Vec<Effect> {
        let before = std::mem::replace(&mut self.view.weights, entry.hash.clone());
        let changed = before.zip(entry.hash.as_ref()).is_some_and(|(before, now)| before != *now);
        let message =
            "This link was made with other weights of this model: what you see may differ from what was meant.";
        changed.then(|| Effect::Notice(Some(message.to_owned()))).into_iter().collect()
    }

    /// Whether the model is a visitor's own, which nobody else has.
    pub(super) fn is_private(&self) -> bool {
        let entry = self.catalogue().and_then(|catalogue| catalogue.entry(self.view.model.as_deref()));
        entry.is_some_and(Entry::is_own)
    }

    /// A visitor's own model joins the list.
    pub(super) fn take_model(&mut self, name: String, address: String, bytes: u64) -> Vec<Effect> {
        let List::There(catalogue) = &mut self.list else {
            return vec![Effect::Notice(Some(
                "The list of models has not come yet: bring your model again when it has, on any tab but the laboratory."
                    .to_owned(),
            ))];
        };
        let before = catalogue.models.iter().position(|entry| entry.name == name);
        let before = before.map(|at| catalogue.models.remove(at));
        // Until one of them is loaded, what was seen before the first of them may return.
        let needless = if self.before_own.is_some() {
            before.map(|entry| Effect::Forget(entry.file))
        } else {
            self.before_own = Some((Box::new(self.view.clone()), before));
            None
        };
        catalogue.models.push(Entry::unknown(name.clone(), address, bytes));
        let models = catalogue.models.clone();
        if self.view.tab == Tab::Laboratory {
            self.view.tab = Tab::Generate;
        }
        // A file of the same name may have other weights.
        self.model = Model::Absent;
        self.trial = Trial::Idle;
        let listed = needless.into_iter().chain([Effect::EndRival, Effect::Models(models)]).collect();
        [listed, super::update(self, Message::Model(name))].concat()
    }

    /// A model cannot be loaded. One of a visitor's own leaves the list, and what was seen before it returns.
    pub(super) fn give_up(&mut self, entry: &Entry, message: String) -> Vec<Effect> {
        self.model = Model::Absent;
        let List::There(catalogue) = &mut self.list else { return self.fail(message) };
        if !entry.is_own() {
            return self.fail(message);
        }
        catalogue.models.retain(|other| other.file != entry.file);
        let before = self.before_own.take().map(|(view, replaced)| {
            catalogue.models.extend(replaced);
            view
        });
        let unlisted = vec![Effect::Models(catalogue.models.clone()), Effect::Forget(entry.file.clone())];
        let failed = self.fail(message.clone());
        let returned = before.map_or_else(Vec::new, |view| {
            self.view = *view;
            [self.act(), vec![Effect::Notice(Some(message))]].concat()
        });
        [unlisted, failed, returned].concat()
    }

    /// A model has been loaded: the one that had its name is not needed any more.
    pub(super) fn forget_replaced(&mut self) -> Option<Effect> {
        let (_, replaced) = self.before_own.take()?;
        Some(Effect::Forget(replaced?.file))
    }
}
