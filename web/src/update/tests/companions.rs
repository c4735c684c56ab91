use shared::method::Method;

use super::page::{Page, catalogue, done, frame, loaded};
use crate::catalogue::{About, Catalogue, Entry, Flow};
use crate::protocol::{Event, Leg, Weights};
use crate::update::{Effect, Message};

/// A page whose model has a fellow of the same images that draws in few steps, and a direct flow from bags to coats.
fn page(fragment: &str) -> Page {
    let mut list = catalogue();
    let about =
        About { data: "clothes".into(), licence: String::new(), class_accuracy: None, preview: None, few_steps: false };
    list.models[0].about = Some(about.clone());
    list.models[1].about = Some(About { few_steps: true, ..about.clone() });
    let glyphs = Entry::unknown("glyphs".into(), "models/glyphs".into(), 1);
    list.models.push(Entry { about: Some(About { data: "glyphs".into(), ..about }), ..glyphs });
    let entry = Entry::unknown("bags-to-coats".into(), "models/direct/bags-to-coats".into(), 1);
    let direct = vec![Flow { data: String::new(), from: "Bag".into(), to: "Coat".into(), entry }];
    let mut page = Page::opened(fragment);
    page.send(Message::Catalogue(Ok(Catalogue { direct, ..list })));
    page.hear(Event::Awake);
    let id = page.asked_load().0;
    page.hear(loaded(id));
    page
}

fn notice(page: &Page) -> &str {
    let text = |effect: &'_ Effect| matches!(effect, Effect::Notice(Some(_)));
    match page.did.iter().rfind(|effect| text(effect)) {
        Some(Effect::Notice(Some(text))) => text,
        _ => "",
    }
}

#[test]
fn what_goes_with_a_model_is_offered() {
    let page = page("");
    let methods = [&Method::CONDITIONAL[..], &[Method::Direct]].concat();
    let twin = Some("faces".to_owned());
    let offered = Effect::Companions { models: vec!["faces".into()], methods, few_steps: false, twin };
    assert!(page.did.contains(&offered), "{:?}", page.did);
}

/// A model of the same images leaves everything but the way to travel, which is the model's own.
#[test]
fn a_model_of_few_steps_goes_on_with_the_same_images() {
    let mut page = page("#v=1&tab=mix&corners=e1.s7&at=0.0&class=Coat&solver=rk4&intervals=20");
    let (mix, way) = (page.state.view().mix.clone(), |page: &Page| page.asked_job().evaluations());
    assert_eq!(way(&page), 80);
    page.send(Message::Model("faces".into()));
    let id = page.asked_load().0;
    page.hear(loaded(id));
    assert_eq!((way(&page), &page.state.view().mix), (4, &mix), "Euler in 4 intervals");
    page.send(Message::Controls { words: vec![("intervals", "2".into())], run: true });
    page.send(Message::Model("clothes".into()));
    let id = page.asked_load().0;
    page.hear(loaded(id));
    assert_eq!((way(&page), &page.state.view().mix), (20, &mix), "midpoint in 10 intervals");
}

#[test]
fn a_direct_flow_is_its_own_model_and_leads_one_way() {
    let page = page("#v=1&tab=translate&example=1&from=Bag&to=Coat&method=direct");
    let job = page.asked_job();
    assert_eq!(job.with, Some(Weights { address: "models/direct/bags-to-coats".into(), hash: None }));
    assert_eq!(job.evaluations(), 20, "midpoint in 10 intervals");
    assert!(page.text("command").contains("--model models/direct/bags-to-coats.safetensors --repeats 1 --from=Bag"));
    let page = self::page("#v=1&tab=translate&example=0&from=Ankle+boot&to=Coat&method=direct");
    assert!(notice(&page).ends_with("there is Bag to Coat."), "{}", notice(&page));
    let page = self::page("#v=1&tab=translate&example=1&from=Bag&to=Coat&method=direct&every=1");
    assert!(notice(&page).contains("one class only"), "{}", notice(&page));
}

#[test]
fn two_models_are_compared_on_one_seed() {
    let mut page = page("#v=1&count=1&intervals=1&beside=euler_3_uniform_1_faces");
    let first = page.asked_job();
    assert_eq!(first.with, None);
    page.hear(frame(first.id, Leg::Decode, 1, 2, 1));
    page.hear(done(first.id));
    let with = page.asked_job().with.expect("the other model");
    assert_eq!(with, Weights { address: "models/faces?v=1".into(), hash: Some("01".into()) });
    page.send(Message::Model("faces".into()));
    assert_eq!(
        page.state.view().generate.beside.as_ref().map(|beside| beside.model.clone()),
        Some(None),
        "another model"
    );
    let page = self::page("#v=1&count=1&intervals=1&beside=euler_3_uniform_1_hats");
    assert!(notice(&page).starts_with("Nothing was started: there is no model “hats”"), "{}", notice(&page));
    let mut page = Page::opened("#v=1&beside=euler_3_uniform_1_faces");
    page.send(Message::Controls { words: vec![("beside", "euler_2_uniform_1_".into())], run: false });
    let beside = page.state.view().generate.beside.clone().expect("settings");
    assert_eq!((beside.intervals.get(), beside.model.as_deref()), (2, Some("faces")), "its menu is still empty");
}

/// A menu that is still empty asks for nothing, and other images have other flows.
#[test]
fn the_method_goes_with_the_model() {
    let mut page = Page::opened("#v=1&tab=translate&method=flowedit");
    page.send(Message::Controls { words: vec![("method", String::new())], run: false });
    assert_eq!(page.state.view().translate.method, Method::FlowEdit);
    let mut page = self::page("#v=1&tab=translate&example=1&from=Bag&to=Coat&method=direct");
    page.send(Message::Model("glyphs".into()));
    assert_eq!(page.state.view().translate.method, Method::Ddib);
}
