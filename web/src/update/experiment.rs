//! Experiments in two dimensions: computed by the page itself, in parts that nobody notices.

use super::{Activity, Effect, List, State, trajectory};
use crate::laboratory::{MOST_PLACES, Run, Scene, Way};
use crate::link::fragment_from_view;
use crate::protocol::Request;
use crate::view::{Tab, View};

impl State {
    /// Begins what is set up.
    pub(super) fn experiment(&mut self) -> Vec<Effect> {
        self.stand_still();
        // What the engine was asked for is not looked at any more.
        let dropped = self.job.take().map(|_| Effect::Ask(Request::Cancel));
        let View { laboratory, solver, intervals, spacing, .. } = &self.view;
        self.run = Some(Run::new(laboratory, *solver, *intervals, *spacing));
        let still = [Effect::Activity(Activity::Running), Effect::Playing(false), Effect::Text("facts", String::new())];
        let list = self.list_for_particles();
        dropped.into_iter().chain(list).chain(still).chain(self.experiment_on()).collect()
    }

    /// The laboratory is left: the scale belongs to the trajectory again.
    pub(super) fn leave_laboratory(&mut self) -> Vec<Effect> {
        let Some(run) = self.run.take() else { return Vec::new() };
        self.reel.lengthen(self.seen().map_or(0, |film| film.frames.len()));
        let stopped = (run.progress() < 1.0).then_some(Effect::Activity(Activity::Stopped));
        stopped.into_iter().chain([Effect::Playing(false), self.scale()]).collect()
    }

    /// No more points are computed; those that are can be looked at.
    pub(super) fn stop_experiment(&mut self) -> Vec<Effect> {
        if let Some(run) = &mut self.run {
            run.stop();
        }
        vec![Effect::Activity(Activity::Stopped), self.scale()]
    }

    /// What the page shows of list, engine and model while an experiment is looked at: nothing that speaks of the experiment.
    pub(super) fn beside_experiment(&self, mut effects: Vec<Effect>) -> Vec<Effect> {
        if self.view.tab == Tab::Laboratory {
            effects.retain(|effect| {
                let speaks = matches!(effect, Effect::Activity(_) | Effect::Progress(_) | Effect::Moments { .. });
                !speaks && !matches!(effect, Effect::Playing(_) | Effect::Text("facts", _))
            });
        }
        effects
    }

    /// Whether the visitor may move the scale: not while moments are still to come.
    pub(super) fn free(&self) -> bool {
        self.job.is_none() && !self.experimenting()
    }

    /// Whether points are still to be computed.
    pub(super) fn experimenting(&self) -> bool {
        self.view.tab == Tab::Laboratory && self.run.as_ref().is_some_and(|run| run.progress() < 1.0)
    }

    /// Computes some more points.
    pub(super) fn experiment_on(&mut self) -> Vec<Effect> {
        let Some(run) = &mut self.run else { return Vec::new() };
        let more = run.advance();
        let (progress, moments) = (run.progress(), run.moments());
        self.reel.lengthen(moments);
        let mut effects = [vec![Effect::Progress(progress)], self.look()].concat();
        if more {
            effects.push(self.reel.wait(0));
        } else {
            effects.extend([
                Effect::Text("facts", self.found()),
                Effect::Activity(Activity::Done),
                Effect::PlayUnasked,
            ]);
        }
        effects
    }

    /// What came of the experiment.
    fn found(&self) -> String {
        let Some(run) = &self.run else { return String::new() };
        let (nfe, error) = run.cost_and_error();
        let error = trajectory::readable(&error);
        let end = match self.view.laboratory.way {
            Way::Return => format!("returns to within {error}"),
            Way::Generate | Way::Translate => format!("ends {error} from where the exact flow leads"),
            Way::Difference => format!("ends {error} from its exact translation"),
        };
        let lines = run.crossings().map(|(crossed, of)| format!("{crossed} of {of} pairs of lines cross; "));
        let evaluations = trajectory::counted(nfe, "evaluation");
        format!("{}{evaluations} of the field for each point, which {end}", lines.unwrap_or_default())
    }

    /// A visitor marks a place: the data are where that was done.
    pub(super) fn mark(&mut self, place: [u8; 2]) -> Vec<Effect> {
        let laboratory = &mut self.view.laboratory;
        if laboratory.places.len() == MOST_PLACES {
            return vec![Effect::Notice(Some(format!(
                "There is room for {MOST_PLACES} heaps; clear them to begin anew."
            )))];
        }
        laboratory.places.push(place);
        // With two distributions the second one is drawn, unless the first one is drawn already.
        if laboratory.way.has_target() && laboratory.scene != Scene::Drawn {
            laboratory.target = Scene::Drawn;
        } else {
            laboratory.scene = Scene::Drawn;
        }
        self.act()
    }

    /// A visitor takes all marks away.
    pub(super) fn clear(&mut self) -> Vec<Effect> {
        self.view.laboratory.places.clear();
        self.act()
    }

    /// Shows the moment that the scale stands at.
    pub(super) fn look(&mut self) -> Vec<Effect> {
        let at = self.reel.at;
        let moment = match (self.view.tab, self.seen(), &self.run) {
            (Tab::Laboratory, _, Some(run)) if at < run.moments() => {
                let scenery = Effect::Scenery(Box::new(run.scenery(at)));
                [scenery].into_iter().chain(self.particles()).collect()
            }
            (_, Some(film), _) => film.shown(at, self.view.look),
            _ => return Vec::new(),
        };
        let mut effects = [self.take_over(), moment].concat();
        effects.push(self.scale());
        effects
    }

    /// Very many points at the moment that the scale stands at, if there is a graphics processor for them.
    pub(super) fn particles(&self) -> Option<Effect> {
        let (List::There(catalogue), Some(_), true) = (&self.list, &self.run, self.graphics) else { return None };
        let script = catalogue.engines.particles.clone()?;
        Some(Effect::Particles { script, link: fragment_from_view(&self.view), moment: self.reel.at })
    }

    /// The list of models also tells where the program for very many points is.
    fn list_for_particles(&mut self) -> Option<Effect> {
        if !self.graphics || !matches!(self.list, List::Absent) {
            return None;
        }
        self.list = List::Fetching;
        Some(Effect::FetchCatalogue)
    }

    /// The scale, and where it stands.
    pub(super) fn scale(&self) -> Effect {
        let at = self.reel.at;
        let title = match (self.view.tab, self.seen(), &self.run) {
            (Tab::Laboratory, _, Some(run)) if at < run.moments() => {
                let (way, time) = run.moment(at);
                Some(trajectory::title(way, time))
            }
            (_, Some(film), _) => film.frames.get(at).map(trajectory::title_of),
            _ => None,
        };
        Effect::Moments { count: self.reel.count, at, title: title.unwrap_or_default(), free: self.free() }
    }
}
