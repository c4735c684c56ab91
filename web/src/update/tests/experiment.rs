use super::page::{Page, catalogue, done, frame, loaded};
use crate::device::Backend;
use crate::laboratory::{Laboratory, MOST_PLACES, PARTICLES, Scene, Way};
use crate::link::view_from_fragment;
use crate::protocol::{Event, Leg, Request};
use crate::update::{Activity, Effect, Message};
use crate::view::{Tab, View};

/// Computes until nothing is left, and returns what the page did last.
fn settled(page: &mut Page) {
    while page.wait().is_some() {
        page.tick();
    }
}

fn view(page: &Page) -> View {
    let view = page.did.iter().rev().find_map(|effect| match effect {
        Effect::View(view) => Some((**view).clone()),
        _ => None,
    });
    view.unwrap_or_else(|| panic!("no view in {:?}", page.did))
}

/// An experiment needs neither engine nor model, and never takes the page for long.
#[test]
fn an_experiment_runs_in_parts_and_says_what_came_of_it() {
    let mut page = Page::opened("#v=1&tab=laboratory&way=return&scene=ring&solver=reversible&intervals=4&spacing=edm");
    assert!(page.did.iter().all(|effect| !matches!(effect, Effect::FetchCatalogue | Effect::StartEngine { .. })));
    assert_eq!(page.activity(), Some(Activity::Running));
    let parts = |page: &Page| page.did.iter().filter(|effect| matches!(effect, Effect::Scenery(_))).count();
    assert_eq!(parts(&page), 1);
    settled(&mut page);
    assert_eq!((page.activity(), page.did.last()), (Some(Activity::Done), Some(&Effect::PlayUnasked)));
    assert!(page.text("facts").starts_with("32 evaluations of the field for each point, which returns to within"));
    let shown = |page: &Page| {
        page.did.iter().find_map(|effect| match effect {
            Effect::Scenery(scenery) => Some(scenery.points.clone()),
            _ => None,
        })
    };
    assert_eq!(shown(&page).map(|points| points.len()), Some(PARTICLES));
    page.send(Message::Moment(0));
    let begin = shown(&page);
    page.send(Message::Moment(4));
    assert!(begin.is_some() && begin != shown(&page));
    page.send(Message::Tab(Tab::Generate));
    assert!(page.did.contains(&Effect::FetchCatalogue), "what the other tabs need is fetched when they are chosen");
}

#[test]
fn places_that_are_marked_are_the_data() {
    let mut page = Page::opened("#v=1&tab=laboratory");
    page.send(Message::Place([10, 20]));
    let Laboratory { scene, places, .. } = view(&page).laboratory;
    assert_eq!((scene, places), (Scene::Drawn, vec![[10, 20]]));
    page.send(Message::Controls { words: vec![("way", "translate".into()), ("scene", "moons".into())], run: true });
    page.send(Message::Place([200, 20]));
    let Laboratory { scene, target, way, places, .. } = view(&page).laboratory;
    assert_eq!((scene, target, way, places.len()), (Scene::Moons, Scene::Drawn, Way::Translate, 2));
    for _ in 0..MOST_PLACES {
        page.send(Message::Place([1, 1]));
    }
    assert!(page.notice().contains("room for 24"), "{:?}", page.did);
    page.send(Message::Clear);
    assert_eq!(view(&page).laboratory.places.len(), 0);
}

/// Whoever goes to the laboratory stops what the engine was asked for, and a model that comes meanwhile disturbs nothing.
#[test]
fn the_laboratory_and_the_engine_leave_each_other_alone() {
    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.send(Message::Tab(Tab::Laboratory));
    assert!(page.did.contains(&Effect::Ask(Request::Cancel)));
    page.hear(frame(job.id, Leg::Decode, 1, 2, 10));
    assert_eq!(page.did, [], "a frame that nobody waits for");
    page.send(Message::Tab(Tab::Laboratory));
    let number = page.wait().map(|(_, number)| number).unwrap_or_default();
    page.send(Message::Cancel);
    assert_eq!(page.activity(), Some(Activity::Stopped));
    page.send(Message::Moment(0));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::Scenery(_))), "what is computed can be looked at");
    page.send(Message::Tick(number));
    assert_eq!(page.did, []);
    page.send(Message::Controls { words: vec![("scene", "spiral".into())], run: false });
    assert_eq!(page.activity(), Some(Activity::Running), "an experiment follows the controls");

    let mut page = Page::opened("#v=1&tab=translate");
    page.send(Message::Catalogue(Ok(catalogue())));
    page.send(Message::Tab(Tab::Laboratory));
    page.hear(Event::Awake);
    assert_eq!(page.did, []);
    page.send(Message::Tab(Tab::Translate));
    let (id, _) = page.asked_load();
    page.send(Message::Tab(Tab::Laboratory));
    page.hear(loaded(id));
    assert_eq!(page.activity(), None, "a model that comes says nothing of the experiment");
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::View(_))), "new menus say what the view says");
    page.send(Message::Tab(Tab::Translate));
    assert!(page.did.contains(&Effect::Playing(false)), "the scale belongs to the trajectory again");
    page.asked_job();
}

/// A graphics processor shows very many points too, as soon as it is known which program does.
#[test]
fn a_graphics_processor_shows_very_many_points() {
    let mut page = Page::choosing(Backend::WebGpu, "the address asks for WebGPU", "#v=1&tab=laboratory&intervals=2");
    assert!(page.did.contains(&Effect::FetchCatalogue));
    settled(&mut page);
    page.send(Message::Catalogue(Ok(catalogue())));
    let shows = |page: &Page| {
        page.did.iter().find_map(|effect| match effect {
            Effect::Particles { script, link, moment } => Some((script.clone(), link.clone(), *moment)),
            _ => None,
        })
    };
    let (script, link, moment) = shows(&page).expect("a request");
    assert_eq!((script.as_str(), moment), ("particles-03/loader.js", 2));
    assert!(view_from_fragment(&link).is_ok_and(|view| view == *page.state.view()));
    page.send(Message::Moment(1));
    assert_eq!(shows(&page).map(|(_, _, moment)| moment), Some(1));
    let mut page = Page::opened("#v=1&tab=laboratory&intervals=2");
    page.send(Message::Catalogue(Ok(catalogue())));
    assert_eq!(shows(&page), None, "the CPU does with fewer");
}

/// Whoever leaves an experiment for what cannot be started sees that nothing goes on, and saves no images of another tab.
#[test]
fn a_tab_that_cannot_begin_shows_nothing_of_those_before() {
    let mut page = Page::loaded("#v=1&from=Nobody&count=1");
    let job = page.asked_job();
    page.hear(frame(job.id, Leg::Decode, 1, 2, 1));
    page.hear(done(job.id));
    page.send(Message::Tab(Tab::Laboratory));
    assert_eq!(page.activity(), Some(Activity::Running));
    page.send(Message::Tab(Tab::Translate));
    assert_eq!(page.activity(), Some(Activity::Stopped));
    assert!(page.notice().contains("Nobody"), "{}", page.notice());
    page.send(Message::Save);
    assert_eq!(page.notice(), "There is nothing to save yet.");
    page.send(Message::Tab(Tab::Generate));
    assert_eq!(page.activity(), Some(Activity::Running));
}
