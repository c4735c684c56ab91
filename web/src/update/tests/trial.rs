//! A graphics processor on trial, in the life of the page.

use super::page::{Page, catalogue, done, failure, loaded, start};
use crate::device::Backend;
use crate::protocol::{Done, Event, Request};
use crate::update::{Effect, Message};

/// A page that draws for the first time, on the CPU, and the number of its job.
fn drawing() -> (Page, u32) {
    let mut page = Page::challenged("nvidia lovelace");
    page.send(Message::Catalogue(Ok(catalogue())));
    assert!(page.did.contains(&start(Backend::Cpu)), "nobody waits for the trial");
    page.hear(Event::Awake);
    let (id, _) = page.asked_load();
    page.hear(loaded(id));
    let id = page.asked_job().id;
    (page, id)
}

/// A page that has drawn once, and what it drew took so many seconds.
fn drawn(seconds: f64) -> Page {
    let (mut page, id) = drawing();
    page.hear(took(id, seconds));
    page
}

fn took(id: u32, seconds: f64) -> Event {
    let Event::Done(done) = done(id) else { unreachable!("the end of a job") };
    Event::Done(Done { seconds, ..done })
}

fn rival(page: &mut Page, event: Event) {
    page.send(Message::Rival(event));
}

/// Such a page whose rival has compiled what it needs.
fn warm() -> Page {
    let mut page = drawn(2.0);
    rival(&mut page, Event::Awake);
    rival(&mut page, loaded(0));
    rival(&mut page, took(2, 9.0));
    page
}

/// The next drawing is not followed by another trial.
fn is_not_repeated(page: &mut Page) {
    page.draw(&[]);
    let id = page.asked_job().id;
    page.hear(done(id));
    assert!(!page.did.iter().any(|effect| matches!(effect, Effect::StartRival(_))), "once is enough");
}

/// Until it has drawn against the clock.
fn tried(page: &mut Page, seconds: f64) {
    assert!(page.did.contains(&Effect::StartRival("engine-gpu-02/loader.js".into())));
    rival(page, Event::Awake);
    assert!(
        matches!(&page.did[..], [Effect::AskRival(Request::Load { weights, .. })] if weights.address.contains("clothes"))
    );
    rival(page, loaded(0));
    let [Effect::AskRival(Request::Run(first))] = &page.did[..] else { panic!("no job in {:?}", page.did) };
    let first = first.clone();
    rival(page, took(first.id, 9.0));
    assert_eq!(page.did, [Effect::AskRival(Request::Run(first.clone()))], "the first time compiles");
    rival(page, took(first.id, seconds));
}

#[test]
fn the_cpu_is_tried_with_all_its_engines() {
    let (mut page, id) = drawing();
    let Event::Done(end) = took(id, 2.0) else { unreachable!("the end of a job") };
    page.hear(Event::Done(Done { full: false, ..end }));
    assert!(!page.did.iter().any(|effect| matches!(effect, Effect::StartRival(_))), "one was missing");
}

#[test]
fn a_faster_graphics_processor_takes_over() {
    let mut page = drawn(2.0);
    tried(&mut page, 0.5);
    assert_eq!(page.did[0], Effect::AdoptRival);
    assert_eq!(page.text("status"), "Computes with WebGPU: nvidia lovelace, 4.0 times as fast as the CPU");
    is_not_repeated(&mut page);
    page.hear(failure(None));
    page.draw(&[]);
    assert!(page.did.contains(&start(Backend::WebGpu)));
}

#[test]
fn a_slower_one_does_not() {
    let mut page = drawn(2.0);
    tried(&mut page, 5.0);
    assert_eq!(page.did[0], Effect::EndRival);
    assert_eq!(page.text("status"), "Computes on the CPU: WebGPU (nvidia lovelace) takes 2.5 times as long");
    is_not_repeated(&mut page);
}

#[test]
fn a_trial_that_fails_changes_nothing_else() {
    for event in [failure(Some(0)), failure(None), Event::NoDevice { reason: "WebGPU refuses".into() }] {
        let mut page = drawn(2.0);
        rival(&mut page, event);
        assert_eq!(page.did[0], Effect::EndRival);
        assert!(page.text("status").starts_with("Computes on the CPU: WebGPU"), "{}", page.text("status"));
        page.draw(&[]);
        page.asked_job();
    }
}

#[test]
fn a_job_under_way_is_not_disturbed() {
    let mut page = warm();
    page.draw(&[]);
    let id = page.asked_job().id;
    rival(&mut page, took(2, 0.5));
    assert_eq!(page.did, []);
    page.hear(done(id));
    assert!(page.did.contains(&Effect::AdoptRival));
}

#[test]
fn another_model_is_another_trial() {
    let mut page = warm();
    page.send(Message::Model("faces".into()));
    let (load, _) = page.asked_load();
    rival(&mut page, took(2, 0.5));
    assert_eq!(page.did, [Effect::EndRival]);
    page.hear(loaded(load));
    let id = page.asked_job().id;
    page.hear(done(id));
    assert!(page.did.contains(&Effect::StartRival("engine-gpu-02/loader.js".into())));
}
