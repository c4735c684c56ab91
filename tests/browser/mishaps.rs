//! What can go wrong under way: each time the page says what to do, and nothing that the visitor has set is lost.

use crate::page::{Gpu, Page, address};
use crate::wire::Wire;

const LINK: &str = "#v=1&tab=generate&seed=11&count=2&solver=euler&intervals=3";

/// Clicks, and waits until the images are there.
fn draw(page: &Page) {
    page.evaluate("document.body.dataset.state = 'asked'; document.querySelector('#run').click()");
    page.wait_for("done");
    assert_eq!(page.text("#notice"), "");
    assert!(page.evaluate("location.hash").as_str().is_some_and(|link| link.contains("seed=11")));
}

/// First there is no list of models, then no engine, then no model.
#[test]
fn a_connection_that_is_lost_and_comes_back() {
    let whole = Page::open(Gpu::None, LINK);
    whole.wait_for("done");
    let wire = Wire::to(&address());
    // An experiment that takes its time: only when something is done does the page begin to keep itself for such days.
    let slow = LINK.replace("generate", "laboratory&way=return&scene=spiral").replace("intervals=3", "intervals=200");
    let page = Page::open_at(&wire.address(), Gpu::None, &slow);
    page.wait_for("running");
    wire.cut();
    page.evaluate("document.querySelector('#tab-generate').click()");
    page.wait_for("failed");
    assert!(page.text("#notice").contains("check the connection"), "{}", page.text("#notice"));
    wire.mend();
    page.set("#intervals", "3", "change");
    draw(&page);
    wire.cut();
    page.set("#model", "faces", "change");
    page.wait_for("failed");
    assert!(page.text("#notice").contains("the connection is lost"), "{}", page.text("#notice"));
    wire.mend();
    page.set("#model", "fashion-mnist", "change");
    page.wait_for("done");
    assert_eq!(page.pixels("#image-0"), whole.pixels("#image-0"));
}

/// The graphics processor's program ends: the engine fails, and the next drawing starts another one.
#[test]
fn a_graphics_processor_that_is_lost() {
    let page = Page::open(Gpu::Imitated, LINK);
    page.wait_for("done");
    let drawn = page.pixels("#image-1");
    if !page.lose_graphics() {
        eprintln!("skipped: the browser's programs cannot be found on this system");
        return;
    }
    std::thread::sleep(std::time::Duration::from_secs(3));
    page.evaluate("document.body.dataset.state = 'asked'; document.querySelector('#run').click()");
    page.wait_for("failed");
    let notice = page.text("#notice");
    assert_eq!(notice, "The engine has failed: its graphics processor is lost. What you do next starts it again.");
    draw(&page);
    let apart = page.pixels("#image-1").iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(apart.is_some_and(|apart| apart <= 2), "the same images, whatever computes them: {apart:?}");
}

/// A page that nobody sees goes on.
#[test]
fn a_hidden_tab() {
    let page = Page::open(Gpu::None, &LINK.replace("intervals=3", "intervals=60"));
    page.cover("about:blank");
    page.wait_until("document.hidden");
    page.wait_for("done");
    draw(&page);
}
