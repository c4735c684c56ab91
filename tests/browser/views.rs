//! What can be seen again, tried, and repeated in a terminal.

use crate::page::Page;
use crate::{SMALL, agree, trainer};

/// Nothing is computed twice: every moment can be seen again, as it is, where it heads for, and where it comes from.
#[test]
fn every_moment_can_be_seen_again_in_three_ways() {
    let page = Page::open("#v=1&tab=generate&class=Sneaker&seed=7&count=1&solver=midpoint&intervals=5");
    page.wait_for("done");
    let image = || page.the("button", "Sneaker, 1: enlarge").pixels();
    let moment = || (page.the("slider", "Moment").value(), page.the("status", "Moment shown").text());
    let end = image();
    let look = |look: &str| page.the("combobox", "Show").set(look);
    assert_eq!(moment(), ("5".into(), "decoding, t = 1.00".into()));
    page.turn_to(0);
    assert_eq!(moment(), ("0".into(), "decoding, t = 0.00".into()));
    let noise = image();
    let grey = |pixels: &[u8]| pixels.iter().filter(|pixel| (32..224).contains(*pixel)).count();
    assert!(grey(&noise) * 2 > noise.len(), "it begins as noise");
    look("the noise it comes from");
    assert_eq!(image(), noise, "at the beginning it is where it comes from");
    look("the image it heads for");
    // What the noise heads for is already a shoe: black around, as the end is.
    let heading = image();
    assert!(grey(&heading) < grey(&noise), "{} of {}", grey(&heading), grey(&noise));
    assert!(page.link().contains("look=image"), "{}", page.link());
    page.turn_to(5);
    assert_eq!(image(), end, "at the end it is what it heads for");
    page.the("button", "Play").click();
    assert!(page.has("button", "Pause"), "it plays");
    page.the("button", "Play");
    assert_eq!((moment().0, image()), ("5".into(), end));
    page.screenshot("moments");
}

/// Two dimensions need neither engine nor model; what is marked becomes the data, and travels in the link.
#[test]
fn the_laboratory_moves_points_and_takes_marks() {
    let page = Page::open("#v=1&tab=laboratory&way=return&solver=reversible&intervals=10&scene=moons");
    page.wait_for("done");
    assert!(page.result().contains("returns to within"), "{}", page.result());
    let error = page.result().rsplit(' ').next().and_then(|error| error.parse::<f64>().ok());
    assert!(error.is_some_and(|error| error < 1e-12), "{}", page.result());
    let fetched =
        page.evaluate("performance.getEntriesByType('resource').filter(r => r.name.includes('engine-')).length");
    assert_eq!(fetched.as_u64(), Some(0), "no engine is fetched");
    page.the("button", "Play");
    let plane = page.the("application", "Plane");
    let coloured = plane.pixels().iter().filter(|red| **red > 100).count();
    assert!(coloured > 1_000, "{coloured} pixels");
    page.turn_to(10);
    plane.ask("plane => plane.scrollIntoView()");
    page.screenshot("laboratory");
    for key in ["ArrowLeft", "ArrowUp", "Enter"] {
        plane.press(key);
    }
    page.wait_for_link("places=");
    assert!(page.link().contains("scene=drawn"), "{}", page.link());
    let again = Page::open(&page.link());
    again.wait_for("done");
    assert_eq!(again.result(), page.result());
    page.the("button", "Clear marks").click();
    page.wait_until("!location.hash.includes('places=')");
}

/// What the page calls the same in a terminal is the same.
#[test]
fn the_command_of_a_view_draws_what_the_page_shows() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    page.details("The same in a terminal");
    let command = page.the("region", "Commands that compute this").text();
    agree(&page.the("button", "Sneaker, 1: enlarge").pixels(), &trainer::images_of(&command));
}
