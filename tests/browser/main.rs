//! The page in a real browser: both ways of computing, links, uploads, and images equal to the trainer's.
//!
//! `cargo xtask test` serves the page, by `cargo xtask demo` from a clean checkout. Screenshots are left in `target/screenshots`.

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

use page::{Gpu, Page};

/// Few evaluations: a graphics processor imitated by software takes a second for each.
const SMALL: &str = "#v=1&tab=generate&class=Sneaker&seed=7&count=1&solver=euler&intervals=2";

/// The largest difference of two pixels that two devices may show.
///
/// Measured: at most 1 of 255, where a value lies on the edge between two pixels.
const TOLERANCE: u8 = 2;

fn agree(shown: &[u8], expected: &[u8]) {
    assert_eq!(shown.len(), expected.len(), "images of one size");
    let worst = shown.iter().zip(expected).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(TOLERANCE), "a pixel differs by {worst:?} of 255");
}

#[test]
fn on_the_cpu_the_page_draws_what_the_trainer_draws() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    assert_eq!(page.text("#status").split(':').next(), Some("Computes on the CPU"));
    agree(&page.pixels("#image-0"), &trainer::sample("Sneaker", "euler", 2, 1.0));
    assert!(page.text("#facts").starts_with("2 network evaluations"), "{}", page.text("#facts"));
}

#[test]
fn on_webgpu_the_page_draws_what_the_trainer_draws() {
    let page = Page::open(Gpu::Imitated, SMALL);
    page.wait_for("done");
    assert_eq!(page.text("#status"), "Computes with WebGPU: the address asks for WebGPU");
    agree(&page.pixels("#image-0"), &trainer::sample("Sneaker", "euler", 2, 1.0));
    page.screenshot("webgpu");
}

/// Software that imitates a graphics processor is slower than the CPU itself.
#[test]
fn an_imitated_graphics_processor_is_not_chosen_unasked() {
    let page = Page::open(Gpu::Offered, SMALL);
    page.wait_for("done");
    let status = page.text("#status");
    assert!(status.starts_with("Computes on the CPU: this browser imitates WebGPU by software ("), "{status}");
}

/// It draws the same image, once to compile and once against the clock, while the page can be used.
#[test]
fn a_graphics_processor_that_is_slower_does_not_take_over() {
    let page = Page::open(Gpu::Tried, SMALL);
    page.wait_for("done");
    assert!(page.text("#status").starts_with("Computes on the CPU: until WebGPU ("), "{}", page.text("#status"));
    page.wait_until("document.querySelector('#status').textContent.includes('times as long')");
    page.evaluate("document.querySelector('#run').click()");
    page.wait_for("done");
    assert!(page.text("#status").starts_with("Computes on the CPU: WebGPU ("), "{}", page.text("#status"));
}

/// Each costs tens of microseconds in a browser, more than most of what it computes. Two of those counted move the state,
/// one more reads it back.
#[test]
fn on_webgpu_an_evaluation_takes_few_launches() {
    // Where the page itself leaves the imitated one alone.
    let page = Page::open(Gpu::Offered, "#v=1&tab=laboratory");
    page.unguard();
    page.wait_for("done");
    let launches = page.evaluate(include_str!("launches.js"));
    let launches = launches.as_f64().expect("a number");
    println!("{launches} launches for one evaluation and its step");
    assert!(launches <= 40.0, "{launches} launches");
}

#[test]
fn on_webgpu_the_page_translates() {
    let page = Page::open(Gpu::Imitated, "#v=1&tab=translate&example=84&to=Ankle+boot&solver=euler&intervals=1");
    page.wait_for("done");
    assert!(page.text("#facts").starts_with("2 network evaluations"), "{}", page.text("#facts"));
}

#[test]
fn the_page_translates_and_shows_the_trajectory() {
    let page =
        Page::open(Gpu::None, "#v=1&tab=translate&example=84&to=Ankle+boot&solver=midpoint&intervals=5&guidance=2");
    page.wait_for("done");
    // Midpoint: 10 evaluations to encode, 20 guided ones to decode.
    assert!(page.text("#facts").starts_with("30 network evaluations"), "{}", page.text("#facts"));
    assert!(page.text("#facts").contains("round-trip error 0."), "{}", page.text("#facts"));
    assert_eq!(page.count("#strip canvas"), 12, "6 frames to the noise, 6 from it");
    assert_ne!(page.pixels("#result"), page.pixels("#source"));
    let noise = page.pixels("#noise");
    let grey = noise.iter().filter(|pixel| (32..224).contains(*pixel)).count();
    assert!(grey * 2 > noise.len(), "noise is mostly grey");
    page.screenshot("translate");
}

