//! What a visitor waits for: what `cargo xtask visit` has recorded.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::cells::table;
use crate::findings::shows;

#[derive(Deserialize)]
struct Visits {
    browser: String,
    cores: usize,
    cold: Vec<Times>,
    again: Vec<Times>,
    scrubbing: Vec<f64>,
    memory: Vec<Option<f64>>,
    evaluation_cpu: Vec<f64>,
    evaluation_webgpu: Vec<f64>,
}

/// In milliseconds.
#[derive(Deserialize)]
struct Times {
    recorded: f64,
    live: f64,
    longest: f64,
}

/// Bytes as they are, and after gzip.
#[derive(Deserialize)]
struct Sizes {
    page: [u64; 2],
    engine: [u64; 2],
    model: [u64; 2],
}

/// The section.
pub(super) fn document(folder: &Path) -> Result<String> {
    let head = "## A visit to the page\n\n    cargo xtask visit\n\n";
    let (Ok(visits), Ok(sizes)) = (fs::read(folder.join("visit.json")), fs::read(folder.join("visit-sizes.json")))
    else {
        return Ok(head.to_owned() + "Not run yet.\n\n");
    };
    let visits: Visits = serde_json::from_slice(&visits).context("visit is damaged")?;
    let Sizes { page, engine, model } = serde_json::from_slice(&sizes).context("visit-sizes is damaged")?;
    let of = |times: &[Times], part: fn(&Times) -> f64| middle(times.iter().map(part).collect());
    let seconds = |milliseconds: f64| format!("{:.2} s", milliseconds / 1e3);
    let bytes =
        |[whole, zipped]: [u64; 2]| format!("{:.0} kB, {:.0} kB after gzip", whole as f64 / 1e3, zipped as f64 / 1e3);
    let memory: Vec<f64> = visits.memory.iter().copied().flatten().collect();
    let shown = shows(format!(
        "A first visitor sees images after {}, and images computed here after {}.",
        seconds(of(&visits.cold, |times| times.recorded)),
        seconds(of(&visits.cold, |times| times.live))
    ));
    let mut rows = vec![
        ["the page's own files, before the engine".to_owned(), bytes(page)],
        ["the engine for the CPU".to_owned(), bytes(engine)],
        ["the first model".to_owned(), bytes(model)],
    ];
    for (when, times) in [("cold", &visits.cold), ("from the browser's store", &visits.again)] {
        rows.push([format!("first image, recorded, {when}"), seconds(of(times, |times| times.recorded))]);
        rows.push([
            format!("first image computed here (ten images, 20 evaluations), {when}"),
            seconds(of(times, |times| times.live)),
        ]);
        rows.push([format!("longest task on the page's own thread, {when}"), task(of(times, |times| times.longest))]);
    }
    rows.push([
        "frames a second while the scale of moments is moved".to_owned(),
        format!("{:.0}", middle(visits.scrubbing)),
    ]);
    rows.push([
        "an evaluation of ten images, CPU".to_owned(),
        format!("{:.0} ms", 1e3 * middle(visits.evaluation_cpu)),
    ]);
    rows.push([
        "an evaluation of one image, WebGPU".to_owned(),
        format!("{:.0} ms", 1e3 * middle(visits.evaluation_webgpu)),
    ]);
    if !memory.is_empty() {
        rows.push(["memory of page and workers".to_owned(), format!("{:.0} MB", middle(memory))]);
    }
    let text = table(&["what", "the middle of five"], rows.into_iter().map(Vec::from));
    let (browser, cores) = (visits.browser, visits.cores);
    Ok(format!(
        "{head}{shown}{text}\nIn {browser} on {cores} cores without a graphics processor, whose place software takes for WebGPU; served from the same machine.\n\n"
    ))
}

/// Tasks of 50 ms and less are not reported.
fn task(milliseconds: f64) -> String {
    if milliseconds == 0.0 { "at most 50 ms".to_owned() } else { format!("{milliseconds:.0} ms") }
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
