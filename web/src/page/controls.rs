//! Controls from a view, and what controls say.

use shared::method::Method;
use shared::solver::Solver;
use shared::time::Spacing;
use web::catalogue::Entry;
use web::laboratory::{Laboratory, Pairs, Scene, Way};
use web::view::{Look, MOST_IMAGES, MOST_INTERVALS, Tab, View};
use web_sys::{Element, HtmlElement, HtmlOptionElement};

use super::document::{by_id, create, disable, fill, input, select, set_attributes, set_hidden, show_in, show_text};
use super::{pad, sketch};

/// The mark of a field that the visitor has begun to write in or to move, and not left yet.
pub(crate) const WRITING: &str = "data-writing";

/// Parts of the page beside panels and their controls, and the tabs that they belong to.
const PARTS: [(&str, &[Tab]); 12] = [
    ("model-bar", &Tab::IMAGES),
    ("choose", &Tab::IMAGES),
    ("look-label", &Tab::IMAGES),
    ("terminal", &[Tab::Generate, Tab::Translate]),
    ("guidance-label", &Tab::DRAWING),
    ("save-film", &Tab::DRAWING),
    ("solver-label", &Tab::TRAVELLING),
    ("intervals-label", &Tab::TRAVELLING),
    ("film", &Tab::TRAVELLING),
    ("save", &Tab::TRAVELLING),
    ("own-controls", &Tab::SOURCES),
    ("sources", &[Tab::Translate, Tab::Mix, Tab::Return]),
];

/// Fills the menus that do not depend on the model.
pub(crate) fn prepare() {
    for menu in ["solver", "other-solver"] {
        fill(menu, Solver::FIXED.map(|solver| (solver.name(), solver.title())));
    }
    for menu in ["spacing", "other-spacing"] {
        fill(menu, Spacing::ALL.map(|spacing| (spacing.name(), spacing.title())));
    }
    pad::prepare();
    fill("way", Way::ALL.map(|way| (way.name(), way.title())));
    fill("pairs", Pairs::ALL.map(|pairs| (pairs.name(), pairs.title())));
    for menu in ["scene", "target"] {
        fill(menu, Scene::ALL.map(|scene| (scene.name(), scene.title())));
    }
    fill("look", Look::ALL.map(|look| (look.name(), look.title())));
    input("count").set_max(&MOST_IMAGES.to_string());
    for id in ["intervals", "other-intervals"] {
        input(id).set_max(&MOST_INTERVALS.to_string());
    }
}

/// Fills the menu of models.
pub(crate) fn offer_models(models: &[Entry]) {
    fill("model", models.iter().map(|entry| (entry.name.as_str(), entry.name.as_str())));
}

/// Fills the menus of what goes with a model.
pub(crate) fn offer_companions(models: &[String], methods: &[Method], few_steps: bool, twin: Option<&str>) {
    let models = models.iter().map(String::as_str);
    set_hidden("other-model-label", models.len() == 0);
    fill("other-model", [("", "the same")].into_iter().chain(models.map(|name| (name, name))));
    fill("method", methods.iter().map(|method| (method.name(), method.title())));
    set_hidden("few-steps-label", twin.is_none());
    input("few-steps").set_checked(few_steps);
    input("few-steps").set_value(twin.unwrap_or_default());
}

/// Chooses in a menu; what a link has named, and no menu offers, is offered then.
fn choose(menu: &str, value: &str) {
    let menu = select(menu);
    menu.set_value(value);
    if menu.value() != value {
        let option: HtmlOptionElement = create("option");
        option.set_value(value);
        option.set_text(value);
        menu.append_child(&option).expect("a menu takes options");
        menu.set_value(value);
    }
}

/// Fills the menus of classes.
pub(crate) fn offer_classes(classes: &[String]) {
    let named = || classes.iter().map(|name| (name.as_str(), name.as_str()));
    fill("class", [("", "each in turn")].into_iter().chain(named()));
    fill("from", named());
    fill("to", named());
    fill("as", named());
}

