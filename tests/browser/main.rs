//! The page in a real browser: both ways of computing, links, uploads, and images equal to the trainer's.
//!
//! `cargo xtask test` serves the page, by `cargo xtask demo` from a clean checkout, and runs these tests in Chromium and in
//! Firefox. Screenshots are left in `target/screenshots`.

mod browser;
mod chromium;
mod chromium_only;
mod element;
mod firefox;
mod looks;
mod mishaps;
mod mixing;
mod page;
mod particles;
mod trainer;
mod views;
mod visit;
mod visitors;
mod wire;

use page::Page;

/// One image in few evaluations.
const SMALL: &str = "#v=1&tab=generate&class=Sneaker&seed=7&count=1&solver=euler&intervals=2";

/// The largest difference of two pixels that two devices may show.
///
/// Measured: at most 1 of 255, where a value lies on the edge between two pixels.
const TOLERANCE: u8 = 2;

/// What the page calls the image that is translated, its translation, and the moments between.
const SOURCE: &str = "The image to translate";
const RESULT: &str = "The translated image";
const STRIP: &str = "The trajectory: image, noise, image";

fn agree(shown: &[u8], expected: &[u8]) {
    assert_eq!(shown.len(), expected.len(), "images of one size");
    let worst = shown.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(TOLERANCE), "a pixel differs by {worst:?} of 255");
}

#[test]
fn on_the_cpu_the_page_draws_what_the_trainer_draws() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    assert_eq!(page.engine().split(':').next(), Some("Computes on the CPU"));
    agree(&page.the("button", "Sneaker, 1: enlarge").pixels(), &trainer::sample("Sneaker", "euler", 2, 1.0));
    assert!(page.result().starts_with("2 network evaluations"), "{}", page.result());
}

#[test]
fn the_page_translates_and_shows_the_trajectory() {
    let page = Page::open("#v=1&tab=translate&example=84&to=Ankle+boot&solver=midpoint&intervals=5&guidance=2");
    page.wait_for("done");
    // Midpoint: 10 evaluations to encode, 20 guided ones to decode.
    assert!(page.result().starts_with("30 network evaluations"), "{}", page.result());
    assert!(page.result().contains("round-trip error 0."), "{}", page.result());
    assert_eq!(page.the("group", STRIP).all("image").len(), 12, "6 frames to the noise, 6 from it");
    assert_ne!(page.the("button", RESULT).pixels(), page.the("button", SOURCE).pixels());
    let noise = page.the("button", "Its noise").pixels();
    let grey = noise.iter().filter(|pixel| (32..224).contains(*pixel)).count();
    assert!(grey * 2 > noise.len(), "noise is mostly grey");
    page.screenshot("translate");
}

#[test]
fn the_distance_to_a_converged_noise_is_measured() {
    let link = "#v=1&tab=translate&example=84&to=Ankle+boot&converged=1&solver=reversible&intervals=2&spacing=edm";
    let page = Page::open(link);
    page.wait_for("done");
    let facts = page.result();
    // 8 evaluations to encode and 8 to decode; the way back and the fine encoding are not counted.
    assert!(facts.starts_with("16 network evaluations"), "{facts}");
    let distance = facts.split("noise ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    assert!(distance.is_some_and(|distance: f64| distance > 1e-4), "{facts}");
    assert_eq!(page.the("group", STRIP).all("image").len(), 6, "3 frames to the noise, 3 from it");
    assert_eq!(page.the("combobox", "Spacing").value(), "edm");
}

#[test]
fn a_pasted_link_restores_the_view_exactly() {
    let link = "#v=1&class=Bag&tab=generate&seed=123456789012&count=3&solver=rk4&intervals=2&guidance=1.3";
    let page = Page::open(link);
    page.wait_for("done");
    assert_eq!(page.the("combobox", "Class").value(), "Bag");
    assert_eq!(page.the("spinbutton", "Seed").value(), "123456789012");
    assert_eq!(page.the("combobox", "Solver").value(), "rk4");
    assert_eq!(page.the("group", "Images").all("button").len(), 3);
    let hash = page.link();
    let hash: Vec<&str> = hash.split('&').filter(|word| !word.starts_with("weights=")).collect();
    assert_eq!(hash.join("&"), link, "the address says what the link said, and which weights the model has");
    let first = page.the("button", "Bag, 3: enlarge").pixels();
    let again = Page::open(link);
    again.wait_for("done");
    assert_eq!(again.the("button", "Bag, 3: enlarge").pixels(), first);
}

#[test]
fn a_link_that_cannot_be_followed_says_why() {
    let page = Page::open("#v=1&seed=minus");
    page.wait_for("done");
    assert!(page.notice().contains("seed"), "{}", page.notice());
    page.evaluate("location.hash = '#v=1&class=Sandwich'");
    page.wait_while("the first notice", || !page.notice().contains("Sandwich"));
}

#[test]
fn an_own_image_is_translated_and_travels_in_the_link() {
    let page = Page::open("#v=1&tab=translate&example=0&solver=euler&intervals=1");
    page.wait_for("done");
    page.css("input[accept='image/*']").ask(
        "async upload => {
            const canvas = new OffscreenCanvas(100, 60);
            const context = canvas.getContext('2d');
            context.fillStyle = 'white';
            context.fillRect(40, 20, 20, 20);
            const file = new File([await canvas.convertToBlob()], 'white.png', { type: 'image/png' });
            const files = new DataTransfer();
            files.items.add(file);
            upload.files = files.files;
            upload.dispatchEvent(new Event('change'));
        }",
    );
    page.wait_for_link("image=");
    let source = page.the("button", SOURCE).pixels();
    assert_eq!((source[0], source[14 * 28 + 14]), (0, 255), "black outside, white in the middle");
    let again = Page::open(&page.link());
    again.wait_for("done");
    assert_eq!(again.the("button", SOURCE).pixels(), source);
}

