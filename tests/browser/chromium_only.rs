//! What only Chromium can be made to do: imitate a graphics processor by software, lose it, and run out of memory.

use std::rc::Rc;
use std::time::Duration;

use crate::browser::{Browser, Scheme};
use crate::chromium::{Chromium, IMITATED};
use crate::page::{Page, address};
use crate::{SMALL, agree, trainer};

/// The page in a browser with such a processor, asked for as the address does.
fn open(query: &str, fragment: &str) -> (Rc<Chromium>, Page) {
    Page::in_chromium(&IMITATED, &format!("{query}{fragment}"))
}

const ASKED: &str = "?device=webgpu";

#[test]
fn the_page_draws_what_the_trainer_draws() {
    let (_chromium, page) = open(ASKED, SMALL);
    page.wait_for("done");
    assert_eq!(page.engine(), "Computes with WebGPU: the address asks for WebGPU");
    agree(&page.the("button", "Sneaker, 1: enlarge").pixels(), &trainer::sample("Sneaker", "euler", 2, 1.0));
    page.screenshot("webgpu");
}

#[test]
fn the_page_translates() {
    let (_chromium, page) = open(ASKED, "#v=1&tab=translate&example=84&to=Ankle+boot&solver=euler&intervals=1");
    page.wait_for("done");
    assert!(page.result().starts_with("2 network evaluations"), "{}", page.result());
}

/// Software that imitates a graphics processor is slower than the CPU itself.
#[test]
fn it_is_not_chosen_unasked() {
    let (_chromium, page) = open("", SMALL);
    page.wait_for("done");
    let engine = page.engine();
    assert!(engine.starts_with("Computes on the CPU: this browser imitates WebGPU by software ("), "{engine}");
}

/// It draws the same image, once to compile and once against the clock, while the page can be used.
#[test]
fn a_graphics_processor_that_is_slower_does_not_take_over() {
    let (_chromium, page) = open("?device=fastest", SMALL);
    page.wait_for("done");
    assert!(page.engine().starts_with("Computes on the CPU: until WebGPU ("), "{}", page.engine());
    page.wait_while("the trial", || !page.engine().contains("times as long"));
    page.begin("Draw");
    assert!(page.engine().starts_with("Computes on the CPU: WebGPU ("), "{}", page.engine());
}

/// Each costs tens of microseconds in a browser, more than most of what it computes. Two of those counted move the state,
/// one more reads it back.
#[test]
fn an_evaluation_takes_few_launches() {
    // Where the page itself leaves the imitated one alone.
    let (chromium, page) = open("", "#v=1&tab=laboratory");
    chromium.unguard();
    page.reload();
    page.wait_for("done");
    let launches = page.evaluate(include_str!("launches.js").trim_end().trim_end_matches(';'));
    let launches = launches.as_f64().expect("a number");
    println!("{launches} launches for one evaluation and its step");
    assert!(launches <= 40.0, "{launches} launches");
}

/// The graphics processor's program ends: the engine fails, and the next drawing starts another one.
#[test]
fn a_graphics_processor_that_is_lost() {
    let (chromium, page) = open(ASKED, "#v=1&tab=generate&seed=11&count=2&solver=euler&intervals=3");
    page.wait_for("done");
    let second = || page.the("button", "Trouser, 2: enlarge").pixels();
    let drawn = second();
    if !chromium.lose_graphics() {
        eprintln!("skipped: the browser's programs cannot be found on this system");
        return;
    }
    std::thread::sleep(Duration::from_secs(3));
    page.the("button", "Draw").click();
    page.wait_for("failed");
    let notice = page.notice();
    assert_eq!(notice, "The engine has failed: its graphics processor is lost. What you do next starts it again.");
    page.begin("Draw");
    assert_eq!(page.notice(), "");
    assert!(page.link().contains("seed=11"));
    let apart = second().iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(apart.is_some_and(|apart| apart <= 2), "the same images, whatever computes them: {apart:?}");
}

/// The engine wants more memory than there is: the page says so, and draws again when it is asked for less.
#[test]
fn memory_that_is_full() {
    // So many pages of 64 kB are enough for one image, and not for 64 in one worker.
    let chromium = Chromium::open(&["--js-flags=--wasm-max-mem-pages=540"], Scheme::Light);
    chromium.before_each_page("Object.defineProperty(navigator, 'hardwareConcurrency', { value: 1 });");
    let many = SMALL.replace("count=1", "count=64");
    let page = Page::within(Rc::new(chromium), &format!("{}{many}", address()));
    page.wait_for("failed");
    assert!(page.notice().contains("as it does when memory is full"), "{}", page.notice());
    assert!(page.link().contains("count=64"), "nothing that was set is lost");
    page.the("spinbutton", "Images").set("1");
    page.begin("Draw");
    assert_eq!(page.notice(), "");
    page.the("button", "Sneaker, 1: enlarge");
}

/// What the points of the laboratory look like in it.
pub(crate) fn laboratory(fragment: &str) -> Page {
    open(ASKED, fragment).1
}
