use super::page::{Page, SHAPE, done, frame};
use crate::protocol::{Job, Leg};
use crate::update::{Activity, Effect, Message};

#[test]
fn the_same_images_are_drawn_by_other_settings_and_compared() {
    let mut page = Page::loaded("#v=1&count=1&intervals=1&beside=euler_3_uniform_1.5");
    assert!(page.did.contains(&Effect::Shown("comparison", true)));
    let first = page.asked_job();
    page.hear(frame(first.id, Leg::Decode, 1, 2, 1));
    page.hear(done(first.id));
    assert_eq!(page.activity(), Some(Activity::Running));
    let second = page.asked_job();
    let intervals = second.intervals;
    assert_eq!((second.solver.name(), intervals.get(), second.guidance), ("euler", 3, 1.5));
    assert_eq!(Job { id: second.id, task: first.task.clone(), ..second.clone() }, second, "the same images");
    page.hear(frame(second.id, Leg::Decode, 3, 6, 1));
    let draw = |canvas: &str, level| Effect::Draw { canvas: canvas.into(), shape: SHAPE, pixels: vec![level; 4] };
    assert!(page.did.contains(&draw("beside-0", 9)));
    page.hear(done(second.id));
    assert!(page.did.contains(&draw("apart-0", 0)), "{:?}", page.did);
    assert!(page.text("facts").ends_with("they differ by 0"), "{}", page.text("facts"));
    assert_eq!(page.activity(), Some(Activity::Done));
    page.send(Message::Moment(0));
    assert!(page.did.contains(&draw("image-0", 9)), "the scale is that of the first");
    page.draw(&[("beside", "")]);
    assert!(page.did.contains(&Effect::Shown("comparison", false)));
}

/// What is compared is decided when the drawing begins: there is room for that, and for nothing else.
#[test]
fn a_changed_comparison_waits_for_the_next_drawing() {
    let change = |to: &str| Message::Controls { words: vec![("beside", to.to_owned())], run: false };
    let mut page = Page::loaded("#v=1&count=1&intervals=1");
    let job = page.asked_job();
    page.send(change("euler_3_uniform_1"));
    page.hear(frame(job.id, Leg::Decode, 1, 2, 1));
    page.hear(done(job.id));
    assert_eq!(page.activity(), Some(Activity::Done), "there is no room for others");
    page.draw(&[]);
    let first = page.asked_job();
    page.send(change(""));
    page.hear(frame(first.id, Leg::Decode, 1, 2, 1));
    page.hear(done(first.id));
    assert_eq!(page.asked_job().solver.name(), "euler");
    page.send(Message::Cancel);
    page.draw(&[]);
    let last = page.asked_job();
    page.hear(frame(last.id, Leg::Decode, 1, 2, 1));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::Draw { canvas, .. } if canvas == "image-0")));
}

/// A spacing that comes from the solver goes with it.
#[test]
fn the_other_spacing_follows_the_other_solver() {
    let mut page = Page::loaded("#v=1&beside=euler_3_uniform_1");
    page.send(Message::Controls { words: vec![("beside", "heun_3_uniform_1".into())], run: false });
    assert_eq!(page.state.view().generate.beside.as_ref().map(|beside| beside.spacing.name()), Some("edm"));
    page.send(Message::Controls { words: vec![("beside", "heun_3_uniform_1".into())], run: false });
    page.send(Message::Controls { words: vec![("beside", "rk4_3_uniform_1".into())], run: false });
    assert_eq!(
        page.state.view().generate.beside.as_ref().map(|beside| beside.spacing.name()),
        Some("uniform"),
        "chosen"
    );
}
