mod beside;
mod companions;
mod controls;
mod device;
mod experiment;
mod film;
mod mixer;
mod opening;
mod page;
mod own_model;
mod trial;

use shared::method::Method;
use shared::time::Spacing;

use super::*;
use crate::device::Backend;
use crate::protocol::{Done, Event, Leg, Request, Task, Translation};
use page::{Page, SHAPE, catalogue, done, failure, frame, loaded, offered};

#[test]
fn a_page_fetches_starts_loads_and_draws() {
    let mut page = Page::opened("#v=1&class=coat&count=2&seed=3");
    assert!(page.did.contains(&Effect::FetchCatalogue));
    assert_eq!(page.activity(), Some(Activity::Starting));
    page.send(Message::Catalogue(Ok(catalogue())));
    assert_eq!(offered(&page), ["clothes", "faces"]);
    assert!(page.did.contains(&page::start(Backend::Cpu)));
    page.hear(Event::Awake);
    let (id, address) = page.asked_load();
    assert_eq!((address.as_str(), page.activity()), ("models/clothes?v=1", Some(Activity::Loading)));
    page.hear(Event::Loading { id, bytes: 1_000_000 });
    assert_eq!(page.text("status"), "Loading the model: 1.0 of 2.0 MB");
    page.hear(loaded(id));
    assert_eq!(page.text("status"), "Computes on the CPU: this browser offers no WebGPU adapter");
    assert_eq!(page.activity(), Some(Activity::Running));
    assert!(page.did.contains(&Effect::Gallery {
        place: "gallery",
        canvas: "image",
        captions: vec!["Coat".into(), "Coat".into()]
    }));
    let job = page.asked_job();
    assert_eq!(job.task, Task::Generate { classes: vec![1, 1], seed: 3, first: 0 });
    page.hear(frame(job.id, Leg::Decode, 5, 10, 2));
    assert!(page.did.contains(&Effect::Progress(0.5)));
    assert!(page.did.contains(&Effect::Draw { canvas: "image-1".into(), shape: SHAPE, pixels: vec![9; 4] }));
    assert_eq!(page.text("facts"), "10 network evaluations");
    page.hear(done(job.id));
    assert_eq!(page.text("facts"), "20 network evaluations each, 0.2 s");
    assert_eq!(page.activity(), Some(Activity::Done));
}

fn translation(pixels: &[u8], from: usize, to: usize, converged: bool) -> Task {
    let pixels = pixels.to_vec();
    Task::Translate(Translation { pixels, from, to, method: Method::Ddib, start: 0.5, every: false, converged })
}

#[test]
fn a_translation_shows_its_stations_and_measures() {
    let mut page = Page::loaded("#v=1&tab=translate&example=0&intervals=1&guidance=2&spacing=edm&converged=1");
    let job = page.asked_job();
    assert_eq!(job.task, translation(&[1, 2, 3, 4], 2, 0, true));
    assert_eq!((job.spacing, job.evaluations()), (Spacing::Edm, 328));
    let link = page.did.last();
    assert!(matches!(link, Some(Effect::Link(link)) if link.contains("from=Ankle+boot&to=Bag")), "{link:?}");
    let strips = |page: &Page| page.did.iter().filter(|effect| matches!(effect, Effect::Strip { .. })).count();
    page.hear(frame(job.id, Leg::Encode, 1, 2, 1));
    assert_eq!(strips(&page), 1);
    page.hear(frame(job.id, Leg::Return, 1, 8, 1));
    assert_eq!((strips(&page), page.text("facts")), (0, ""));
    page.hear(frame(job.id, Leg::Converge, 39, 164, 1));
    assert_eq!(page.did, [Effect::Progress(0.5)]);
    let (round_trip_rmse, converged_rmse) = (Some(4e-7), Some(0.125));
    page.hear(Event::Done(Done { id: job.id, nfe: 6, seconds: 0.25, full: true, round_trip_rmse, converged_rmse }));
    let facts = "6 network evaluations, 0.2 s, round-trip error 4.0e-7, noise 0.1250 from the converged one";
    assert_eq!(page.text("facts"), facts);
}

