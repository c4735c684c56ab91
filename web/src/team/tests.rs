use std::num::NonZeroU32;

use shared::card::ModelCard;
use shared::image::ImageShape;
use shared::solver::Solver;
use shared::time::Spacing;

use shared::method::Method;

use super::*;
use crate::protocol::{Leg, LoadedModel, Looks, Translation, Weights};

const ADDRESS: &str = "models/faces.safetensors";

fn load(id: u32) -> Request {
    Request::Load { id, weights: Weights { address: ADDRESS.into(), hash: None } }
}

fn loaded(id: u32) -> Event {
    let shape = ImageShape { channels: 1, height: 1, width: 1 };
    let model = LoadedModel {
        card: ModelCard::default(),
        shape,
        kept: false,
        example_classes: Vec::new(),
        example_pixels: Vec::new(),
    };
    Event::Loaded { id, model: Box::new(model) }
}

fn job(id: u32, classes: &[usize], first: u64) -> Job {
    let task = Task::Generate { classes: classes.to_vec(), seed: 7, first };
    let intervals = NonZeroU32::new(2).expect("2 is not 0");
    Job { id, task, solver: Solver::Euler, intervals, spacing: Spacing::Uniform, guidance: 1.0, with: None }
}

fn frame(id: u32, index: usize, pixels: &[u8]) -> Event {
    Event::Frame(Frame { id, leg: Leg::Decode, time: 0.5, index, nfe: 1, looks: looks(pixels) })
}

fn looks(pixels: &[u8]) -> Looks {
    Looks { state: pixels.to_vec(), image: pixels.to_vec(), noise: pixels.to_vec() }
}

fn done(id: u32, seconds: f64) -> Event {
    Event::Done(Done { id, nfe: 2, seconds, full: true, round_trip_rmse: None, converged_rmse: None })
}

/// A team whose members have all loaded the model.
fn team(members: usize) -> Team {
    let mut team = Team::new(members);
    team.ask(load(1));
    team.hear(0, loaded(1));
    for member in 1..members {
        team.hear(member, Event::Awake);
        team.hear(member, loaded(1));
    }
    team
}

fn nothing() -> Response {
    Response::default()
}

fn heard(event: Event) -> Response {
    Response { events: vec![event], ..nothing() }
}

#[test]
fn the_first_engine_loads_alone_and_the_others_follow() {
    let mut team = Team::new(3);
    assert_eq!(team.ask(load(1)).requests, [(0, load(1))]);
    assert_eq!(team.hear(0, Event::Loading { id: 1, bytes: 5 }), heard(Event::Loading { id: 1, bytes: 5 }));
    let response = team.hear(0, loaded(1));
    assert_eq!(response, Response { events: vec![loaded(1)], starts: vec![1, 2], requests: Vec::new() });
    let asked = |member, request| Response { requests: vec![(member, request)], ..nothing() };
    assert_eq!(team.hear(1, Event::Awake), asked(1, load(1)), "not before: it would not hear it");
    assert_eq!(team.hear(1, Event::Loading { id: 1, bytes: 5 }), nothing());
    assert_eq!(team.hear(1, loaded(1)), nothing(), "the page knows the model");
    let requests = team.ask(Request::Run(job(2, &[0, 1, 2, 3], 0))).requests;
    assert_eq!(requests.len(), 2, "the third is not ready");
    assert_eq!(team.ask(load(3)).requests, [(0, load(3)), (1, Request::Cancel)], "the third is not awake");
    assert_eq!(team.hear(2, Event::Awake), nothing(), "the first has not loaded it");
    assert_eq!(team.hear(1, loaded(1)), nothing(), "another model is wanted by now");
    assert_eq!(team.hear(0, loaded(3)).requests, [(1, load(3)), (2, load(3))]);
    assert_eq!(team.ask(Request::Run(job(4, &[0, 1], 0))).requests.len(), 1);
}

#[test]
fn images_are_shared_and_come_together_again() {
    let mut team = team(3);
    let requests = team.ask(Request::Run(job(2, &[5, 6, 7, 8], 0))).requests;
    assert_eq!(requests, [(0, Request::Run(job(2, &[5, 6], 0))), (1, Request::Run(job(2, &[7, 8], 2)))]);
    assert_eq!(team.hear(1, frame(2, 0, &[70, 80])), nothing());
    assert_eq!(team.hear(1, frame(2, 1, &[71, 81])), nothing());
    assert_eq!(team.hear(0, frame(2, 0, &[50, 60])), heard(frame(2, 0, &[50, 60, 70, 80])));
    assert_eq!(team.hear(1, done(2, 0.75)), nothing());
    assert_eq!(team.hear(0, frame(2, 1, &[51, 61])), heard(frame(2, 1, &[51, 61, 71, 81])));
    assert_eq!(team.hear(0, done(2, 0.5)), heard(done(2, 0.75)), "the slower one");
}

