//! Matrices cut into panels, so that tiles read them from one end to the other.

use std::borrow::Cow;

/// A panel's columns are a whole number of vectors on every CPU.
pub(super) use crate::kernels::layout::PANEL;

/// A matrix of some rows, in panels of [`PANEL`] columns each: [panels, rows, 16].
#[derive(Clone, Debug)]
pub(in crate::kernels) struct Panels<'a> {
    numbers: Cow<'a, [f32]>,
    rows: usize,
}

impl<'a> Panels<'a> {
    /// Of numbers [n, rows, columns] that are n matrices beside one another. They need no copy where `columns` is 16; else
    /// there must be only one.
    pub(super) fn of(numbers: &'a [f32], rows: usize, columns: usize) -> Self {
        if columns == PANEL {
            return Panels { numbers: numbers.into(), rows };
        }
        let mut panels = vec![0.0; rows * columns.next_multiple_of(PANEL)];
        cut(numbers, columns, &mut panels);
        Panels { numbers: panels.into(), rows }
    }

    /// The panel that begins at `column`.
    pub(super) fn panel(&self, column: usize) -> &[[f32; PANEL]] {
        &self.numbers.as_chunks().0[column / PANEL * self.rows..][..self.rows]
    }
}

/// Cuts a matrix [rows, columns] into panels, with zeros where the last one has no column.
pub(super) fn cut(matrix: &[f32], columns: usize, panels: &mut [f32]) {
    let rows = matrix.len() / columns;
    for (number, panel) in panels.chunks_exact_mut(rows * PANEL).enumerate() {
        let column = number * PANEL;
        let width = PANEL.min(columns - column);
        for (wide, row) in panel.as_chunks_mut::<PANEL>().0.iter_mut().zip(matrix.chunks_exact(columns)) {
            wide[..width].copy_from_slice(&row[column..][..width]);
        }
    }
}
