//! Draws the data sets that are compiled into the trainer, from the fonts and the drawings that they are made of.

mod atlas;
mod drawing;
mod emoji;
mod faces;
mod glyphs;

pub(crate) use emoji::emoji;
pub(crate) use faces::faces;
pub(crate) use glyphs::glyphs;