#[test]
fn a_draw_during_a_download_waits_for_the_model() {
    let mut page = Page::loaded("");
    page.send(Message::Model("faces".into()));
    let (id, _) = page.asked_load();
    page.draw(&[("count", "1"), ("seed", "99")]);
    assert_eq!(page.text("facts"), "This begins when the model is there");
    assert!(!page.did.iter().any(|effect| matches!(effect, Effect::Ask(_))), "{:?}", page.did);
    page.hear(loaded(id));
    assert_eq!(page.asked_job().task, Task::Generate { classes: vec![0], seed: 99, first: 0 });
    assert_eq!(page.activity(), Some(Activity::Running));
}

#[test]
fn what_was_drawn_before_the_first_model_keeps_the_classes_of_the_link() {
    let mut page = Page::opened("#v=1&class=Coat");
    page.draw(&[("class", ""), ("count", "1")]);
    page.send(Message::Catalogue(Ok(catalogue())));
    page.draw(&[("class", ""), ("count", "2")]);
    page.hear(Event::Awake);
    let (id, _) = page.asked_load();
    page.hear(loaded(id));
    assert_eq!(page.asked_job().task, Task::Generate { classes: vec![1, 1], seed: 7, first: 0 });
}

#[test]
fn stale_answers_change_nothing() {
    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.send(Message::Model("faces".into()));
    let (first, _) = page.asked_load();
    page.send(Message::Model("clothes".into()));
    let (second, _) = page.asked_load();
    let stale = [
        frame(job.id, Leg::Decode, 1, 2, 10),
        done(job.id),
        Event::Dropped { id: job.id },
        failure(Some(job.id)),
        Event::Loading { id: first, bytes: 5 },
        loaded(first),
        Event::Dropped { id: first },
        failure(Some(first)),
        Event::Awake,
    ];
    for event in stale {
        page.hear(event.clone());
        assert_eq!(page.did, [], "{event:?}");
    }
    page.hear(loaded(second));
    let again = page.asked_job();
    page.hear(done(job.id));
    assert_eq!(page.did, []);
    page.hear(done(again.id));
    assert_eq!(page.activity(), Some(Activity::Done));
}

#[test]
fn what_is_stopped_can_be_asked_for_again() {
    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.send(Message::Cancel);
    assert_eq!(page.did[..2], [Effect::Ask(Request::Cancel), Effect::Activity(Activity::Stopped)]);
    page.hear(Event::Dropped { id: job.id });
    assert_eq!(page.did, []);
    page.send(Message::Cancel);
    assert_eq!(page.did, [], "there is nothing to stop");
    page.draw(&[]);
    let job = page.asked_job();
    page.hear(Event::Dropped { id: job.id });
    assert_eq!(page.activity(), Some(Activity::Stopped));

    page.send(Message::Model("faces".into()));
    page.send(Message::Cancel);
    assert_eq!(page.activity(), Some(Activity::Stopped));
    page.draw(&[]);
    let (id, address) = page.asked_load();
    assert_eq!(address, "models/faces?v=1");
    page.hear(Event::Dropped { id });
    assert_eq!(page.activity(), Some(Activity::Stopped));
    page.send(Message::Tab(Tab::Translate));
    page.asked_load();
}

#[test]
fn no_failure_is_final() {
    let mut page = Page::opened("");
    page.send(Message::Catalogue(Err("The list of models cannot be loaded.".into())));
    assert_eq!((page.activity(), page.notice()), (Some(Activity::Failed), "The list of models cannot be loaded."));
    page.draw(&[]);
    assert!(page.did.contains(&Effect::FetchCatalogue));
    page.send(Message::Catalogue(Ok(Catalogue { models: Vec::new(), ..catalogue() })));
    assert_eq!(page.activity(), Some(Activity::Failed));
    page.draw(&[]);
    page.send(Message::Catalogue(Ok(catalogue())));

    page.hear(failure(None));
    assert_eq!(page.activity(), Some(Activity::Failed));
    page.hear(failure(None));
    assert_eq!(page.did, [], "the first word of a failure is the one to read");
    page.send(Message::Tab(Tab::Generate));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::StartEngine { .. })));
    page.hear(Event::Awake);

    let (id, _) = page.asked_load();
    page.hear(failure(Some(id)));
    assert_eq!(page.notice(), "The model “clothes” cannot be loaded: the connection was lost.");
    page.send(Message::Model("faces".into()));
    let (id, address) = page.asked_load();
    assert_eq!(address, "models/faces?v=1");
    page.hear(loaded(id));

    let job = page.asked_job();
    page.hear(failure(Some(job.id)));
    assert_eq!(
        (page.activity(), page.notice()),
        (Some(Activity::Failed), "This cannot be computed: the connection was lost.")
    );
    page.send(Message::Tab(Tab::Translate));
    assert_eq!((page.activity(), page.notice()), (Some(Activity::Running), ""));
    page.hear(failure(None));
    page.send(Message::Example(1));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::StartEngine { .. })));
}