#[test]
fn a_trajectory_can_be_stopped_and_no_frame_of_the_page_is_blocked() {
    let page = Page::open("#v=1&tab=generate&count=16&solver=rk4&intervals=200&seed=1");
    page.wait_for("running");
    // The longest time between two frames of the page while the engine computes.
    let longest = page.evaluate(
        "new Promise(resolve => {
            let last = performance.now(), longest = 0, left = 60;
            const look = now => {
                longest = Math.max(longest, now - last);
                last = now;
                left -= 1;
                if (left) requestAnimationFrame(look); else resolve(longest);
            };
            requestAnimationFrame(look);
        })",
    );
    assert_eq!(page.state(), "running", "the trajectory is long enough to be looked at");
    // One evaluation of 16 images takes 0.7 s on this CPU; a page that computed for itself would be blocked for it.
    assert!(longest.as_f64().is_some_and(|milliseconds| milliseconds < 500.0), "a frame took {longest} ms");
    page.the("button", "Stop").click();
    page.wait_for("stopped");
}

/// Page and command line translate and return alike, with every solver and grid that the page offers.
#[test]
fn page_and_command_line_translate_and_return_alike() {
    for (solver, spacing) in
        [("euler", "uniform"), ("midpoint", "edm"), ("heun", "uniform"), ("rk4", "edm"), ("reversible", "edm")]
    {
        let link = format!(
            "#v=1&tab=translate&example=84&from=Sneaker&to=Ankle+boot&solver={solver}&intervals=2&spacing={spacing}"
        );
        let page = Page::open(&link);
        page.wait_for("done");
        let [translated, returned] = trainer::translate_and_return(solver, spacing);
        agree(&page.the("button", RESULT).pixels(), &translated);
        agree(&page.the("button", "The noise decoded under the first class again").pixels(), &returned);
    }
}

/// What is called reversible is: at rounding level on every released model, at few intervals as at many.
#[test]
fn the_reversible_solver_returns_on_the_page() {
    for model in ["fashion-mnist", "faces", "faces-reflow", "faces-plain-loss", "glyphs", "emoji"] {
        for intervals in [2, 5, 20] {
            let link = format!("#v=1&model={model}&tab=translate&example=0&solver=reversible&intervals={intervals}");
            let page = Page::open(&link);
            page.wait_for("done");
            let facts = page.result();
            let error = facts
                .split("round-trip error ")
                .nth(1)
                .and_then(|text| text.split([',', ' ']).next()?.parse::<f64>().ok());
            assert!(error.is_some_and(|error| error < 1e-4), "{model}, {intervals} intervals: {facts}");
        }
    }
}

/// Whoever asks for an image while another model comes gets it from that model; nothing stays failed.
#[test]
fn another_model_can_be_chosen_and_drawn_with_at_once() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    let said = page.the("combobox", "Model").ask(
        "menu => {
            menu.value = 'faces';
            menu.dispatchEvent(new Event('change', { bubbles: true }));
            const draw = document.querySelector('button[type=submit]');
            draw.click();
            menu.value = 'glyphs';
            menu.dispatchEvent(new Event('change', { bubbles: true }));
            draw.click();
            return document.body.dataset.state + ': ' + document.querySelector('output[aria-label=Result]').textContent;
        }",
    );
    assert_eq!(said.as_str(), Some("loading: This begins when the model is there"));
    page.wait_for_link("model=glyphs");
    assert_eq!(page.notice(), "");
    page.evaluate("location.hash = '#v=1&model=nowhere'");
    page.wait_while("no notice", || page.notice().is_empty());
    page.the("combobox", "Model").set("faces");
    page.wait_for_link("model=faces");
}

/// A returning visitor never runs an old engine with a new page: its folder is named after its content.
#[test]
fn the_engine_is_named_after_its_content() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    for name in ["cpu", "gpu"] {
        let engine = page.evaluate(&format!(
            "fetch('models/index.json').then(answer => answer.json()).then(index => index.engines.{name})"
        ));
        let engine = engine.as_str().expect("where the engine is").to_owned();
        let hash = engine.strip_prefix(&format!("engine-{name}-")).and_then(|rest| rest.split('/').next());
        assert!(hash.is_some_and(|hash| hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit())), "{engine}");
        let is_program = page.evaluate(&format!(
            "fetch('engine-{name}_bg.wasm').then(answer => answer.headers.get('content-type') === 'application/wasm')"
        ));
        assert_eq!(is_program.as_bool(), Some(false), "it lies nowhere else");
    }
}