/// Makes the controls say what the view says.
pub(crate) fn show(view: &View) {
    for tab in Tab::ALL {
        let (name, shown) = (tab.name(), tab == view.tab);
        let button: HtmlElement = by_id(&format!("tab-{name}"));
        button.set_attribute("aria-selected", if shown { "true" } else { "false" }).expect("a plain attribute");
        button.set_tab_index(if shown { 0 } else { -1 });
        if shown {
            show_in(&by_id("tabs"), &button);
        }
        set_hidden(name, !shown);
        set_hidden(&format!("{name}-controls"), !shown);
    }
    show_text("run", view.tab.verb());
    for (id, tabs) in PARTS {
        set_hidden(id, !tabs.contains(&view.tab));
    }
    if !Tab::SOURCES.contains(&view.tab) {
        sketch::fold();
    }
    let Laboratory { way, scene, target, pairs, places } = &view.laboratory;
    select("pairs").set_value(pairs.name());
    select("way").set_value(way.name());
    select("scene").set_value(scene.name());
    select("target").set_value(target.name());
    set_hidden("target-label", !way.has_target());
    disable("clear", places.is_empty(), "plane");
    match &view.model {
        Some(name) => choose("model", name),
        None => select("model").set_selected_index(0),
    }
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    select("class").set_value(&name(&view.generate.class));
    write("seed", &view.generate.seed);
    write("count", &view.generate.count);
    input("compare").set_checked(view.generate.beside.is_some());
    set_hidden("other", view.generate.beside.is_none());
    let beside = view.generate.beside.clone().unwrap_or_default();
    choose("other-model", &name(&beside.model));
    select("other-solver").set_value(beside.solver.name());
    select("other-spacing").set_value(beside.spacing.name());
    write("other-intervals", &beside.intervals);
    write("other-guidance", &beside.guidance);
    select("from").set_value(&name(&view.translate.from));
    select("to").set_value(&name(&view.translate.to));
    select("method").set_value(view.translate.method.name());
    set_hidden("time-label", view.translate.method != Method::SdEdit);
    set_hidden("converged-label", !view.translate.method.encodes());
    if write("time", &view.translate.time) {
        show_time(view.translate.time.into());
    }
    input("every").set_checked(view.translate.every);
    input("converged").set_checked(view.translate.converged);
    select("as").set_value(&name(&view.mix.class));
    select("solver").set_value(view.solver.name());
    write("intervals", &view.intervals);
    select("spacing").set_value(view.spacing.name());
    select("look").set_value(view.look.name());
    if write("guidance", &view.guidance) {
        show_text("guidance-shown", &view.guidance.to_string());
    }
}

/// Writes into a field, unless the visitor is writing there; whether it did.
fn write(id: &str, value: &impl ToString) -> bool {
    let free = !input(id).has_attribute(WRITING);
    if free {
        input(id).set_value(&value.to_string());
    }
    free
}

/// Says which time the slider of SDEdit stands at.
pub(crate) fn show_time(hundredths: f64) {
    let time = format!("{:.2}", hundredths / 100.0);
    set_attributes(&input("time"), &[("aria-valuetext", &time)]);
    show_text("time-shown", &time);
}

/// What every control says, in the words of a link.
pub(crate) fn words() -> Vec<(&'static str, String)> {
    let menus = ["class", "from", "to", "as", "method", "solver", "spacing", "look", "way", "scene", "target", "pairs"]
        .map(|id| (id, select(id).value()));
    let numbers = ["seed", "count", "intervals", "time"].map(|id| (id, input(id).value()));
    let boxes = ["every", "converged"].map(|id| (id, if input(id).checked() { "1" } else { "0" }.to_owned()));
    // The slider has fewer positions than a link; what is shown beside it is exact.
    let guidance = by_id::<Element>("guidance-shown").text_content().unwrap_or_default();
    let beside = if input("compare").checked() { other() } else { String::new() };
    let boxes = boxes.into_iter().chain([("beside", beside)]);
    menus.into_iter().chain(numbers).chain(boxes).chain([("guidance", guidance)]).collect()
}

/// The settings to compare with.
fn other() -> String {
    let [solver, spacing, model] = ["other-solver", "other-spacing", "other-model"].map(|id| select(id).value());
    let [intervals, guidance] = ["other-intervals", "other-guidance"].map(|id| input(id).value());
    format!("{solver}_{intervals}_{spacing}_{guidance}_{model}")
}
