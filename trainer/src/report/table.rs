//! Tables for terminals.

use comfy_table::{CellAlignment, ContentArrangement, Table, TableStyle};

/// A table with these titles; every column but the first `words` ones holds numbers, to the right.
pub fn table(words: usize, titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(titles.to_vec()).add_rows(rows);
    table.column_iter_mut().skip(words).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}
