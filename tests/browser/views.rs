//! What can be seen again, tried, and repeated in a terminal.

use crate::page::{Gpu, Page};
use crate::{SMALL, agree, trainer};

/// Nothing is computed twice: every moment can be seen again, as it is, where it heads for, and where it comes from.
#[test]
fn every_moment_can_be_seen_again_in_three_ways() {
    let page = Page::open(Gpu::None, "#v=1&tab=generate&class=Sneaker&seed=7&count=1&solver=midpoint&intervals=5");
    page.wait_for("done");
    let end = page.pixels("#image-0");
    let look = |look: &str| page.set("#look", look, "change");
    assert_eq!((page.value("#moment"), page.text("#moment-shown")), ("5".into(), "decoding, t = 1.00".into()));
    page.turn_to(0);
    assert_eq!(page.text("#moment-shown"), "decoding, t = 0.00");
    let noise = page.pixels("#image-0");
    let grey = |pixels: &[u8]| pixels.iter().filter(|pixel| (32..224).contains(*pixel)).count();
    assert!(grey(&noise) * 2 > noise.len(), "it begins as noise");
    look("noise");
    assert_eq!(page.pixels("#image-0"), noise, "at the beginning it is where it comes from");
    look("image");
    // What the noise heads for is already a shoe: black around, as the end is.
    let heading = page.pixels("#image-0");
    assert!(grey(&heading) < grey(&noise), "{} of {}", grey(&heading), grey(&noise));
    assert!(page.evaluate("location.hash").as_str().is_some_and(|hash| hash.contains("look=image")));
    page.turn_to(5);
    assert_eq!(page.pixels("#image-0"), end, "at the end it is what it heads for");
    page.evaluate("document.querySelector('#play').click()");
    assert_eq!(page.text("#play"), "Pause");
    page.wait_until("document.querySelector('#play').textContent === 'Play'");
    assert_eq!((page.value("#moment"), page.pixels("#image-0")), ("5".into(), end));
    page.screenshot("moments");
}

/// Two dimensions need neither engine nor model; what is marked becomes the data, and travels in the link.
#[test]
fn the_laboratory_moves_points_and_takes_marks() {
    let page = Page::open(Gpu::None, "#v=1&tab=laboratory&way=return&solver=reversible&intervals=10&scene=moons");
    page.wait_for("done");
    assert!(page.text("#facts").contains("returns to within"), "{}", page.text("#facts"));
    let error = page.text("#facts").rsplit(' ').next().and_then(|error| error.parse::<f64>().ok());
    assert!(error.is_some_and(|error| error < 1e-12), "{}", page.text("#facts"));
    let fetched =
        page.evaluate("performance.getEntriesByType('resource').filter(r => r.name.includes('engine-')).length");
    assert_eq!(fetched.as_u64(), Some(0), "no engine is fetched");
    page.wait_until("document.querySelector('#play').textContent === 'Play'");
    let coloured = |page: &Page| page.pixels("#plane").iter().filter(|red| **red > 100).count();
    assert!(coloured(&page) > 1_000, "{} pixels", coloured(&page));
    page.turn_to(10);
    page.evaluate("document.querySelector('#film').scrollIntoView()");
    page.screenshot("laboratory");
    page.evaluate(
        "(() => { const plane = document.querySelector('#plane'); plane.focus();
            for (const key of ['ArrowLeft', 'ArrowUp', 'Enter'])
                plane.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); })()",
    );
    page.wait_until("location.hash.includes('scene=drawn') && location.hash.includes('places=')");
    page.wait_for("done");
    let link = page.evaluate("location.hash");
    let again = Page::open(Gpu::None, link.as_str().expect("a fragment"));
    again.wait_for("done");
    assert_eq!(again.text("#facts"), page.text("#facts"));
    page.evaluate("document.querySelector('#clear').click()");
    page.wait_until("!location.hash.includes('places=')");
}

/// What the page calls the same in a terminal is the same.
#[test]
fn the_command_of_a_view_draws_what_the_page_shows() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    agree(&page.pixels("#image-0"), &trainer::images_of(&page.text("#command")));
}
