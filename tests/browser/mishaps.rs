//! What can go wrong under way: each time the page says what to do, and nothing that the visitor has set is lost.

use crate::page::{Page, address};
use crate::wire::Wire;

const LINK: &str = "#v=1&tab=generate&seed=11&count=2&solver=euler&intervals=3";

/// Clicks, and waits until the images are there.
fn draw(page: &Page) {
    page.begin("Draw");
    assert_eq!(page.notice(), "");
    assert!(page.link().contains("seed=11"), "{}", page.link());
}

/// First there is no list of models, then no engine, then no model.
#[test]
fn a_connection_that_is_lost_and_comes_back() {
    let whole = Page::open(LINK);
    whole.wait_for("done");
    let wire = Wire::to(&address());
    // An experiment that takes its time: only when something is done does the page begin to keep itself for such days.
    let slow = LINK.replace("generate", "laboratory&way=return&scene=spiral").replace("intervals=3", "intervals=200");
    let page = Page::open_at(&wire.address(), &slow);
    page.wait_for("running");
    wire.cut();
    page.the("tab", "Generate").click();
    page.wait_for("failed");
    assert!(page.notice().contains("check the connection"), "{}", page.notice());
    wire.mend();
    page.the("spinbutton", "Intervals").set("3");
    draw(&page);
    wire.cut();
    page.the("combobox", "Model").set("faces");
    page.wait_for("failed");
    assert!(page.notice().contains("the connection is lost"), "{}", page.notice());
    wire.mend();
    page.the("combobox", "Model").set("fashion-mnist");
    page.wait_for("done");
    let first = |page: &Page| page.the("button", "T-shirt, 1: enlarge").pixels();
    assert_eq!(first(&page), first(&whole));
}

/// A page that nobody sees goes on.
#[test]
fn a_hidden_tab() {
    let page = Page::open(&LINK.replace("intervals=3", "intervals=60"));
    page.browser().cover();
    page.wait_until("document.hidden");
    page.wait_for("done");
    page.browser().uncover();
    draw(&page);
}

/// What comes first says so if nothing else comes.
#[test]
fn a_program_that_cannot_be_loaded() {
    let script =
        "WebAssembly.instantiateStreaming = WebAssembly.instantiate = () => Promise.reject(new Error('none'));";
    let page = Page::open_after(script, "");
    page.wait_while("no notice", || page.notice().is_empty());
    assert!(page.notice().starts_with("The page's program cannot be loaded."), "{}", page.notice());
}
