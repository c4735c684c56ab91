//! `cargo xtask bench`: ours and a peer in turns, in one run, with the same network, batch and threads.

mod browser;
mod ours;
mod peer;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::Result;
use bench::repository::{git, root};
use bench::{Bench, Comparison, Kind, Section, Spread, Work};
use clap::{Parser, ValueEnum};
use trainer::files::write_atomically;

use browser::Page;
use ours::Ours;
use peer::Peer;

/// Measures ours and a peer in turns and records the ratios in docs/results. The section `page` measures the page in `dist`;
/// build it before (`trunk build`).
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
    let sections = if cli.sections.is_empty() { Section::value_variants() } else { &cli.sections };
    for section in sections {
        eprintln!("{}", section.name());
        let bench = match section {
            Section::Page => in_browser(&root, cli)?,
            Section::Solver => beside_itself(cli)?,
            Section::Train | Section::Sample | Section::Growth => natively(*section, &root, cli)?,
        };
        if !cli.alone {
            let text = serde_json::to_string_pretty(&bench)? + "\n";
            write_atomically(&section.file(&root.join("docs/results")), text.as_bytes())?;
        }
    }
    Ok(())
}

/// Beside PyTorch, with all threads.
fn natively(section: Section, root: &Path, cli: &Cli) -> Result<Bench> {
    let threads = available_parallelism()?.get();
    let mut peer = None;
    if !cli.alone {
        peer = Peer::start(root, threads).map_err(|error| eprintln!("   without PyTorch: {error:#}")).ok();
    }
    let mut comparisons = Vec::new();
    for work in section.works() {
        let mut ours = Ours::new(work);
        let ours = &mut |count| Ok(ours.run(count).as_secs_f64());
        let comparison = match &mut peer {
            Some(peer) => compare(work, ours, Some(&mut |count| peer.run(work, count)), cli),
            None => compare(work, ours, None, cli),
        };
        comparisons.push(comparison?);
    }
    bench(threads, peer.map(|peer| peer.name.clone()), comparisons)
}

/// Trajectories beside bare network evaluations, both ours.
fn beside_itself(cli: &Cli) -> Result<Bench> {
    let mut comparisons = Vec::new();
    for work in Section::Solver.works() {
        let (mut solved, mut bare) = (Ours::new(work), Ours::new(Work { kind: Kind::Evaluate, ..work }));
        let bare: Side<'_> = &mut |count| Ok(bare.run(count).as_secs_f64());
        comparisons.push(compare(work, &mut |count| Ok(solved.run(count).as_secs_f64()), Some(bare), cli)?);
    }
    bench(available_parallelism()?.get(), Some("the same network evaluations without a solver".to_owned()), comparisons)
}

/// Beside onnxruntime-web, with one thread.
fn in_browser(root: &Path, cli: &Cli) -> Result<Bench> {
    let page = Page::open(root)?;
    let mut comparisons = Vec::new();
    for work in Section::Page.works() {
        let [ours, theirs] = work.kind.devices();
        let ours: Side<'_> = &mut |count| page.run("ours", ours, work.batch, count);
        let theirs: Side<'_> = &mut |count| page.run("theirs", theirs, work.batch, count);
        comparisons.push(compare(work, ours, (!cli.alone).then_some(theirs), cli)?);
    }
    bench(1, Some(page.name.clone()), comparisons)
}

fn bench(threads: usize, peer: Option<String>, comparisons: Vec<Comparison>) -> Result<Bench> {
    let commit = git(&["rev-parse", "--short", "HEAD"])?;
    Ok(Bench { machine: machine(), threads, peer, commit, comparisons })
}

/// How many seconds it takes to do a piece of work so many times.
type Side<'a> = &'a mut dyn FnMut(usize) -> Result<f64>;

/// Ours, the peer, ours, the peer…
fn compare(work: Work, ours: Side<'_>, mut peer: Option<Side<'_>>, cli: &Cli) -> Result<Comparison> {
    // The first call of each side is its warm-up, the second tells how many fill a turn.
    ours(2)?;
    let once = ours(2)? / 2.0;
    if let Some(peer) = &mut peer {
        peer(2)?;
    }
    // Even: a midpoint step takes two evaluations.
    let count = ((cli.turn_seconds / once) as usize).max(2).next_multiple_of(2);
    let speed = |seconds: f64| (work.batch * count) as f64 / seconds;
    let mut comparison = Comparison { work, ours: Vec::new(), peers: Vec::new() };
    for _ in 0..cli.turns {
        comparison.ours.push(speed(ours(count)?));
        if let Some(peer) = &mut peer {
            comparison.peers.push(speed(peer(count)?));
        }
    }
    eprintln!("   {}", line(&comparison));
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