/// Whether every engine had a part in a job of three images, of a team of which two are ready.
#[test]
fn a_time_counts_when_nobody_is_missing() {
    let mut team = Team::new(3);
    team.ask(load(1));
    for member in [0, 1] {
        team.hear(member, Event::Awake);
        team.hear(member, loaded(1));
    }
    let full = |team: &mut Team, classes: &[usize]| {
        for (member, _) in team.ask(Request::Run(job(2, classes, 0))).requests {
            if let [Event::Done(Done { full, .. })] = team.hear(member, done(2, 0.5)).events[..] {
                return full;
            }
        }
        unreachable!("a job ends")
    };
    assert!(!full(&mut team, &[5, 6, 7]), "the third starts");
    assert!(full(&mut team, &[5, 6]), "there is nothing for a third");
    team.hear(2, Event::Failed { id: None, message: "out of memory".into() });
    assert!(full(&mut team, &[5, 6, 7]), "the third will not come");
}

#[test]
fn one_image_is_the_work_of_one() {
    let mut team = team(4);
    assert_eq!(team.ask(Request::Run(job(2, &[5], 0))).requests, [(0, Request::Run(job(2, &[5], 0)))]);
    let task = Task::Translate(Translation {
        pixels: vec![1],
        from: 0,
        to: 1,
        method: Method::Ddib,
        start: 0.5,
        every: false,
        converged: false,
    });
    let translation = Job { task, ..job(3, &[], 0) };
    team.ask(Request::Run(job(2, &[5, 6], 0)));
    let requests = team.ask(Request::Run(translation.clone())).requests;
    assert_eq!(requests, [(1, Request::Cancel), (0, Request::Run(translation.clone()))], "the second has none of it");
    team.ask(Request::Run(job(2, &[5], 0)));
    assert_eq!(team.ask(Request::Run(translation.clone())).requests, [(0, Request::Run(translation))]);
    assert_eq!(team.hear(0, Event::Dropped { id: 2 }), heard(Event::Dropped { id: 2 }));
    assert_eq!(team.hear(0, frame(3, 0, &[9])), heard(frame(3, 0, &[9])));
}

#[test]
fn every_job_ends_once_however_its_parts_end() {
    let failed = || Event::Failed { id: Some(2), message: "out of memory".into() };
    for (one, other, whole) in [
        (done(2, 1.0), Event::Dropped { id: 2 }, Event::Dropped { id: 2 }),
        (failed(), done(2, 1.0), failed()),
        (Event::Dropped { id: 2 }, failed(), failed()),
    ] {
        let mut team = team(2);
        team.ask(Request::Run(job(2, &[5, 6], 0)));
        assert_eq!(team.hear(0, one), nothing());
        assert_eq!(team.hear(1, other), heard(whole));
    }
}

#[test]
fn a_stop_reaches_all_who_work_and_no_one_who_loads() {
    let mut team = team(3);
    team.ask(Request::Run(job(2, &[5, 6], 0)));
    assert_eq!(team.ask(Request::Cancel).requests, [(0, Request::Cancel), (1, Request::Cancel)]);
    let mut fresh = Team::new(3);
    fresh.ask(load(1));
    fresh.hear(0, loaded(1));
    assert_eq!(fresh.ask(Request::Cancel).requests, [(0, Request::Cancel)]);
}

#[test]
fn the_frames_of_a_job_that_is_over_change_nothing() {
    let mut team = team(2);
    team.ask(Request::Run(job(2, &[5, 6], 0)));
    team.ask(Request::Run(job(3, &[5, 6], 0)));
    assert_eq!(team.hear(1, frame(2, 0, &[60])), nothing());
    assert_eq!(team.hear(1, Event::Dropped { id: 2 }), nothing());
    team.hear(1, frame(3, 0, &[60]));
    assert_eq!(team.hear(0, frame(3, 0, &[50])), heard(frame(3, 0, &[50, 60])));
}

#[test]
fn a_failed_helper_is_missed_only_where_it_is_needed() {
    let failure = || Event::Failed { id: None, message: "out of memory".into() };
    let mut idle = team(2);
    assert_eq!(idle.hear(1, failure()), nothing());
    assert_eq!(idle.ask(Request::Run(job(2, &[5, 6], 0))).requests.len(), 1);
    let mut busy = team(2);
    busy.ask(Request::Run(job(2, &[5, 6], 0)));
    assert_eq!(busy.hear(1, failure()), heard(failure()));
    assert_eq!(busy.hear(0, failure()), heard(failure()));
}
