//! What visitors bring, keep and pass on.

use crate::element::Element;
use crate::page::{Page, address};
use crate::wire::Wire;
use crate::{SMALL, SOURCE};

/// The way through the tour.
const STEPS: &str = "Steps of the tour";

/// Something is seen before anything is computed, and what is computed takes its place.
#[test]
fn a_film_is_there_before_anything_is_computed() {
    let page = Page::open("");
    let film =
        page.evaluate("fetch('.').then(page => page.text()).then(page => page.split('class=\"opening\"').length)");
    assert_eq!(film.as_u64(), Some(11), "the page itself has ten images");
    page.wait_for("done");
    let gallery = page.the("group", "Images");
    assert_eq!(gallery.all("button").len(), 10);
    assert_eq!(gallery.ask("images => images.querySelectorAll('.opening').length").as_u64(), Some(0));
    page.turn_to(0);
    page.screenshot("first");
}

/// The page allows no script but its own, and nothing of it is refused.
#[test]
fn nobody_elses_script_runs_here() {
    let page = Page::open_after(
        "window.refused = [];
        document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));",
        SMALL,
    );
    page.wait_for("done");
    assert_eq!(page.evaluate("refused.join()").as_str(), Some(""), "nothing of the page itself was refused");
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
    let styled = page.evaluate("document.querySelectorAll('[style]').length");
    assert_eq!(styled.as_u64(), Some(0), "looks are in the style sheet");
}

/// A model file is dropped on the page: a good one draws, a damaged one is refused in words.
#[test]
fn a_model_of_ones_own_can_be_dropped() {
    let page = Page::open(SMALL);
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
    page.wait_for_link("model=mine.safetensors");
    let about = page.details("About this model").text();
    assert!(about.contains("Pixel-art faces"), "{about}");
    drop("bytes.slice(0, 5000)", "half.safetensors");
    page.wait_while("no notice", || page.notice().is_empty());
    let notice = page.notice();
    assert!(notice.starts_with("The model “half.safetensors” cannot be loaded"), "{notice}");
    drop("bytes", "mine.safetensors");
    page.wait_for("done");
}

/// What is drawn by hand is translated; what was drawn before can be taken back.
#[test]
fn a_drawing_is_translated() {
    let page = Page::open("#v=1&tab=translate&example=0&solver=euler&intervals=1");
    page.wait_for("done");
    page.the("button", "Draw it yourself").click();
    let stroke = |from: [u32; 2], to: [u32; 2]| {
        page.the("application", "Paper").ask(&format!(
            "paper => {{
                const box = paper.getBoundingClientRect();
                const send = (kind, [x, y]) => paper.dispatchEvent(new PointerEvent(kind, {{ bubbles: true, pointerId: 1,
                    clientX: box.left + x / 28 * box.width, clientY: box.top + y / 28 * box.height }}));
                paper.setPointerCapture = () => {{}}; paper.hasPointerCapture = () => true;
                send('pointerdown', {from:?}); send('pointermove', {to:?}); send('pointerup', {to:?});
            }}"
        ));
        page.wait_for_link("image=");
    };
    let white = || page.the("button", SOURCE).pixels().iter().filter(|level| **level > 200).count();
    stroke([4, 14], [24, 14]);
    let one = white();
    assert!(one > 15, "a line of {one} pixels");
    stroke([14, 4], [14, 24]);
    assert!(white() > one + 10, "{one} and then {}", white());
    page.screenshot("sketch");
    page.the("button", "Undo").click();
    page.wait_for("done");
    assert_eq!(white(), one);
    page.the("button", "Clear").click();
    page.wait_for("done");
    assert_eq!(white(), 0);
}

