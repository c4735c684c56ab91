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
