//! Numbers and tables in Markdown.

/// A table with these titles.
pub(super) fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    let head = row(&titles) + &row(&vec!["---".to_owned(); titles.len()]);
    rows.into_iter().fold(head, |text, cells| text + &row(&cells))
}

/// Four digits after the point, or two that count if the number is small.
pub(super) fn number(x: f64) -> String {
    if x.is_nan() {
        return "–".to_owned();
    }
    if x == 0.0 || x.abs() >= 1e-3 {
        return format!("{x:.4}").trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{x:.1e}")
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

pub(super) fn optional(x: Option<f64>) -> String {
    x.map_or("–".to_owned(), number)
}

/// A number and how far it strays, where that is known.
pub(super) fn spread(mean: f64, deviation: Option<f64>) -> String {
    deviation.map_or_else(|| number(mean), |deviation| format!("{} ± {}", number(mean), number(deviation)))
}

/// A line of a table.
pub(super) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