/// After a visit the page works without a network.
#[test]
fn without_a_network_the_page_still_draws() {
    let wire = Wire::to(&address());
    let page = Page::open_at(&wire.address(), SMALL);
    page.wait_for("done");
    let drawn = page.the("button", "Sneaker, 1: enlarge").pixels();
    page.the("button", "Forget it");
    wire.cut();
    let gone = page.evaluate("fetch('models/nothing').then(() => false, () => true)");
    assert_eq!(gone.as_bool(), Some(true), "there is no network");
    page.reload();
    page.wait_for("done");
    assert_eq!(page.the("button", "Sneaker, 1: enlarge").pixels(), drawn);
    assert!(page.engine().ends_with("This browser had kept the model"), "{}", page.engine());
    page.the("button", "Forget it").click();
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
    let page = Page::open("");
    page.wait_for("done");
    page.the("link", "Take the tour").click();
    for step in 1..=7 {
        page.wait_while("the step before", || !page.the("navigation", STEPS).text().contains(&format!("{step} of 7")));
        page.wait_for("done");
        assert_eq!(page.notice(), "", "step {step}");
        page.screenshot(&format!("tour-{step}"));
        assert_eq!(page.has("link", "Next"), step < 7, "step {step}");
        if step < 7 {
            page.the("link", "Next").click();
        }
    }
    page.the("link", "End the tour").click();
    page.wait_while("the tour", || page.has("navigation", STEPS));
    assert!(!page.link().contains("tour="), "{}", page.link());
}

/// Within another page there is the stage alone; pages for presets lead to their views.
#[test]
fn a_view_can_be_embedded_and_posted() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    page.details("Put this view into a page of yours");
    let lines = page.the("region", "HTML that embeds this view").text();
    assert!(lines.starts_with("<iframe src=\"http") && lines.contains("embed=1"), "{lines}");
    page.evaluate("location.hash += '&embed=1'");
    page.wait_while("the header", || page.has("heading", "ScoreFlow"));
    assert!(!page.has("tab", "Translate") && !page.has("combobox", "Model"), "nothing else can be chosen");
    page.the("button", "Sneaker, 1: enlarge");
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
    let page = Page::open(SMALL);
    page.wait_for("done");
    page.details("All models");
    let pictured = |card: &Element<'_>| {
        card.ask("card => card.querySelector('img')?.naturalWidth > 0").as_bool().unwrap_or_default()
    };
    let cards = || page.the("group", "Models").all("button").into_iter().filter(pictured).collect::<Vec<_>>();
    page.wait_while("cards without images", || cards().len() < 5);
    page.screenshot("cards");
    let faces = cards().into_iter().find(|card| card.text().starts_with("faces")).expect("a card of faces");
    faces.click();
    page.wait_for_link("model=faces");
}

/// What is seen can be kept as a file: a sheet, a film, or one image that was enlarged.
#[test]
fn what_is_shown_can_be_saved() {
    let page = Page::open(SMALL);
    page.wait_for("done");
    let saved = |button: &str| {
        let saved = page.the("button", button).ask(
            "button => new Promise(answer => {
                HTMLAnchorElement.prototype.click = function () {
                    fetch(this.href).then(file => file.blob()).then(createImageBitmap).then(image =>
                        answer(`${this.download} ${image.width} ${image.height}`));
                };
                button.click();
            })",
        );
        saved.as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(saved("Save image"), "scoreflow-generate.png 1008 1008");
    assert_eq!(saved("Save film"), "scoreflow-generate.gif 112 112");
    let image = page.the("button", "Sneaker, 1: enlarge");
    image.press("Enter");
    let enlarged = page.the("dialog", "One image, enlarged");
    assert_eq!(enlarged.pixels(), image.pixels());
    assert_eq!(saved("Save image"), "scoreflow-image.png 28 28");
    page.browser().press("Escape");
    page.wait_while("the dialog", || page.has("dialog", "One image, enlarged"));
}

/// Counts what each worker is asked to compute, on a processor of two cores.
const COUNTED: &str = "
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });
    const post = Worker.prototype.postMessage;
    self.busy = new Set();
    Worker.prototype.postMessage = function (message) {
        if (message.Run) self.busy.add(this);
        return post.call(this, message);
    };";

/// Each core computes some of the images, as it would all of them.
#[test]
fn images_are_shared_among_engines() {
    let page = Page::open_after(COUNTED, "#v=1&tab=generate&seed=11&count=2&solver=euler&intervals=3");
    page.wait_for("done");
    let second = || page.the("button", "Trouser, 2: enlarge").pixels();
    let alone = second();
    // The second engine loads when the first has.
    page.wait_while("one engine alone", || {
        page.begin("Draw");
        page.evaluate("self.busy.size") != 2
    });
    assert_eq!(second(), alone);
}