#[test]
fn the_distance_to_a_converged_noise_is_measured() {
    let link = "#v=1&tab=translate&example=84&to=Ankle+boot&converged=1&solver=reversible&intervals=2&spacing=edm";
    let page = Page::open(Gpu::None, link);
    page.wait_for("done");
    let facts = page.text("#facts");
    // 8 evaluations to encode and 8 to decode; the way back and the fine encoding are not counted.
    assert!(facts.starts_with("16 network evaluations"), "{facts}");
    let distance = facts.split("noise ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    assert!(distance.is_some_and(|distance: f64| distance > 1e-4), "{facts}");
    assert_eq!(page.count("#strip canvas"), 6, "3 frames to the noise, 3 from it");
    assert_eq!(page.value("#spacing"), "edm");
}

#[test]
fn a_pasted_link_restores_the_view_exactly() {
    let link = "#v=1&class=Bag&tab=generate&seed=123456789012&count=3&solver=rk4&intervals=2&guidance=1.3";
    let page = Page::open(Gpu::None, link);
    page.wait_for("done");
    assert_eq!(page.value("#class"), "Bag");
    assert_eq!(page.value("#seed"), "123456789012");
    assert_eq!(page.value("#solver"), "rk4");
    assert_eq!(page.count("#gallery canvas"), 3);
    let hash = page.evaluate("location.hash");
    let hash: Vec<&str> =
        hash.as_str().expect("a fragment").split('&').filter(|word| !word.starts_with("weights=")).collect();
    assert_eq!(hash.join("&"), link, "the address says what the link said, and which weights the model has");
    let first = page.pixels("#image-2");
    let again = Page::open(Gpu::None, link);
    again.wait_for("done");
    assert_eq!(again.pixels("#image-2"), first);
}

#[test]
fn a_link_that_cannot_be_followed_says_why() {
    let page = Page::open(Gpu::None, "#v=1&seed=minus");
    page.wait_for("done");
    assert!(page.text("#notice").contains("seed"), "{}", page.text("#notice"));
    page.evaluate("location.hash = '#v=1&class=Sandwich'");
    page.wait_until("document.querySelector('#notice').textContent.includes('Sandwich')");
}

#[test]
fn an_own_image_is_translated_and_travels_in_the_link() {
    let page = Page::open(Gpu::None, "#v=1&tab=translate&example=0&solver=euler&intervals=1");
    page.wait_for("done");
    page.evaluate(
        "(async () => {
            const canvas = new OffscreenCanvas(100, 60);
            const context = canvas.getContext('2d');
            context.fillStyle = 'white';
            context.fillRect(40, 20, 20, 20);
            const file = new File([await canvas.convertToBlob()], 'white.png', { type: 'image/png' });
            const files = new DataTransfer();
            files.items.add(file);
            const upload = document.querySelector('#upload');
            upload.files = files.files;
            upload.dispatchEvent(new Event('change'));
        })()",
    );
    page.wait_until("location.hash.includes('image=') && document.body.dataset.state === 'done'");
    let source = page.pixels("#source");
    assert_eq!((source[0], source[14 * 28 + 14]), (0, 255), "black outside, white in the middle");
    let hash = page.evaluate("location.hash");
    let again = Page::open(Gpu::None, hash.as_str().expect("a fragment"));
    again.wait_for("done");
    assert_eq!(again.pixels("#source"), source);
}

#[test]
fn a_trajectory_can_be_stopped_and_no_frame_of_the_page_is_blocked() {
    let page = Page::open(Gpu::None, "#v=1&tab=generate&count=16&solver=rk4&intervals=200&seed=1");
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
    page.evaluate("document.querySelector('#cancel').click()");
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
        let page = Page::open(Gpu::None, &link);
        page.wait_for("done");
        let [translated, returned] = trainer::translate_and_return(solver, spacing);
        agree(&page.pixels("#result"), &translated);
        agree(&page.pixels("#returned"), &returned);
    }
}

/// What is called reversible is: at rounding level on every released model, at few intervals as at many.
#[test]
fn the_reversible_solver_returns_on_the_page() {
    for model in ["fashion-mnist", "faces", "faces-shortcut", "glyphs", "emoji"] {
        for intervals in [2, 5, 20] {
            let link = format!("#v=1&model={model}&tab=translate&example=0&solver=reversible&intervals={intervals}");
            let page = Page::open(Gpu::None, &link);
            page.wait_for("done");
            let facts = page.text("#facts");
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
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    let said = page.evaluate(
        "(() => {
            const menu = document.querySelector('#model');
            menu.value = 'faces';
            menu.dispatchEvent(new Event('change', { bubbles: true }));
            document.querySelector('#run').click();
            menu.value = 'glyphs';
            menu.dispatchEvent(new Event('change', { bubbles: true }));
            document.querySelector('#run').click();
            return document.body.dataset.state + ': ' + document.querySelector('#facts').textContent;
        })()",
    );
    assert_eq!(said.as_str(), Some("loading: This begins when the model is there"));
    page.wait_until("document.body.dataset.state === 'done' && location.hash.includes('model=glyphs')");
    assert_eq!(
        page.evaluate("document.querySelector('#notice').hidden").as_bool(),
        Some(true),
        "{}",
        page.text("#notice")
    );
    page.evaluate("location.hash = '#v=1&model=nowhere'");
    page.wait_until("!document.querySelector('#notice').hidden");
    page.set("#model", "faces", "change");
    page.wait_until("document.body.dataset.state === 'done' && location.hash.includes('model=faces')");
}

/// A returning visitor never runs an old engine with a new page: its folder is named after its content.
#[test]
fn the_engine_is_named_after_its_content() {
    let page = Page::open(Gpu::None, SMALL);
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
