//! Who is paired with whom: straight lines between points where ways begin, and points where they end.

use shared::coupling::assignment;
use shared::named::named;

/// The most lines that are drawn: few enough to be told apart.
pub(super) const LINES: usize = 90;

/// A line, from one point to another.
pub type Line = [[f32; 2]; 2];

/// Which lines are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pairs {
    /// None.
    #[default]
    None,
    /// Between independent points: what flow matching learns from at first.
    Independent,
    /// Between the same points, paired so that squared lengths add up to the least.
    Transport,
    /// Between the ends of the ways of this flow: what reflow learns from.
    Flow,
}

named! {
    Pairs is a "choice of lines":
    None = "none", Independent = "independent", Transport = "transport", Flow = "flow",
}

impl Pairs {
    /// The name in menus.
    pub fn title(self) -> &'static str {
        match self {
            Pairs::None => "no lines",
            Pairs::Independent => "independent pairs",
            Pairs::Transport => "optimal transport",
            Pairs::Flow => "ends of this flow (reflow)",
        }
    }
}

/// Lines between as many `starts` and `ends`, each with its own.
pub(super) fn joined(starts: &[[f32; 2]], ends: &[[f32; 2]]) -> Vec<Line> {
    starts.iter().zip(ends).map(|(start, end)| [*start, *end]).collect()
}

/// Lines between the same points, so that their squared lengths add up to the least.
pub(super) fn transported(starts: &[[f32; 2]], ends: &[[f32; 2]]) -> Vec<Line> {
    let squared = |a: &[f32; 2], b: &[f32; 2]| f64::from((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2));
    let cost: Vec<Vec<f64>> = starts.iter().map(|start| ends.iter().map(|end| squared(start, end)).collect()).collect();
    assignment(&cost).into_iter().zip(starts).map(|(end, start)| [*start, ends[end]]).collect()
}

/// How many pairs of lines cross, and how many pairs there are.
pub(super) fn crossings(lines: &[Line]) -> (usize, usize) {
    let pairs = || lines.iter().enumerate().flat_map(|(at, one)| lines[at + 1..].iter().map(move |other| (one, other)));
    (pairs().filter(|(one, other)| cross(one, other)).count(), pairs().count())
}

/// Whether each line has the ends of the other on either side.
fn cross(one: &Line, other: &Line) -> bool {
    let side = |[[a, b], [c, d]]: &Line, [x, y]: [f32; 2]| (c - a) * (y - b) - (d - b) * (x - a);
    let apart = |line: &Line, [from, to]: &Line| side(line, *from) * side(line, *to) < 0.0;
    apart(one, other) && apart(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths of optimal transport never meet at one moment: exchanging their ends would cost less. As lines few of them cross.
    #[test]
    fn optimal_transport_hardly_crosses() {
        let points = |seed| -> Vec<[f32; 2]> {
            (0..40).map(|i| shared::noise::Seed(seed).noise(i, 2)).map(|point| [point[0], point[1]]).collect()
        };
        let (starts, ends) = (points(1), points(2));
        let (independent, pairs) = crossings(&joined(&starts, &ends));
        assert_eq!(pairs, 40 * 39 / 2);
        assert!(independent > pairs / 10, "{independent} of {pairs}");
        let lines = transported(&starts, &ends);
        assert!(crossings(&lines).0 * 10 < independent, "{:?}", crossings(&lines));
        for (at, [a, b]) in lines.iter().enumerate() {
            let never = |[c, d]: &Line| (a[0] - c[0]) * (b[0] - d[0]) + (a[1] - c[1]) * (b[1] - d[1]) >= 0.0;
            assert!(lines[at + 1..].iter().all(never), "line {at} meets another");
        }
        let square = [[[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]], [[5.0, 5.0], [6.0, 6.0]]];
        assert_eq!(crossings(&square), (1, 3));
    }
}
