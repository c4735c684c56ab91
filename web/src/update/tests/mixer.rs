use std::num::NonZeroU32;

use shared::solver::Solver;

use super::page::{Page, SHAPE, done, frame};
use crate::mix::{Corner, Mix};
use crate::protocol::{Event, Job, Leg, Mixing, Returned, Start, Task, Trials};
use crate::update::{Activity, Effect, Message};

fn mixing(job: &Job) -> &Mixing {
    match &job.task {
        Task::Mix(mixing) => mixing,
        other => panic!("{other:?}"),
    }
}

fn pad(page: &Page) -> Option<([u8; 2], bool)> {
    page.did.iter().rev().find_map(|effect| match effect {
        Effect::Pad { mix, walking } => Some((mix.at, *walking)),
        _ => None,
    })
}

#[test]
fn what_is_drawn_follows_the_handle() {
    let mut page = Page::loaded("#v=1&tab=mix&corners=e0.s5&at=0.0&intervals=1");
    let job = page.asked_job();
    let image = Start::Image { pixels: vec![1, 2, 3, 4], class: 2 };
    let shares = vec![vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0]];
    assert_eq!(*mixing(&job), Mixing { starts: vec![image, Start::Seed(5)], shares, class: 2 });
    page.hear(frame(job.id, Leg::Decode, 1, 2, 3));
    let draw = |canvas: &str| Effect::Draw { canvas: canvas.into(), shape: SHAPE, pixels: vec![9; 4] };
    for canvas in ["mixed", "corner-0", "corner-1"] {
        assert!(page.did.contains(&draw(canvas)), "{canvas}");
    }
    // While an image is drawn, only the latest place is remembered.
    page.send(Message::Handle([10, 0]));
    page.send(Message::Handle([255, 9]));
    assert_eq!((page.did.len(), pad(&page)), (1, Some(([255, 9], false))));
    page.hear(done(job.id));
    let next = page.asked_job();
    assert_eq!(mixing(&next).shares, [vec![0.0, 1.0]], "the corners are drawn already");
    page.hear(frame(next.id, Leg::Decode, 0, 0, 1));
    assert!(!page.did.iter().any(|effect| matches!(effect, Effect::Draw { .. })), "only what the handle leads to");
    page.hear(frame(next.id, Leg::Decode, 1, 2, 1));
    assert!(page.did.contains(&draw("mixed")));
    page.hear(done(next.id));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::Link(link) if link.contains("at=255.9"))));

    page.send(Message::Moment(0));
    assert!(page.did.contains(&draw("mixed")), "the way of the mixture can be seen again");
    page.send(Message::Corner(1));
    assert!(page.did.iter().any(|effect| matches!(effect, Effect::View(_))), "the row marks the corner's image");
    page.send(Message::Example(1));
    assert_eq!(mixing(&page.asked_job()).shares.len(), 3, "another corner is drawn");
    page.send(Message::Corners(4));
    assert_eq!(mixing(&page.asked_job()).starts.len(), 4);
    assert_eq!(page.state.view().mix.corners[1], Corner::Example(1));
    page.send(Message::CornerSeed(77));
    assert_eq!(mixing(&page.asked_job()).starts[1], Start::Seed(77), "the corner stays chosen");
}

#[test]
fn the_handle_walks_until_it_is_told_to_stand_still() {
    let mut page = Page::loaded("#v=1&tab=mix&corners=s1.s2&intervals=1");
    let first = page.asked_job();
    page.hear(done(first.id));
    page.send(Message::Walk);
    assert_eq!(pad(&page), Some((Mix::walk(0), true)));
    let one = page.asked_job();
    page.hear(done(one.id));
    assert_eq!(page.activity(), Some(Activity::Running), "there is no end between");
    assert_eq!(pad(&page), Some((Mix::walk(1), true)));
    let two = page.asked_job();
    page.send(Message::Walk);
    page.hear(done(two.id));
    assert_eq!(pad(&page), Some((Mix::walk(1), false)));
    page.send(Message::Walk);
    let walk = page.asked_job();
    page.send(Message::Handle([3, 3]));
    assert_eq!(pad(&page), Some(([3, 3], false)), "who takes the handle stops the walk");
    page.hear(done(walk.id));
    page.hear(done(page.asked_job().id));
    page.send(Message::Walk);
    page.send(Message::Cancel);
    assert_eq!(pad(&page).map(|(_, walking)| walking), Some(false), "who stops the drawing stops the walk");
    page.send(Message::Walk);
    page.send(Message::Hidden);
    assert_eq!(pad(&page).map(|(_, walking)| walking), Some(false), "nobody looks");
    page.send(Message::Walk);
    page.send(Message::Link("#v=1&tab=mix&corners=s1.s2&intervals=1&at=9.9".into()));
    page.hear(done(page.asked_job().id));
    assert_eq!(pad(&page), Some(([9, 9], false)), "a link names its place");
    page.send(Message::Walk);
    let link = page.did.iter().find_map(|effect| match effect {
        Effect::Link(link) => Some(link.clone()),
        _ => None,
    });
    assert!(link.as_ref().is_some_and(|link| link.contains("at=walk")), "{link:?}");
    let mut other = Page::loaded(&format!("#{}", link.unwrap_or_default()));
    other.hear(done(other.asked_job().id));
    assert_eq!(other.did.last(), Some(&Effect::WalkUnasked), "whoever follows the link sees it walk");
}

#[test]
fn an_image_returns_by_every_solver() {
    let mut page = Page::loaded("#v=1&tab=return&example=1");
    let job = page.asked_job();
    let Task::Return(Trials { pixels, class: 0, plan }) = &job.task else { panic!("{:?}", job.task) };
    assert_eq!((pixels.as_slice(), plan.len()), (&[5, 6, 7, 8][..], 25));
    let one = Returned { id: job.id, solver: Solver::Heun, intervals: NonZeroU32::MIN, nfe: 4, rmse: 0.5 };
    page.hear(Event::Returned(one));
    assert!(page.did.contains(&Effect::Returns(vec![one])));
    page.hear(done(job.id));
    page.draw(&[]);
    assert!(page.did.contains(&Effect::Returns(Vec::new())), "another measurement begins anew");
}
