//! Controls from a view, and what controls say.

use shared::solver::Solver;
use shared::time::Spacing;
use web::laboratory::{Laboratory, Scene, Way};
use web::view::{Look, MOST_IMAGES, MOST_INTERVALS, Tab, View};
use web_sys::{Element, HtmlButtonElement, HtmlElement};

use super::document::{by_id, fill, input, select, set_hidden, show_text};

/// Fills the menus that do not depend on the model.
pub(crate) fn prepare() {
    fill("solver", Solver::FIXED.map(|solver| (solver.name(), solver.title())));
    fill("spacing", Spacing::ALL.map(|spacing| (spacing.name(), spacing.name())));
    fill("way", Way::ALL.map(|way| (way.name(), way.title())));
    for menu in ["scene", "target"] {
        fill(menu, Scene::ALL.map(|scene| (scene.name(), scene.title())));
    }
    fill("look", Look::ALL.map(|look| (look.name(), look.title())));
    input("count").set_max(&MOST_IMAGES.to_string());
    input("intervals").set_max(&MOST_INTERVALS.to_string());
}

/// Fills the menu of models.
pub(crate) fn offer_models(names: &[String]) {
    fill("model", names.iter().map(|name| (name.as_str(), name.as_str())));
}

/// Fills the menus of classes.
pub(crate) fn offer_classes(classes: &[String]) {
    let named = || classes.iter().map(|name| (name.as_str(), name.as_str()));
    fill("class", [("", "each in turn")].into_iter().chain(named()));
    fill("from", named());
    fill("to", named());
}

/// Makes the controls say what the view says.
pub(crate) fn show(view: &View) {
    for tab in Tab::ALL {
        let (name, shown) = (tab.name(), tab == view.tab);
        let button: HtmlElement = by_id(&format!("tab-{name}"));
        button.set_attribute("aria-selected", if shown { "true" } else { "false" }).expect("a plain attribute");
        button.set_tab_index(if shown { 0 } else { -1 });
        set_hidden(name, !shown);
        set_hidden(&format!("{name}-controls"), !shown);
    }
    let run = match view.tab {
        Tab::Generate => "Draw",
        Tab::Translate => "Translate",
        Tab::Laboratory => "Run",
    };
    show_text("run", run);
    for id in ["guidance-label", "look-label", "model-bar", "terminal"] {
        set_hidden(id, view.tab == Tab::Laboratory);
    }
    let Laboratory { way, scene, target, places } = &view.laboratory;
    select("way").set_value(way.name());
    select("scene").set_value(scene.name());
    select("target").set_value(target.name());
    set_hidden("target-label", !way.has_target());
    by_id::<HtmlButtonElement>("clear").set_disabled(places.is_empty());
    match &view.model {
        Some(name) => select("model").set_value(name),
        None => select("model").set_selected_index(0),
    }
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    select("class").set_value(&name(&view.generate.class));
    input("seed").set_value(&view.generate.seed.to_string());
    input("count").set_value(&view.generate.count.to_string());
    select("from").set_value(&name(&view.translate.from));
    select("to").set_value(&name(&view.translate.to));
    input("converged").set_checked(view.translate.converged);
    select("solver").set_value(view.solver.name());
    input("intervals").set_value(&view.intervals.to_string());
    select("spacing").set_value(view.spacing.name());
    select("look").set_value(view.look.name());
    input("guidance").set_value(&view.guidance.to_string());
    show_text("guidance-shown", &view.guidance.to_string());
}

/// What every control says, in the words of a link.
pub(crate) fn words() -> Vec<(&'static str, String)> {
    let menus = ["class", "from", "to", "solver", "spacing", "look", "way", "scene", "target"]
        .map(|id| (id, select(id).value()));
    let numbers = ["seed", "count", "intervals"].map(|id| (id, input(id).value()));
    let converged = if input("converged").checked() { "1" } else { "0" };
    // The slider has fewer positions than a link; what is shown beside it is exact.
    let guidance = by_id::<Element>("guidance-shown").text_content().unwrap_or_default();
    let others = [("converged", converged.to_owned()), ("guidance", guidance)];
    menus.into_iter().chain(numbers).chain(others).collect()
}
