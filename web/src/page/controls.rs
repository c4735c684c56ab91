//! Controls from a view, and a view from controls.

use std::num::NonZeroU32;

use shared::solver::Solver;
use web::protocol::LoadedModel;
use web::view::{MOST_IMAGES, MOST_INTERVALS, Tab, View};
use web_sys::{Element, HtmlElement};

use super::document::{by_id, fill, input, select, set_hidden, show_text};

/// The value of the class menu that stands for each class in turn.
const ALL: &str = "";

/// Fills the menus that do not depend on the model.
pub(crate) fn prepare() {
    fill("solver", Solver::FIXED.map(|solver| (solver.name().into(), solver.title().into())), Solver::Midpoint.name());
    input("count").set_max(&MOST_IMAGES.to_string());
    input("intervals").set_max(&MOST_INTERVALS.to_string());
}

/// Fills the menus of classes.
pub(crate) fn prepare_classes(ready: &LoadedModel) {
    let classes = || ready.card.classes.iter().map(|name| (name.clone(), name.clone()));
    fill("class", [(ALL.to_owned(), "each in turn".to_owned())].into_iter().chain(classes()), ALL);
    fill("from", classes(), "");
    fill("to", classes(), "");
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
    show_text("run", if view.tab == Tab::Generate { "Draw" } else { "Translate" });
    select("class").set_value(view.generate.class.as_deref().unwrap_or(ALL));
    input("seed").set_value(&view.generate.seed.to_string());
    input("count").set_value(&view.generate.count.to_string());
    select("from").set_value(view.translate.from.as_deref().unwrap_or_default());
    select("to").set_value(view.translate.to.as_deref().unwrap_or_default());
    select("solver").set_value(view.solver.name());
    input("intervals").set_value(&view.intervals.to_string());
    input("guidance").set_value(&view.guidance.to_string());
    by_id::<Element>("guidance-shown").set_text_content(Some(&view.guidance.to_string()));
}

/// Makes the view say what the controls say.
///
/// # Errors
/// Which control holds something impossible, in words for the visitor.
pub(crate) fn read(view: &mut View) -> Result<(), String> {
    let class = select("class").value();
    view.generate.class = Some(class).filter(|class| class != ALL);
    view.generate.seed = number("seed", "the seed", "a whole number")?;
    view.generate.count = within("count", "the number of images", MOST_IMAGES)?;
    view.translate.from = Some(select("from").value()).filter(|class| !class.is_empty());
    view.translate.to = Some(select("to").value()).filter(|class| !class.is_empty());
    view.solver = select("solver").value().parse().map_err(|error: shared::solver::UnknownSolver| error.to_string())?;
    view.intervals = within("intervals", "the number of intervals", MOST_INTERVALS)?;
    // The slider has fewer positions than a link; an untouched slider does not round what the link said.
    if input("guidance").value() != slider(view.guidance) {
        view.guidance = number("guidance", "the guidance", "a number")?;
    }
    Ok(())
}

/// What the guidance slider shows for a weight.
fn slider(weight: f64) -> String {
    let probe = input("guidance").clone_node().expect("an input can be copied");
    let probe: web_sys::HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(probe);
    probe.set_value(&weight.to_string());
    probe.value()
}

fn number<T: std::str::FromStr>(id: &str, what: &str, expected: &str) -> Result<T, String> {
    let text = input(id).value();
    text.parse().map_err(|_| format!("{what} is “{text}”; it should be {expected}"))
}

fn within(id: &str, what: &str, most: u32) -> Result<NonZeroU32, String> {
    let expected = format!("a whole number from 1 to {most}");
    let number: NonZeroU32 = number(id, what, &expected)?;
    if number.get() > most { Err(format!("{what} is {number}; it should be {expected}")) } else { Ok(number) }
}
