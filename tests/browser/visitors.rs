//! What visitors bring, keep and pass on.

use crate::SMALL;
use crate::page::{Gpu, Page, address};
use crate::wire::Wire;

/// Something is seen before anything is computed, and what is computed takes its place.
#[test]
fn a_film_is_there_before_anything_is_computed() {
    let page = Page::open(Gpu::None, "");
    let film =
        page.evaluate("fetch('.').then(page => page.text()).then(page => page.split('class=\"opening\"').length)");
    assert_eq!(film.as_u64(), Some(11), "the page itself has ten images");
    page.wait_for("done");
    assert_eq!((page.count("#gallery .opening"), page.count("#gallery canvas")), (0, 10));
    page.turn_to(0);
    page.screenshot("first");
}

/// The page allows no script but its own, and nothing of it is refused.
#[test]
fn nobody_elses_script_runs_here() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    let refused = page.evaluate(
        "new Promise(answer => {
            document.addEventListener('securitypolicyviolation', event => answer(event.violatedDirective));
            const script = document.createElement('script');
            script.textContent = 'window.foreign = true';
            document.head.append(script);
        })",
    );
    assert!(refused.as_str().is_some_and(|directive| directive.starts_with("script-src")), "{refused}");
    assert_eq!(page.evaluate("window.foreign === undefined").as_bool(), Some(true));
    let inline = page.evaluate("[...document.querySelectorAll('script')].filter(script => !script.src).length");
    assert_eq!(inline.as_u64(), Some(1), "the one above");
    let reports = page.evaluate(
        "new Promise(answer => {
            const told = ({ body }) => `${body.effectiveDirective} ${body.blockedURL}`;
            const observer = new ReportingObserver(list => answer(list.map(told).join('; ')),
                { buffered: true, types: ['csp-violation'] });
            observer.observe();
        })",
    );
    assert_eq!(reports.as_str(), Some("script-src-elem inline"), "nothing of the page itself was refused");
    assert_eq!(page.count("[style]"), 0, "looks are in the style sheet");
}

/// A model file is dropped on the page: a good one draws, a damaged one is refused in words.
#[test]
fn a_model_of_ones_own_can_be_dropped() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    let drop = |bytes: &str, name: &str| {
        page.evaluate(&format!(
            "(async () => {{
                const index = await (await fetch('models/index.json')).json();
                const faces = index.models.find(model => model.name === 'faces');
                const bytes = await (await fetch(faces.file)).arrayBuffer();
                const files = new DataTransfer();
                files.items.add(new File([{bytes}], '{name}'));
                const event = new DragEvent('drop', {{ bubbles: true, cancelable: true, dataTransfer: files }});
                document.body.dispatchEvent(event);
            }})()"
        ));
    };
    drop("bytes", "mine.safetensors");
    page.wait_until("document.body.dataset.state === 'done' && location.hash.includes('model=mine.safetensors')");
    assert!(page.text("#card").contains("Pixel-art faces"), "{}", page.text("#card"));
    drop("bytes.slice(0, 5000)", "half.safetensors");
    page.wait_until("!document.querySelector('#notice').hidden");
    assert!(
        page.text("#notice").starts_with("The model “half.safetensors” cannot be loaded"),
        "{}",
        page.text("#notice")
    );
    drop("bytes", "mine.safetensors");
    page.wait_until("document.body.dataset.state === 'done'");
}

/// What is drawn by hand is translated; what was drawn before can be taken back.
#[test]
fn a_drawing_is_translated() {
    let page = Page::open(Gpu::None, "#v=1&tab=translate&example=0&solver=euler&intervals=1");
    page.wait_for("done");
    page.evaluate("document.querySelector('#sketch-open').click()");
    let stroke = |from: [u32; 2], to: [u32; 2]| {
        page.evaluate(&format!(
            "(() => {{
                const paper = document.querySelector('#paper'), box = paper.getBoundingClientRect();
                const send = (kind, [x, y]) => paper.dispatchEvent(new PointerEvent(kind, {{ bubbles: true, pointerId: 1,
                    clientX: box.left + x / 28 * box.width, clientY: box.top + y / 28 * box.height }}));
                paper.setPointerCapture = () => {{}}; paper.hasPointerCapture = () => true;
                send('pointerdown', {from:?}); send('pointermove', {to:?}); send('pointerup', {to:?});
            }})()"
        ));
        page.wait_until("location.hash.includes('image=') && document.body.dataset.state === 'done'");
    };
    let white = || page.pixels("#source").iter().filter(|level| **level > 200).count();
    stroke([4, 14], [24, 14]);
    let one = white();
    assert!(one > 15, "a line of {one} pixels");
    stroke([14, 4], [14, 24]);
    assert!(white() > one + 10, "{one} and then {}", white());
    page.screenshot("sketch");
    page.evaluate("document.querySelector('#sketch-undo').click()");
    page.wait_for("done");
    assert_eq!(white(), one);
    page.evaluate("document.querySelector('#sketch-clear').click()");
    page.wait_for("done");
    assert_eq!(white(), 0);
}

