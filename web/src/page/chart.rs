//! How exactly an image came back, as a chart and as a table.

use shared::solver::Solver;
use web::protocol::Returned;
use web_sys::HtmlElement;

use super::document::by_id;

/// The chart's size, and the room on its left, above and below.
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 48.0;
const ABOVE: f64 = 20.0;
const BELOW: f64 = 38.0;

/// What the axes reach: powers of ten of errors, which are 2 at most where values keep within their range, and evaluations.
const ERRORS: [f64; 2] = [-7.0, 0.31];
const EVALUATIONS: [f64; 2] = [1.0, 200.0];

/// Shows them.
pub(crate) fn show(returns: &[Returned]) {
    by_id::<HtmlElement>("chart").set_inner_html(&chart(returns));
    by_id::<HtmlElement>("returns").set_inner_html(&table(returns));
}

fn x(nfe: f64) -> f64 {
    let [from, to] = EVALUATIONS.map(f64::ln);
    LEFT + (WIDTH - LEFT - 8.0) * (nfe.ln() - from) / (to - from)
}

fn y(error: f64) -> f64 {
    let [least, most] = ERRORS;
    let power = error.max(f64::MIN_POSITIVE).log10().clamp(least, most);
    ABOVE + (HEIGHT - BELOW - ABOVE) * (most - power) / (most - least)
}

fn chart(returns: &[Returned]) -> String {
    let mut parts = Vec::new();
    for power in -7..=0 {
        let at = y(10_f64.powi(power));
        parts.push(format!(r#"<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{at:.1}" y2="{at:.1}"/>"#));
        let text = if power == 0 { "1".to_owned() } else { format!("1e{power}") };
        parts.push(format!(r#"<text x="{}" y="{:.1}" text-anchor="end">{text}</text>"#, LEFT - 6.0, at + 4.0));
    }
    for nfe in [1.0, 4.0, 16.0, 64.0] {
        let below = HEIGHT - BELOW + 16.0;
        parts.push(format!(r#"<text x="{:.1}" y="{below}" text-anchor="middle">{nfe}</text>"#, x(nfe)));
    }
    parts.push(format!(r#"<text x="{}" y="12" text-anchor="end">error of the round trip</text>"#, WIDTH - 4.0));
    let middle = (LEFT + WIDTH) / 2.0;
    parts.push(format!(
        r#"<text x="{middle}" y="{}" text-anchor="middle">network evaluations, there and back</text>"#,
        HEIGHT - 4.0
    ));
    for (line, solver) in Solver::FIXED.into_iter().enumerate() {
        // A solver whose values overflow has no place.
        let found = of(returns, solver).filter(|one| one.rmse.is_finite());
        let points = found.map(|one| (x(f64::from(one.nfe)), y(one.rmse)));
        let points: Vec<(f64, f64)> = points.collect();
        let text: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        parts.push(format!(r#"<polyline data-line="{line}" points="{}"/>"#, text.join(" ")));
        let dots = points.iter().map(|(x, y)| format!(r#"<circle data-line="{line}" cx="{x:.1}" cy="{y:.1}" r="3"/>"#));
        parts.extend(dots);
        let (right, down) = (LEFT + 14.0, HEIGHT - BELOW - 12.0 - 15.0 * (Solver::FIXED.len() - 1 - line) as f64);
        parts.push(format!(
            r#"<line data-line="{line}" x1="{right}" x2="{}" y1="{down}" y2="{down}"/><text x="{}" y="{}">{}</text>"#,
            right + 18.0,
            right + 24.0,
            down + 4.0,
            solver.title()
        ));
    }
    format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}">{}</svg>"#, parts.concat())
}

fn table(returns: &[Returned]) -> String {
    let counts: std::collections::BTreeSet<u32> = returns.iter().map(|one| one.intervals.get()).collect();
    let head: String = counts.iter().map(|count| format!(r#"<th scope="col">{count}</th>"#)).collect();
    let row = |solver: Solver| {
        let cell = |count: &u32| {
            let one = of(returns, solver).find(|one| one.intervals.get() == *count);
            format!("<td>{}</td>", one.map_or(String::new(), |one| format!("{:.1e}", one.rmse)))
        };
        let cells: String = counts.iter().map(cell).collect();
        format!(r#"<tr><th scope="row">{}</th>{cells}</tr>"#, solver.title())
    };
    let rows: String = Solver::FIXED.into_iter().map(row).collect();
    format!(r#"<table><thead><tr><th scope="col">intervals</th>{head}</tr></thead><tbody>{rows}</tbody></table>"#)
}

fn of(returns: &[Returned], solver: Solver) -> impl Iterator<Item = &Returned> {
    returns.iter().filter(move |one| one.solver == solver)
}
