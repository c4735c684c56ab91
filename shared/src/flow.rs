//! What one does with a velocity field: generate, encode, translate.

use crate::solver::{Frame, Integration, Solver};
use crate::time::TimeGrid;
use crate::velocity::{State, VelocityField};

/// Noise to image: x₀ → x₁.
///
/// `grid` runs from noise to image.
pub fn decode<S: State, F: VelocityField<S>>(field: F, solver: Solver, grid: &TimeGrid, noise: S) -> Integration<S, F> {
    solver.integrate(field, grid.clone(), noise)
}

/// Image to noise: x₁ → x₀, along the same grid backwards.
pub fn encode<S: State, F: VelocityField<S>>(field: F, solver: Solver, grid: &TimeGrid, image: S) -> Integration<S, F> {
    solver.integrate(field, grid.reversed(), image)
}

/// One frame of a translation.
#[derive(Clone, Debug)]
pub enum TranslationFrame<S> {
    /// On the way to the noise, under the source condition.
    Encoding(Frame<S>),
    /// On the way to the new image, under the target condition. The first of these is the shared noise.
    Decoding(Frame<S>),
}

impl<S> TranslationFrame<S> {
    /// The visited moment. Its passes count from the beginning of its own half.
    pub fn frame(&self) -> &Frame<S> {
        match self {
            TranslationFrame::Encoding(frame) | TranslationFrame::Decoding(frame) => frame,
        }
    }
}

/// Image to image through the shared noise (dual diffusion implicit bridges, Su et al., 2022): encode `image` under
/// the source field, decode what comes out under the target field.
pub fn translate<S: State, A: VelocityField<S>, B: VelocityField<S>>(
    source: A,
    target: B,
    solver: Solver,
    grid: &TimeGrid,
    image: S,
) -> Translation<S, A, B> {
    Translation {
        encoding: encode(source, solver, grid, image.clone()),
        noise: image,
        target: Some(target),
        decoding: None,
        solver,
        grid: grid.clone(),
    }
}

/// A running translation. See [`translate`].
#[derive(Debug)]
pub struct Translation<S, A, B> {
    encoding: Integration<S, A>,
    noise: S,
    target: Option<B>,
    decoding: Option<Integration<S, B>>,
    solver: Solver,
    grid: TimeGrid,
}

impl<S: State, A: VelocityField<S>, B: VelocityField<S>> Iterator for Translation<S, A, B> {
    type Item = TranslationFrame<S>;

    fn next(&mut self) -> Option<TranslationFrame<S>> {
        if let Some(frame) = self.encoding.next() {
            self.noise = frame.state.clone();
            return Some(TranslationFrame::Encoding(frame));
        }
        if let Some(target) = self.target.take() {
            self.decoding = Some(decode(target, self.solver, &self.grid, self.noise.clone()));
        }
        self.decoding.as_mut()?.next().map(TranslationFrame::Decoding)
    }
}

/// Network passes of a whole translation: those of its encoding and those of its decoding.
pub fn passes<S>(frames: &[TranslationFrame<S>]) -> u32 {
    let of = |half: fn(&TranslationFrame<S>) -> bool| {
        frames.iter().filter(|frame| half(frame)).map(|frame| frame.frame().passes).max().unwrap_or(0)
    };
    of(|frame| matches!(frame, TranslationFrame::Encoding(_)))
        + of(|frame| matches!(frame, TranslationFrame::Decoding(_)))
}