/// After a visit the page works without a network.
#[test]
fn without_a_network_the_page_still_draws() {
    let wire = Wire::to(&address());
    let page = Page::open_at(&wire.address(), Gpu::None, SMALL);
    page.wait_for("done");
    let drawn = page.pixels("#image-0");
    page.wait_until("!document.querySelector('#stored').hidden");
    wire.cut();
    let gone = page.evaluate("fetch('models/nothing').then(() => false, () => true)");
    assert_eq!(gone.as_bool(), Some(true), "there is no network");
    page.reload();
    page.wait_for("done");
    assert_eq!(page.pixels("#image-0"), drawn);
    assert!(page.text("#status").ends_with("This browser had kept the model"), "{}", page.text("#status"));
    page.evaluate("document.querySelector('#forget').click()");
    let left = page.evaluate(
        "(async () => {
            for (let turn = 0; turn < 100 && (await caches.keys()).length; turn++) await new Promise(then => setTimeout(then, 50));
            return (await caches.keys()).length;
        })()",
    );
    assert_eq!(left.as_u64(), Some(0), "what is to be forgotten is gone");
}

/// Each step of the tour is a link that works.
#[test]
fn the_tour_leads_through_the_page() {
    let page = Page::open(Gpu::None, "");
    page.wait_for("done");
    page.evaluate("document.querySelector('#tour-begin').click()");
    for step in 1..=7 {
        page.wait_until(&format!(
            "document.querySelector('#tour-place').textContent === '{step} of 7' && document.body.dataset.state === 'done'"
        ));
        assert_eq!(page.text("#notice"), "", "step {step}");
        page.screenshot(&format!("tour-{step}"));
        let next = page.evaluate(
            "(() => { const next = document.querySelector('#tour-next'); next.click(); return !next.hidden; })()",
        );
        assert_eq!(next.as_bool(), Some(step < 7), "step {step}");
    }
    page.evaluate("document.querySelector('#tour-end').click()");
    page.wait_until("document.querySelector('#tour').hidden && !location.hash.includes('tour=')");
}

/// Within another page there is the stage alone; pages for presets lead to their views.
#[test]
fn a_view_can_be_embedded_and_posted() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    let lines = page.text("#embed");
    assert!(lines.starts_with("<iframe src=\"http") && lines.contains("embed=1"), "{lines}");
    page.evaluate("location.hash += '&embed=1'");
    page.wait_until("!document.querySelector('header').checkVisibility()");
    assert_eq!(page.evaluate("document.querySelector('#choose').checkVisibility()").as_bool(), Some(false));
    assert!(page.evaluate("document.querySelector('#image-0').checkVisibility()").as_bool() == Some(true));
    page.screenshot("embedded");
    for preset in ["sneaker-to-boot", "emoji", "laboratory", "tour"] {
        let text = page.evaluate(&format!("fetch('share/{preset}.html').then(page => page.text())"));
        let text = text.as_str().expect("a page").to_owned();
        let image = text.split("og:image\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
        let there = page.evaluate(&format!("fetch('share/{}').then(answer => answer.ok)", image.expect("a image")));
        assert_eq!(there.as_bool(), Some(true), "{preset}");
    }
}

/// Every released model has a card with a image; who picks it gets that model.
#[test]
fn a_model_is_chosen_by_its_card() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    page.evaluate("document.querySelector('#choose').open = true");
    let cards = "[...document.querySelectorAll('#cards button')].filter(card => card.querySelector('img'))";
    page.wait_until(&format!(
        "{cards}.length >= 5 && {cards}.every(card => card.querySelector('img').naturalWidth > 0)"
    ));
    page.screenshot("cards");
    page.evaluate(&format!("{cards}.find(card => card.textContent.startsWith('faces')).click()"));
    page.wait_until("document.body.dataset.state === 'done' && location.hash.includes('model=faces')");
}

/// What is seen can be kept as a file: a sheet, a film, or one image that was enlarged.
#[test]
fn what_is_shown_can_be_saved() {
    let page = Page::open(Gpu::None, SMALL);
    page.wait_for("done");
    let saved = |button: &str| {
        let saved = page.evaluate(&format!(
            "new Promise(answer => {{
                HTMLAnchorElement.prototype.click = function () {{
                    fetch(this.href).then(file => file.blob()).then(createImageBitmap).then(image =>
                        answer(`${{this.download}} ${{image.width}} ${{image.height}}`));
                }};
                document.querySelector('{button}').click();
            }})"
        ));
        saved.as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(saved("#save"), "scoreflow-generate.png 112 112");
    assert_eq!(saved("#save-film"), "scoreflow-generate.gif 112 112");
    page.evaluate("document.querySelector('#image-0').focus()");
    page.press("Enter");
    page.wait_until("document.querySelector('#enlarged').open");
    assert_eq!(page.pixels("#enlarged-image"), page.pixels("#image-0"));
    assert_eq!(saved("#enlarged-save"), "scoreflow-image.png 28 28");
    page.press("Escape");
    page.wait_until("!document.querySelector('#enlarged').open");
}
