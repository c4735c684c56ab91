//! Mixtures, returns, and the ways to translate.

use crate::page::Page;
use crate::{RESULT, SOURCE, agree, trainer};

/// At a corner the mixture is the corner; between them it follows the handle, and travels in the link.
#[test]
fn mixtures_follow_the_handle() {
    let link = "#v=1&model=faces&tab=mix&corners=e0.s7.e14.s9&at=0.0&solver=euler&intervals=4";
    let page = Page::open(link);
    page.wait_for("done");
    let mixed = |page: &Page| page.the("image", "What the mixed noise becomes").pixels();
    let corner = page.the("radio", "Corner 1: image 0").pixels();
    assert_eq!(mixed(&page), corner);
    page.the("application", "Between the corners").ask(
        "pad => {
            pad.focus();
            for (let step = 0; step < 16; step++)
                for (const key of ['ArrowRight', 'ArrowDown'])
                    pad.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        }",
    );
    page.wait_for_link("at=128.128");
    let shares = page.the("status", "Mixture").text();
    assert_eq!(shares, "corner 1: 25 %, corner 2: 25 %, corner 3: 25 %, corner 4: 25 %");
    let middle = mixed(&page);
    assert_ne!(middle, corner);
    page.screenshot("mix");
    let again = Page::open(&page.link());
    again.wait_for("done");
    assert_eq!(mixed(&again), middle);

    page.the("radio", "Corner 2: seed 7").click();
    page.the("radio", "plain, held-out image 3").click();
    page.wait_for_link("corners=e0.e3.e14.s9");
    page.the("button", "Walk").click();
    page.wait_until("document.querySelector('#handle').getAttribute('cx') < 128");
    let walk = Page::open(&page.link());
    assert!(page.link().contains("at=walk"), "{}", page.link());
    walk.the("button", "Stand still");
    page.the("button", "Stand still").click();
    page.the("button", "Walk");
    page.wait_for("done");
    page.the("checkbox", "Quicker, by the model of few steps").click();
    page.wait_for_link("model=faces-reflow");
    page.wait_for("done");
    assert!(page.link().contains("corners=e0.e3.e14.s9"), "{}", page.link());
    page.the("checkbox", "Quicker, by the model of few steps").click();
    page.wait_for_link("model=faces&");
    page.wait_for("done");
}

/// Each solver's error falls with its intervals, and the reversible one's is rounding at any number.
#[test]
fn an_image_goes_and_returns_by_every_solver() {
    let page = Page::open("#v=1&model=faces&tab=return&example=3");
    page.wait_for("done");
    page.details("Numbers");
    let cells = page.the("region", "Errors of the round trip").all("cell");
    let errors: Vec<f64> = cells.iter().map(|cell| cell.text().parse().expect("an error")).collect();
    let rows: Vec<&[f64]> = errors.chunks(5).collect();
    assert_eq!(rows.len(), 5);
    for row in &rows[..4] {
        assert!(row[4] < row[0] / 3.0, "more intervals return more exactly: {row:?}");
    }
    assert!(rows[4].iter().all(|error| *error < 1e-5), "reversible: {:?}", rows[4]);
    let chart = "Error of the round trip against network evaluations, by solver; the numbers are in a table below";
    let lines = page.the("image", chart).ask("chart => chart.querySelectorAll('polyline').length");
    assert_eq!(lines.as_u64(), Some(5));
    page.screenshot("return");
}

/// The page translates by every method as the command that it tells does.
#[test]
fn methods_agree_with_the_command_line() {
    let sneaker = "tab=translate&example=84&from=Sneaker&to=Ankle+boot";
    let letter = "model=glyphs&tab=translate&example=40&from=A&to=B";
    for (what, method) in
        [(sneaker, "flowedit"), (sneaker, "velocity-difference"), (sneaker, "sdedit&time=30"), (letter, "direct")]
    {
        let link = format!("#v=1&{what}&method={method}&solver=euler&intervals=4");
        let page = Page::open(&link);
        page.wait_for("done");
        page.details("The same in a terminal");
        let commands = page.the("region", "Commands that compute this").text();
        agree(&page.the("button", RESULT).pixels(), &trainer::translation_of(&commands));
        assert!(!page.has("button", "The noise decoded under the first class again"), "{method} has no way back");
    }
}

/// The image before lies over its translation as far as the slider says; their difference is that of their pixels.
#[test]
fn before_and_after_lie_one_on_the_other() {
    let page = Page::open("#v=1&tab=translate&example=84&from=Sneaker&to=Ankle+boot&intervals=4");
    page.wait_for("done");
    let before = page.css("#before");
    assert_eq!(before.pixels(), page.the("button", SOURCE).pixels());
    let covered = || before.ask("before => getComputedStyle(before).clipPath").to_string();
    let hidden = covered();
    page.the("slider", "Uncover the original").set("40");
    assert_ne!(covered(), hidden);
    assert!(covered().contains("60%"), "{}", covered());
    page.screenshot("before");
    page.the("checkbox", "Difference").click();
    assert!(covered().contains("none"), "{}", covered());
    let mixed = before.ask("before => getComputedStyle(before).mixBlendMode");
    assert_eq!(mixed.as_str(), Some("difference"));
    page.screenshot("difference");
}

#[test]
fn an_image_is_translated_into_every_class() {
    let page = Page::open("#v=1&model=emoji&tab=translate&example=26&to=fluent&every=1&intervals=4");
    page.wait_for("done");
    let row = page.the("group", "The same image in every other class").all("button");
    assert_eq!(row.len(), 3, "every class but its own");
    assert_eq!(row[2].pixels(), page.the("button", RESULT).pixels(), "fluent is the last of them");
    let truth = page.the("button", "The true translation of this image").caption();
    assert!(truth.contains("ours differs by 0."), "{truth}");
    page.screenshot("every");
}

/// Two settings draw the same images, and the page says how far apart they are.
#[test]
fn two_settings_are_compared_on_one_seed() {
    let link = "#v=1&model=faces&tab=generate&count=2&solver=rk4&intervals=10&spacing=edm&beside=euler_1_uniform_1";
    let page = Page::open(link);
    let compared = || page.wait_while("the second setting", || !page.result().contains("they differ by"));
    let second_of = |gallery: &str| page.the("group", gallery).all("button")[1].pixels();
    compared();
    let first = second_of("Images");
    let second = second_of("Euler: 1 uniform interval, guidance 1");
    let difference: Vec<u8> = first.iter().zip(&second).map(|(a, b)| a.abs_diff(*b)).collect();
    assert_eq!(second_of("Where they differ in the end"), difference);
    assert!(difference.iter().any(|level| *level > 30), "one step is not forty");
    page.screenshot("compare");
    page.the("group", "Other settings").only("combobox", "Model").expect("a menu").set("faces-reflow");
    page.begin("Draw");
    compared();
    let other = second_of("faces-reflow, Euler: 1 uniform interval, guidance 1");
    assert_eq!(second_of("Images"), first, "the seed and the first model are the same");
    assert_ne!(other, second, "the other model draws its own");
    page.the("checkbox", "Compare with other settings").click();
    page.begin("Draw");
    assert!(!page.link().contains("beside"), "{}", page.link());
    assert!(!page.has("group", "Where they differ in the end"));
}
