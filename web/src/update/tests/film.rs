use std::num::NonZeroU32;

use shared::card::DatasetFacts;
use shared::image::ImageShape;
use shared::solver::Solver;
use shared::time::Spacing;

use super::page::{Page, SHAPE, catalogue, done, frame, loaded};
use crate::protocol::{Event, Job, Leg, Task};
use crate::update::film::Film;
use crate::update::{Effect, Message, State};

/// What was computed can be seen again, at every moment and in three ways, without the engine.
#[test]
fn a_trajectory_is_kept_and_played() {
    let mut page = Page::loaded("#v=1&count=1&intervals=2&solver=euler&look=image");
    let job = page.asked_job();
    let draw = |level: u8| Effect::Draw { canvas: "image-0".into(), shape: SHAPE, pixels: vec![level; 4] };
    for index in 0..3 {
        page.hear(frame(job.id, Leg::Decode, index, index as u32, 1));
        assert!(page.did.contains(&draw(8)), "the image that it heads for");
    }
    assert!(page.did.contains(&Effect::Moments { count: 3, at: 2, title: "decoding, t = 0.50".into(), free: false }));
    page.send(Message::Moment(0));
    assert_eq!(page.did, [], "the scale is not free while moments are still to come");
    page.hear(done(job.id));
    page.send(Message::Moment(0));
    assert!(page.did.contains(&Effect::Moments { count: 3, at: 0, title: "decoding, t = 0.50".into(), free: true }));
    page.send(Message::Controls { words: vec![("look", "noise".into())], run: false });
    assert!(page.did.contains(&draw(7)), "the noise that it comes from");
    assert!(page.did.iter().all(|effect| !matches!(effect, Effect::Ask(_))));

    let at = |page: &Page| {
        page.did.iter().find_map(|effect| match effect {
            Effect::Moments { at, .. } => Some(*at),
            _ => None,
        })
    };
    page.send(Message::Play);
    assert_eq!((at(&page), page.did.first()), (Some(0), Some(&Effect::Playing(true))));
    let stale = page.wait().expect("a moment's time");
    assert_eq!(stale.0, 240);
    page.tick();
    assert_eq!(at(&page), Some(1));
    page.send(Message::Tick(stale.1));
    assert_eq!(page.did, [], "a wait that is over twice does not play twice as fast");
    page.send(Message::Play);
    page.send(Message::Play);
    page.tick();
    assert_eq!((at(&page), page.did.last()), (Some(2), Some(&Effect::Playing(false))));
    page.send(Message::Tick(u32::MAX));
    assert_eq!(page.did, [], "it stands still");
    page.send(Message::Play);
    assert_eq!(at(&page), Some(0), "from the beginning again");
    page.send(Message::Moment(99));
    assert_eq!((at(&page), page.did.first()), (Some(2), Some(&Effect::Playing(false))));
}

/// A translation is seen again as it was: stations that it had not come to are black.
#[test]
fn a_translation_is_kept_too() {
    let mut page = Page::loaded("#v=1&tab=translate&example=0&intervals=1&solver=euler");
    let job = page.asked_job();
    for (leg, index) in [(Leg::Encode, 0), (Leg::Encode, 1), (Leg::Decode, 0), (Leg::Decode, 1), (Leg::Return, 1)] {
        page.hear(frame(job.id, leg, index, 1, 1));
    }
    page.hear(done(job.id));
    let draw = |canvas: &str, level: u8| Effect::Draw { canvas: canvas.into(), shape: SHAPE, pixels: vec![level; 4] };
    page.send(Message::Moment(1));
    assert!(page.did.contains(&draw("noise", 9)) && page.did.contains(&draw("result", 0)), "{:?}", page.did);
    page.send(Message::Moment(3));
    assert!(page.did.contains(&draw("noise", 9)) && page.did.contains(&draw("result", 9)), "{:?}", page.did);
}

/// Where the data has the true translation, it stands beside ours, with the error of both.
#[test]
fn the_truth_stands_beside_a_translation() {
    let mut page = Page::opened("#v=1&tab=translate&example=1&to=Ankle+boot&intervals=1&solver=euler");
    page.send(Message::Catalogue(Ok(catalogue())));
    page.hear(Event::Awake);
    let id = page.asked_load().0;
    let Event::Loaded { mut model, .. } = loaded(id) else { unreachable!("a model") };
    model.card.dataset =
        Some(DatasetFacts { source: "faces".into(), training: 1, held_out: 3, aligned: true, sha256: String::new() });
    (model.example_classes, model.example_pixels) = (vec![0, 1, 2], [[0; 4], [100; 4], [60; 4]].concat());
    page.hear(Event::Loaded { id, model });
    let truth = Effect::Draw { canvas: "truth".into(), shape: SHAPE, pixels: vec![60; 4] };
    assert!(page.did.contains(&truth) && page.did.contains(&Effect::Shown("truth-station", true)), "{:?}", page.did);
    let job = page.asked_job();
    page.hear(frame(job.id, Leg::Decode, 1, 1, 1));
    page.hear(done(job.id));
    // 60 − 9 and 100 − 60, over 127.5.
    assert_eq!(page.text("truth-caption"), "the truth: ours differs by 0.40, the image itself by 0.31");
    page.send(Message::Own(Ok(vec![0; 4])));
    assert!(
        page.did.contains(&Effect::Shown("truth-station", false)),
        "nobody knows the truth of a visitor's own image"
    );
}

/// Of a trajectory that would not fit, every so many moments are kept, and its ends.
#[test]
fn a_long_trajectory_is_thinned() {
    let task = Task::Generate { classes: vec![0; 64], seed: 1, first: 0 };
    let large = ImageShape { channels: 3, height: 64, width: 64 };
    let intervals = NonZeroU32::new(200).expect("not 0");
    let job = Job { id: 1, task, solver: Solver::Euler, intervals, spacing: Spacing::Edm, guidance: 1.0, with: None };
    let mut state = State { film: Some(Film::of(&job, large, None)), ..State::default() };
    for index in 0..=200 {
        let Event::Frame(frame) = frame(1, Leg::Decode, index, 1, 0) else { unreachable!("a frame") };
        state.record(frame);
    }
    let kept: Vec<usize> = state.film.expect("kept").frames.iter().map(|frame| frame.index).collect();
    // 3 × 64 images of 12,288 bytes are 2.4 MB a moment.
    assert!(kept.len() * 3 * 64 * large.values() <= (64 << 20) + 3 * 64 * large.values(), "{kept:?}");
    assert!(kept.len() > 20 && kept[0] == 0 && kept[kept.len() - 1] == 200, "{kept:?}");
}
