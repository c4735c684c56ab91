//! Mixtures, returns, and the ways to translate.

use crate::page::{Gpu, Page};
use crate::{agree, trainer};

/// At a corner the mixture is the corner; between them it follows the handle, and travels in the link.
#[test]
fn mixtures_follow_the_handle() {
    let link = "#v=1&model=faces&tab=mix&corners=e0.s7.e14.s9&at=0.0&solver=euler&intervals=4";
    let page = Page::open(Gpu::None, link);
    page.wait_for("done");
    let corner = page.pixels("#corner-0");
    assert_eq!(page.pixels("#mixed"), corner);
    page.evaluate(
        "(() => { const pad = document.querySelector('#pad'); pad.focus();
            for (let step = 0; step < 16; step++)
                for (const key of ['ArrowRight', 'ArrowDown'])
                    pad.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); })()",
    );
    page.wait_until("location.hash.includes('at=128.128') && document.body.dataset.state === 'done'");
    assert_eq!(page.text("#pad-place"), "corner 1: 25 %, corner 2: 25 %, corner 3: 25 %, corner 4: 25 %");
    let middle = page.pixels("#mixed");
    assert_ne!(middle, corner);
    page.screenshot("mix");
    let hash = page.evaluate("location.hash");
    let again = Page::open(Gpu::None, hash.as_str().expect("a fragment"));
    again.wait_for("done");
    assert_eq!(again.pixels("#mixed"), middle);

    page.evaluate(
        "document.querySelector('#pick-1').click(); document.querySelectorAll('#examples button')[3].click()",
    );
    page.wait_until("location.hash.includes('corners=e0.e3.e14.s9') && document.body.dataset.state === 'done'");
    page.evaluate("document.querySelector('#walk').click()");
    page.wait_until("document.querySelector('#handle').getAttribute('cx') < 128");
    page.evaluate("document.querySelector('#walk').click()");
    page.wait_until("document.body.dataset.state === 'done' && document.querySelector('#walk').textContent === 'Walk'");
}

/// Each solver's error falls with its intervals, and the reversible one's is rounding at any number.
#[test]
fn an_image_goes_and_returns_by_every_solver() {
    let page = Page::open(Gpu::None, "#v=1&model=faces&tab=return&example=3");
    page.wait_for("done");
    let cells = page.evaluate("[...document.querySelectorAll('#returns td')].map(cell => cell.textContent).join()");
    let errors: Vec<f64> =
        cells.as_str().expect("cells").split(',').map(|text| text.parse().expect("an error")).collect();
    let rows: Vec<&[f64]> = errors.chunks(5).collect();
    assert_eq!(rows.len(), 5);
    for row in &rows[..4] {
        assert!(row[4] < row[0] / 3.0, "more intervals return more exactly: {row:?}");
    }
    assert!(rows[4].iter().all(|error| *error < 1e-5), "reversible: {:?}", rows[4]);
    assert_eq!(page.count("#chart polyline"), 5);
    page.evaluate("document.querySelector('#return details').open = true");
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
        let page = Page::open(Gpu::None, &link);
        page.wait_for("done");
        agree(&page.pixels("#result"), &trainer::translation_of(&page.text("#command")));
        let hidden = page.evaluate("document.querySelector('#returned-station').hidden");
        assert_eq!(hidden.as_bool(), Some(true), "{method} has no way back");
    }
}

/// The image before lies over its translation as far as the slider says; their difference is that of their pixels.
#[test]
fn before_and_after_lie_one_on_the_other() {
    let page = Page::open(Gpu::None, "#v=1&tab=translate&example=84&from=Sneaker&to=Ankle+boot&intervals=4");
    page.wait_for("done");
    assert_eq!(page.pixels("#before"), page.pixels("#source"));
    let covered = || page.evaluate("getComputedStyle(document.querySelector('#before')).clipPath").to_string();
    let hidden = covered();
    page.set("#wipe", "40", "input");
    assert_ne!(covered(), hidden);
    assert!(covered().contains("60%"), "{}", covered());
    page.screenshot("before");
    page.evaluate("document.querySelector('#unlike').focus()");
    page.press(" ");
    assert!(covered().contains("none"), "{}", covered());
    let mixed = page.evaluate("getComputedStyle(document.querySelector('#before')).mixBlendMode");
    assert_eq!(mixed.as_str(), Some("difference"));
    page.screenshot("difference");
}

#[test]
fn an_image_is_translated_into_every_class() {
    let page = Page::open(Gpu::None, "#v=1&model=emoji&tab=translate&example=26&to=fluent&every=1&intervals=4");
    page.wait_for("done");
    assert_eq!(page.count("#row canvas"), 3, "every class but its own");
    assert_eq!(page.pixels("#every-2"), page.pixels("#result"), "fluent is the last of them");
    assert!(page.text("#truth-caption").contains("ours differs by 0."), "{}", page.text("#truth-caption"));
    page.screenshot("every");
}

/// Two settings draw the same images, and the page says how far apart they are.
#[test]
fn two_settings_are_compared_on_one_seed() {
    let link = "#v=1&model=faces&tab=generate&count=2&solver=rk4&intervals=10&spacing=edm&beside=euler_1_uniform_1";
    let page = Page::open(Gpu::None, link);
    page.wait_until("document.querySelector('#facts').textContent.includes('they differ by')");
    let (first, second, apart) = (page.pixels("#image-1"), page.pixels("#beside-1"), page.pixels("#apart-1"));
    let difference: Vec<u8> = first.iter().zip(&second).map(|(a, b)| a.abs_diff(*b)).collect();
    assert_eq!(apart, difference);
    assert!(apart.iter().any(|level| *level > 30), "one step is not forty");
    page.screenshot("compare");
    page.set("#other-model", "faces-shortcut", "change");
    page.evaluate("document.querySelector('#run').click()");
    page.wait_until("document.querySelector('#beside-caption').textContent.startsWith('faces-shortcut, Euler')");
    page.wait_until("document.querySelector('#facts').textContent.includes('they differ by')");
    assert_eq!(page.pixels("#image-1"), first, "the seed and the first model are the same");
    assert_ne!(page.pixels("#beside-1"), second, "the other model draws its own");
    page.evaluate("document.querySelector('#compare').click(); document.querySelector('#run').click()");
    page.wait_until("!location.hash.includes('beside') && document.body.dataset.state === 'done'");
    assert_eq!(page.evaluate("document.querySelector('#comparison').hidden").as_bool(), Some(true));
}
