//! `cargo xtask bench`: ours and the peer in turns, in one run, with the same network, batch and threads.

mod ours;
mod peer;

use std::fs;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::Result;
use bench::repository::{git, root};
use bench::{Bench, Comparison, Section, Spread, Work};
use clap::{Parser, ValueEnum};
use trainer::files::write_atomically;

use ours::Ours;
use peer::Peer;

/// Measures ours and a peer in turns and records the ratios in docs/results.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Cli {
    /// Sections to measure; all of them unless named
    sections: Vec<Section>,
    /// Measure ours alone and record nothing: for profiles
    #[arg(long)]
    alone: bool,
    /// Turns of each side
    #[arg(long, value_name = "N", default_value_t = 7)]
    turns: usize,
    /// About how long a turn takes
    #[arg(long, value_name = "SECONDS", default_value_t = 2.0)]
    turn_seconds: f64,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    let root = root();
    let threads = available_parallelism()?.get();
    let mut peer = None;
    if !cli.alone {
        peer = Peer::start(&root, threads).map_err(|error| eprintln!("   without PyTorch: {error:#}")).ok();
    }
    let sections = if cli.sections.is_empty() { Section::value_variants() } else { &cli.sections };
    for section in sections {
        eprintln!("{}", section.name());
        let mut comparisons = Vec::new();
        for work in section.works() {
            let comparison = compare(work, peer.as_mut(), cli)?;
            eprintln!("   {}", line(&comparison));
            comparisons.push(comparison);
        }
        if cli.alone {
            continue;
        }
        let peer = peer.as_ref().map(|peer| peer.name.clone());
        let bench =
            Bench { machine: machine(), threads, peer, commit: git(&["rev-parse", "--short", "HEAD"])?, comparisons };
        let text = serde_json::to_string_pretty(&bench)? + "\n";
        write_atomically(&section.file(&root.join("docs/results")), text.as_bytes())?;
    }
    Ok(())
}

/// Ours, the peer, ours, the peer…
fn compare(work: Work, mut peer: Option<&mut Peer>, cli: &Cli) -> Result<Comparison> {
    let mut ours = Ours::new(work);
    // The first call of each side is its warm-up, the second tells how many fill a turn.
    ours.run(1);
    let once = ours.run(2).as_secs_f64() / 2.0;
    if let Some(peer) = &mut peer {
        peer.run(work, 2)?;
    }
    let count = ((cli.turn_seconds / once) as usize).max(2);
    let speed = |seconds: f64| (work.batch * count) as f64 / seconds;
    let mut comparison = Comparison { work, ours: Vec::new(), peers: Vec::new() };
    for _ in 0..cli.turns {
        comparison.ours.push(speed(ours.run(count).as_secs_f64()));
        if let Some(peer) = &mut peer {
            comparison.peers.push(speed(peer.run(work, count)?));
        }
    }
    Ok(comparison)
}

fn line(comparison: &Comparison) -> String {
    let ours = Spread::of(&comparison.ours);
    let mut line = format!("{:?}: {:.1} images/s", comparison.work, ours.median);
    if !comparison.peers.is_empty() {
        let (peers, ratio) = (Spread::of(&comparison.peers), Spread::of(&comparison.ratios()));
        line += &format!(
            ", the peer {:.1}: {:.2} times ({:.2} to {:.2})",
            peers.median, ratio.median, ratio.least, ratio.most
        );
    }
    line
}

/// What the operating system calls the processor.
fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let flags = text.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    let widest = ["avx512f", "avx2"].into_iter().find(|name| flags.split(' ').any(|flag| flag == *name));
    format!(
        "{}{}",
        model.unwrap_or(std::env::consts::ARCH).trim(),
        widest.map(|w| format!(", {w}")).unwrap_or_default()
    )
}
