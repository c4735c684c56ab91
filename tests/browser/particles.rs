//! Very many points on a graphics processor, beside the few that the CPU moves.

use crate::chromium_only;
use crate::element::Element;
use crate::page::Page;

const LINK: &str = "#v=1&tab=laboratory&way=return&scene=moons&solver=rk4&intervals=8&spacing=uniform";

/// Cells in each direction that the plane is divided into.
const CELLS: usize = 36;

/// How much colour lies in a cell, and which.
type Cell = [f64; 4];

/// The colour of points in every cell of a canvas. Arrows and circles are grey.
fn cells(canvas: &Element<'_>) -> Vec<Cell> {
    let script = format!(
        "from => {{
            const cells = {CELLS}, size = from.width / cells;
            const copy = new OffscreenCanvas(from.width, from.height).getContext('2d');
            copy.drawImage(from, 0, 0);
            const data = copy.getImageData(0, 0, from.width, from.height).data;
            const sums = Array.from({{ length: cells * cells }}, () => [0, 0, 0, 0]);
            for (let at = 0; at < data.length; at += 4) {{
                const [r, g, b, a] = data.subarray(at, at + 4);
                if (a < 8 || Math.max(r, g, b) - Math.min(r, g, b) < 40) continue;
                const x = (at / 4) % from.width, y = Math.floor(at / 4 / from.width);
                const cell = sums[Math.floor(y / size) * cells + Math.floor(x / size)];
                [a, r * a, g * a, b * a].forEach((value, i) => cell[i] += value / 255);
            }}
            return sums;
        }}"
    );
    serde_json::from_value(canvas.ask(&script)).expect("cells")
}

/// The share of what lies in `cells` that lies in or beside lit cells of `others`.
fn share_near(cells: &[Cell], others: &[Cell]) -> f64 {
    let lit = |at: usize| others[at][0] > 1.0;
    let near = |at: usize| {
        let (row, column) = (at / CELLS, at % CELLS);
        let around = |middle: usize| middle.saturating_sub(1)..=(middle + 1).min(CELLS - 1);
        around(row).any(|row| around(column).any(|column| lit(row * CELLS + column)))
    };
    let total: f64 = cells.iter().map(|cell| cell[0]).sum();
    (0..cells.len()).filter(|at| near(*at)).map(|at| cells[at][0]).sum::<f64>() / total
}

/// The mean difference of the colours of cells that are well lit in both, from 0 to 255.
fn colour_difference(cells: &[Cell], others: &[Cell]) -> f64 {
    let lit = cells.iter().zip(others).filter(|(a, b)| a[0] > 30.0 && b[0] > 30.0);
    let apart = lit.map(|(a, b)| (1..4).map(|i| (a[i] / a[0] - b[i] / b[0]).abs()).sum::<f64>() / 3.0);
    let apart: Vec<f64> = apart.collect();
    assert!(apart.len() > 10, "{} cells are lit in both", apart.len());
    apart.iter().sum::<f64>() / apart.len() as f64
}

/// Where a graphics processor can draw them there are very many points, and else the few of the CPU: some are seen in any case.
/// Browsers without a screen can often compute on an imitated one, but lose it when it should show something.
#[test]
fn points_are_seen_whatever_becomes_of_the_graphics_processor() {
    let few = Page::open(LINK);
    let page = chromium_only::laboratory(LINK);
    for page in [&few, &page] {
        page.wait_for("done");
        page.the("button", "Play");
    }
    assert_eq!(few.the("status", "Points").text(), "2,000 points, moved by the CPU.");
    few.turn_to(8);
    page.turn_to(8);
    // In the end it says that there are very many, or why not.
    let told = || page.the("status", "Points").text();
    page.wait_while("neither", || !told().starts_with("100,000 points") && !told().contains("WebGPU has failed"));
    // Whoever shows many loses its device at that moment, if at all.
    std::thread::sleep(std::time::Duration::from_secs(5));
    let told = told();
    let many = told.starts_with("100,000 points");
    eprintln!("{told}");
    let (few, shown) = (cells(&few.css("#plane")), cells(&page.css(if many { "#particles" } else { "#plane" })));
    let (inside, outside) = (share_near(&few, &shown), share_near(&shown, &few));
    assert!(inside > 0.99 && outside > 0.95, "{told}: {inside} of the few, {outside} of what is shown");
    let apart = colour_difference(&few, &shown);
    assert!(apart < 30.0, "{told}: colours differ by {apart}");
    page.the("application", "Plane").ask("plane => plane.scrollIntoView()");
    page.screenshot("particles");
}
