use super::page::{Page, SHAPE, done, frame};
use crate::protocol::Leg;
use crate::update::{Effect, Message};

/// The film that came with the page stays until what is computed here looks the same.
#[test]
fn the_stage_is_taken_over_without_a_jump() {
    let touches =
        |page: &Page| page.did.iter().any(|effect| matches!(effect, Effect::Gallery { .. } | Effect::Draw { .. }));
    let mut page = Page::loaded("");
    let job = page.asked_job();
    assert!(!touches(&page));
    page.hear(frame(job.id, Leg::Decode, 0, 0, 10));
    assert!(!touches(&page));
    page.hear(frame(job.id, Leg::Decode, 10, 20, 10));
    let gallery = page.did.iter().find_map(|effect| match effect {
        Effect::Gallery { captions, .. } => Some(captions.len()),
        _ => None,
    });
    assert_eq!(gallery, Some(10));
    assert!(page.did.contains(&Effect::Draw { canvas: "image-9".into(), shape: SHAPE, pixels: vec![9; 4] }));
    page.hear(done(job.id));
    page.draw(&[]);
    assert!(touches(&page), "the next one is seen from its beginning");

    let mut page = Page::opened("#v=1&count=2");
    assert!(touches(&page), "a link to something else begins with an empty stage");
    page.draw(&[("count", "10")]);
    assert!(!touches(&page), "nothing is there to draw with");
}

/// Whoever stops the drawing, or looks at it in another way, sees what was computed so far: there is room for it.
#[test]
fn the_film_gives_way_to_whoever_looks() {
    let room = |page: &Page| {
        page.did.iter().any(|effect| matches!(effect, Effect::Gallery { captions, .. } if captions.len() == 10))
    };
    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.hear(frame(job.id, Leg::Decode, 0, 0, 10));
    page.hear(frame(job.id, Leg::Decode, 1, 2, 10));
    page.send(Message::Cancel);
    page.send(Message::Moment(0));
    assert!(room(&page), "{:?}", page.did);

    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.hear(frame(job.id, Leg::Decode, 0, 0, 10));
    page.send(Message::Controls { words: vec![("look", "noise".into())], run: false });
    assert!(room(&page), "{:?}", page.did);

    let mut page = Page::loaded("");
    let job = page.asked_job();
    page.send(Message::Controls { words: vec![("intervals", "20".into())], run: false });
    page.hear(frame(job.id, Leg::Decode, 10, 20, 10));
    assert!(room(&page), "the job has ten intervals, whatever the controls say by now");
}
