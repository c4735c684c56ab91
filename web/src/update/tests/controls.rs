use shared::time::Spacing;

use super::page::{Page, done};
use crate::protocol::Task;
use crate::update::{Effect, Message};

#[test]
fn a_changed_control_is_written_into_the_link_and_starts_nothing() {
    let mut page = Page::loaded("");
    let mut choose = |key, value: &str| {
        page.send(Message::Controls { words: vec![(key, value.to_owned())], run: false });
        match page.did.as_slice() {
            [
                Effect::Notice(None),
                Effect::Text("facts", stale),
                Effect::View(view),
                Effect::Text("command", _),
                Effect::Link(_),
            ] => {
                assert_eq!(stale, "The settings have changed: press Draw");
                view.spacing
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(choose("solver", "euler"), Spacing::Uniform, "Euler's own");
    assert_eq!(choose("solver", "heun"), Spacing::Edm, "Heun's own");
    assert_eq!(choose("spacing", "uniform"), Spacing::Uniform);
    assert_eq!(choose("solver", "rk4"), Spacing::Uniform, "what was chosen stays");
    assert!(matches!(page.did.last(), Some(Effect::Link(link)) if link.contains("solver=rk4")));
}

#[test]
fn what_is_changed_under_way_is_told_in_the_end() {
    let mut page = Page::loaded("");
    let changed = "The settings have changed: press Draw";
    let job = page.asked_job();
    page.send(Message::Controls { words: vec![("solver", "euler".into())], run: false });
    page.hear(done(job.id));
    assert_eq!(page.text("facts"), changed);
    page.draw(&[]);
    page.hear(done(page.asked_job().id));
    assert_ne!(page.text("facts"), changed);
}

/// One image costs little: on the pad it follows the controls at once.
#[test]
fn a_mixture_follows_the_controls() {
    let mut page = Page::loaded("#tab=mix&as=Bag");
    let class = |page: &Page| match page.asked_job().task {
        Task::Mix(mixing) => mixing.class,
        other => panic!("{other:?}"),
    };
    assert_eq!(class(&page), 0);
    page.hear(done(page.asked_job().id));
    page.send(Message::Controls { words: vec![("as", "Coat".into())], run: false });
    assert_eq!(class(&page), 1);
}

/// A link to what only this visitor has is called so.
#[test]
fn the_link_of_an_own_model_needs_its_file() {
    let mut page = Page::loaded("");
    page.send(Message::Copied(true));
    assert_eq!(page.text("shared"), "Link copied");
    page.send(Message::OwnModel { name: "mine".into(), address: "blob:1".into(), bytes: 1 });
    page.send(Message::Copied(true));
    assert!(page.text("shared").ends_with("needs your model's file too"), "{}", page.text("shared"));
}
