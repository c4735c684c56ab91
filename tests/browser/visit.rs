//! What a visitor waits for. Measured and recorded by `cargo xtask visit`; nothing here can fail for being slow.

use std::fs;

use serde_json::{Value, json};

use crate::chromium::IMITATED;
use crate::page::Page;
use crate::trainer::root;

/// How often each is measured.
const VISITS: usize = 5;

/// Milliseconds since the page was asked for: the first image, which comes with the page, and the first that is computed here;
/// and the longest time that the page could not be used, 0 if it was never longer than 50.
const TIMES: &str = "(async () => {
    const longest = await new Promise(answer => {
        const tasks = new PerformanceObserver(list => answer(Math.max(...list.getEntries().map(task => task.duration))));
        tasks.observe({ type: 'longtask', buffered: true });
        setTimeout(() => answer(0), 300);
    });
    const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    const film = performance.getEntriesByType('resource').find(file => file.name.endsWith('opening.png')).responseEnd;
    return { recorded: Math.max(paint, film), live: performance.getEntriesByName('drawn')[0].startTime, longest };
})()";

/// Frames that are painted in two seconds while the scale of moments is moved in every one of them.
const SCRUBBING: &str = "new Promise(answer => {
    const scale = document.querySelector('#moment'), began = performance.now();
    let frames = 0;
    const next = () => {
        frames++;
        scale.value = frames % (Number(scale.max) + 1);
        scale.dispatchEvent(new Event('input', { bubbles: true }));
        const seconds = (performance.now() - began) / 1000;
        if (seconds < 2) requestAnimationFrame(next); else answer(frames / seconds);
    };
    requestAnimationFrame(next);
})";

#[test]
#[ignore = "`cargo xtask visit` measures"]
fn visits_are_recorded() {
    let (mut cold, mut again, mut scrubbing) = (Vec::new(), Vec::new(), Vec::new());
    let mut memory = Vec::new();
    for _ in 0..VISITS {
        let (chromium, page) = Page::in_chromium(&[], "");
        page.wait_for("done");
        cold.push(page.evaluate(TIMES));
        scrubbing.push(page.evaluate(SCRUBBING));
        memory.push(chromium.memory());
        page.the("button", "Forget it");
        page.reload();
        page.wait_for("done");
        again.push(page.evaluate(TIMES));
    }
    let evaluations = |arguments: &[&str], query: &str, count: u32| -> Vec<Value> {
        let link = format!(
            "{query}#v=1&tab=generate&seed=7&count={count}&solver=euler&intervals=10&spacing=uniform&guidance=1"
        );
        let (_chromium, page) = Page::in_chromium(arguments, &link);
        page.wait_for("done");
        let once = |_| {
            page.begin("Draw");
            let facts = page.result();
            let seconds = facts.split("each, ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
            json!(seconds.expect("seconds") / 10.0)
        };
        (0..VISITS).map(once).collect()
    };
    let record = json!({
        "browser": Page::in_chromium(&[], "#v=1&tab=laboratory").0.version(),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "cold": cold,
        "again": again,
        "scrubbing": scrubbing,
        "memory": memory,
        "evaluation_cpu": evaluations(&[], "", 10),
        "evaluation_webgpu": evaluations(&IMITATED, "?device=webgpu", 1),
    });
    let text = serde_json::to_string_pretty(&record).expect("plain data") + "\n";
    fs::write(root().join("docs/results/visit.json"), text).expect("a writable folder");
}
