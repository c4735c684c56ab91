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

/// What cannot be loaded leaves the list, and what was seen before it returns: another model, or one of the same name.
#[test]
fn a_model_that_is_broken_gives_way() {
    let mut page = Page::loaded("#seed=9");
    let own = |name: &str, address: &str| Message::OwnModel { name: name.into(), address: address.into(), bytes: 5 };
    let broken = |id| Event::Failed { id: Some(id), message: "it ends too early".into() };
    let seen = |page: &Page, model: &str| {
        assert!(page.notice().contains("cannot be loaded: it ends too early"), "{}", page.notice());
        assert_eq!(page.asked_load().1, model);
        let link = page.did.iter().find_map(|effect| if let Effect::Link(link) = effect { Some(link) } else { None });
        assert!(link.is_some_and(|link| link.contains("seed=9")), "{link:?}");
    };
    // The second one comes while the first is on its way.
    page.send(own("mine.safetensors", "blob:1"));
    page.send(own("broken.safetensors", "blob:2"));
    page.hear(broken(page.asked_load().0));
    assert_eq!(offered(&page), ["clothes", "faces", "mine.safetensors"]);
    let clothes = page.asked_load();
    seen(&page, &clothes.1);
    page.hear(loaded(clothes.0));
    page.send(Message::Model("mine.safetensors".into()));
    page.hear(loaded(page.asked_load().0));
    page.send(own("mine.safetensors", "blob:3"));
    page.hear(broken(page.asked_load().0));
    seen(&page, "blob:1");
    assert_eq!(offered(&page), ["clothes", "faces", "mine.safetensors"]);
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
