//! What computes, in the life of the page.

use super::page::{Page, catalogue, failure, loaded, start};
use crate::device::Backend;
use crate::protocol::{Event, Task};
use crate::update::{Activity, Message};

#[test]
fn an_engine_without_a_device_gives_way_to_the_cpu() {
    let reason = "this browser’s WebGPU lacks timestamp queries";
    let no_device = || Event::NoDevice { reason: reason.into() };
    let mut page = Page::choosing(Backend::WebGpu, "nvidia lovelace", "");
    page.send(Message::Catalogue(Ok(catalogue())));
    assert!(page.did.contains(&start(Backend::WebGpu)));
    page.hear(Event::Awake);
    page.asked_load();
    page.send(Message::Cancel);
    page.hear(no_device());
    assert_eq!(page.did, [], "what was stopped stays stopped");
    page.draw(&[("count", "1")]);
    page.asked_load();
    page.hear(no_device());
    assert!(page.did.contains(&start(Backend::Cpu)));
    assert_eq!((page.activity(), page.notice()), (Some(Activity::Starting), ""));
    page.hear(no_device());
    assert_eq!(page.did, [], "the engine of before");
    page.hear(Event::Awake);
    let (id, _) = page.asked_load();
    page.hear(no_device());
    assert_eq!(page.did, [], "the CPU is always there");
    page.hear(loaded(id));
    assert_eq!(page.text("status"), format!("Computes on the CPU: {reason}"));
    assert_eq!(page.asked_job().task, Task::Generate { classes: vec![0], seed: 7, first: 0 });
    page.hear(failure(None));
    page.draw(&[]);
    assert!(page.did.contains(&start(Backend::Cpu)), "WebGPU is not tried again");
}

#[test]
fn the_status_names_the_graphics_processor() {
    let mut page = Page::choosing(Backend::WebGpu, "nvidia lovelace", "");
    page.send(Message::Catalogue(Ok(catalogue())));
    page.hear(Event::Awake);
    let (id, _) = page.asked_load();
    page.hear(loaded(id));
    assert_eq!(page.text("status"), "Computes with WebGPU: nvidia lovelace");
}

#[test]
fn without_an_engine_for_webgpu_the_cpu_begins() {
    let mut page = Page::choosing(Backend::WebGpu, "nvidia lovelace", "");
    let mut early = catalogue();
    early.engines.gpu = None;
    page.send(Message::Catalogue(Ok(early)));
    assert!(page.did.contains(&start(Backend::Cpu)));
    page.hear(Event::Awake);
    let (id, _) = page.asked_load();
    page.hear(loaded(id));
    assert!(page.text("status").starts_with("Computes on the CPU: the engine for WebGPU is not compiled yet"));
}
