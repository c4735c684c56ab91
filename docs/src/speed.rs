//! How fast we are beside others: what `cargo xtask bench` has recorded.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use bench::{Bench, Comparison, Kind, Section, Spread, Work};
use clap::ValueEnum;

use crate::cells::table;
use crate::findings::shows;

/// The sections that were measured.
pub(super) fn document(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for section in Section::value_variants() {
        let name = section.name();
        write!(text, "## {}\n\n    cargo xtask bench {name}\n\n", section.title())?;
        match fs::read(section.file(folder)) {
            Ok(bytes) => {
                let bench: Bench =
                    serde_json::from_slice(&bytes).with_context(|| format!("bench-{name} is damaged"))?;
                text += &(finding(&bench) + &comparisons(&bench));
                write!(text, "{}\n\n", section.remark())?;
            }
            Err(_) => text.push_str("Not run yet.\n\n"),
        }
    }
    Ok(text)
}

/// Between which ratios we are, and how many of them are below 1.
fn finding(Bench { comparisons, .. }: &Bench) -> String {
    let compared = comparisons.iter().filter(|comparison| !comparison.peers.is_empty());
    let ratios: Vec<f64> = compared.map(|comparison| Spread::of(&comparison.ratios()).median).collect();
    if ratios.is_empty() {
        return String::new();
    }
    let Spread { least, most, .. } = Spread::of(&ratios);
    let slower = ratios.iter().filter(|ratio| **ratio < 1.0).count();
    shows(format!(
        "In {} comparisons ours is between {least:.2} and {most:.2} times as fast, slower in {slower} of them.",
        ratios.len()
    ))
}

fn comparisons(Bench { machine, threads, peer, commit, comparisons }: &Bench) -> String {
    let heads = ["work", "batch", "images", "width", "ours, images/s", "theirs, images/s", "times as fast"];
    let text = table(&heads, comparisons.iter().map(cells));
    let peer = peer.as_deref().unwrap_or("Nobody could be had");
    text + &format!(
        "\nTheirs: {peer}. In turns, threads each: {threads}, on {machine}; the middle of {} turns, and of the turns' ratios \
         the least and the greatest. At commit {commit}.\n\n",
        comparisons.first().map_or(0, |comparison| comparison.ours.len())
    )
}

fn cells(comparison: &Comparison) -> Vec<String> {
    let Comparison { work, ours, peers } = comparison;
    let Work { kind, batch, channels, size, width } = work;
    let kind = match kind {
        Kind::Train => "one step of training",
        Kind::Evaluate => "one network evaluation",
        Kind::BrowserCpu => "one network evaluation, browser, CPU",
        Kind::Solve => "one network evaluation of a midpoint trajectory",
        Kind::BrowserWebGpu => "one network evaluation, browser, WebGPU",
    };
    let (theirs, ratio) = if peers.is_empty() {
        ("–".to_owned(), "–".to_owned())
    } else {
        let Spread { median, least, most } = Spread::of(&comparison.ratios());
        (speed(Spread::of(peers).median), format!("{median:.2} ({least:.2}–{most:.2})"))
    };
    let ours = speed(Spread::of(ours).median);
    vec![
        kind.to_owned(),
        batch.to_string(),
        format!("{size} × {size} × {channels}"),
        width.to_string(),
        ours,
        theirs,
        ratio,
    ]
}

/// Images a second, so that few can be told from none.
fn speed(images: f64) -> String {
    if images < 10.0 { format!("{images:.2}") } else { format!("{images:.0}") }
}
