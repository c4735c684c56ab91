//! Draws the two data sets that are compiled into the trainer, from the fonts and the drawings that they are made of.

mod atlas;
mod faces;
mod glyphs;

pub(crate) use faces::faces;
pub(crate) use glyphs::glyphs;