#[test]
fn what_cannot_be_done_is_said_and_what_runs_goes_on() {
    let mut page = Page::loaded("#seed=minus");
    let job = page.asked_job();
    let mut opened = Page::opened("#seed=minus");
    assert!(opened.notice().starts_with("This link cannot be followed: seed is “minus”"), "{}", opened.notice());
    opened.send(Message::Catalogue(Ok(catalogue())));
    assert!(!opened.did.iter().any(|effect| matches!(effect, Effect::Notice(_))), "the notice stays");

    page.send(Message::Link("#v=9".into()));
    assert!(page.notice().contains("version 9"));
    page.send(Message::Link("#class=Sandwich".into()));
    assert!(page.notice().contains("Sandwich"));
    page.draw(&[("class", ""), ("count", "0")]);
    assert!(page.notice().contains("count is “0”"));
    page.send(Message::Link("#tab=translate&example=2".into()));
    assert!(page.notice().contains("2 held-out images"));
    page.send(Message::Own(Err("this file is not an image".into())));
    assert_eq!(page.notice(), "this file is not an image");
    page.send(Message::Own(Ok(vec![0; 5])));
    assert!(page.notice().contains("another size"));
    page.hear(done(job.id));
    assert_eq!(page.activity(), Some(Activity::Done));
}

#[test]
fn an_unknown_model_ends_what_runs_until_another_is_chosen() {
    let mut page = Page::loaded("");
    page.send(Message::Link("#model=hats".into()));
    assert!(page.did.contains(&Effect::Ask(Request::Cancel)));
    assert_eq!(page.activity(), Some(Activity::Failed));
    assert!(page.notice().contains("“hats”") && page.notice().contains("clothes, faces"), "{}", page.notice());
    page.send(Message::Model("clothes".into()));
    assert_eq!(
        page.asked_job().task,
        Task::Generate { classes: vec![0, 1, 2, 0, 1, 2, 0, 1, 2, 0], seed: 7, first: 0 }
    );
}

#[test]
fn an_own_image_is_translated_and_travels_in_the_link() {
    let mut page = Page::loaded("");
    page.send(Message::Own(Ok(vec![0, 1, 2, 3])));
    assert_eq!(page.asked_job().task, translation(&[0, 1, 2, 3], 0, 1, false));
    assert!(matches!(page.did.last(), Some(Effect::Link(link)) if link.contains("image=AAECAw")));
    page.draw(&[("from", "Coat"), ("to", "Bag"), ("converged", "1")]);
    assert_eq!(page.asked_job().task, translation(&[0, 1, 2, 3], 1, 0, true));
}

/// What the page is told to write has a place in the document, or was given one.
#[test]
fn every_place_is_in_the_document() {
    let document = include_str!("../../../index.html");
    for fragment in ["", "#count=2&beside=euler_1_uniform_1", "#tab=translate&every=1", "#tab=mix", "#tab=return"] {
        let mut page = Page::loaded(fragment);
        let job = page.asked_job();
        let mut effects = page.did.clone();
        for leg in [Leg::Encode, Leg::Decode, Leg::Return, Leg::Every] {
            let images = if leg == Leg::Every { 2 } else { job.images() };
            page.hear(frame(job.id, leg, job.intervals.get() as usize, 1, images));
            effects.append(&mut page.did);
        }
        page.hear(done(job.id));
        effects.append(&mut page.did);
        let mut given = Vec::new();
        for effect in effects {
            let place = match effect {
                Effect::Gallery { place, canvas, captions } => {
                    given.extend((0..captions.len()).map(|number| format!("{canvas}-{number}")));
                    place.to_owned()
                }
                Effect::Text(place, _) | Effect::Shown(place, _) => place.to_owned(),
                Effect::Draw { canvas, .. } if given.contains(&canvas) => continue,
                Effect::Draw { canvas, .. } => canvas,
                _ => continue,
            };
            assert!(document.contains(&format!("id=\"{place}\"")), "{fragment}: index.html has no #{place}");
        }
    }
}
