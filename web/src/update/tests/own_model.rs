use super::page::{Page, catalogue, loaded, offered};
use crate::protocol::Event;
use crate::update::{Effect, Message};

#[test]
fn a_model_of_ones_own_joins_the_list() {
    let mut page = Page::loaded("");
    let own = |name: &str| Message::OwnModel { name: name.into(), address: "blob:1".into(), bytes: 5 };
    page.send(own("mine.safetensors"));
    assert_eq!(offered(&page), ["clothes", "faces", "mine.safetensors"]);
    let (id, address) = page.asked_load();
    assert_eq!(address, "blob:1");
    page.hear(loaded(id));
    page.send(own("mine.safetensors"));
    assert_eq!(offered(&page), ["clothes", "faces", "mine.safetensors"], "once");
    page.asked_load();

    // What cannot be loaded leaves the list, and the view before it returns.
    page.hear(loaded(page.asked_load().0));
    page.send(Message::Model("faces".into()));
    page.hear(loaded(page.asked_load().0));
    page.draw(&[("seed", "9")]);
    page.send(Message::OwnModel { name: "broken.safetensors".into(), address: "blob:2".into(), bytes: 5 });
    let id = page.asked_load().0;
    page.hear(Event::Failed { id: Some(id), message: "it ends too early".into() });
    assert!(page.notice().contains("“broken.safetensors” cannot be loaded: it ends too early"), "{}", page.notice());
    assert_eq!(offered(&page), ["clothes", "faces", "mine.safetensors"]);
    assert_ne!(page.asked_load().1, "blob:2");
    assert!(
        page.did
            .iter()
            .any(|effect| matches!(effect, Effect::Link(link) if link.contains("faces") && link.contains("seed=9")))
    );

    let mut early = Page::opened("");
    early.send(own("mine.safetensors"));
    assert!(early.notice().contains("has not come yet"));
}

#[test]
fn a_model_elsewhere_is_called_by_its_address() {
    let mut page = Page::opened("#v=1&model=https://example.org/a.safetensors");
    page.send(Message::Catalogue(Ok(catalogue())));
    page.hear(Event::Awake);
    let (id, address) = page.asked_load();
    assert_eq!(address, "https://example.org/a.safetensors");
    page.hear(Event::Loading { id, bytes: 1_000_000 });
    assert_eq!(page.text("status"), "Loading the model: 1.0 MB");
    let mut page = Page::loaded("");
    page.send(Message::Link("#v=1&model=http://example.org/a.safetensors".into()));
    assert!(page.notice().contains("There is no model"), "{}", page.notice());
}

#[test]
fn a_link_notices_that_its_model_has_changed() {
    let mut page = Page::loaded("#v=1&weights=01");
    assert_eq!(page.notice(), "");
    assert!(
        matches!(page.did.last(), Some(Effect::Link(link)) if link.contains("weights=01")),
        "{:?}",
        page.did.last()
    );
    page.send(Message::Link("#v=1&weights=02".into()));
    assert!(page.notice().contains("other weights"), "{}", page.notice());
    page.draw(&[]);
    assert_eq!(page.notice(), "", "once");
}
