//! What one does with a velocity field: generate, encode, translate.

use std::num::NonZeroU32;

use crate::path;
use crate::solver::{Encoded, Frame, Integration, Solver};
use crate::time::{Spacing, Time, TimeGrid};
use crate::velocity::{Moment, State, VelocityField};

/// The encoding that counts as the flow's own: solver, intervals and spacing. Twice the intervals change the noises of the
/// released models by less than their figures tell (`trainer evaluate encoding` has a row with half of them).
pub const CONVERGED: (Solver, NonZeroU32, Spacing) = (Solver::Rk4, EIGHTY, Spacing::Edm);
const EIGHTY: NonZeroU32 = NonZeroU32::new(80).expect("80 is not 0");

/// Noise to image: x₀ → x₁, along `grid`, which runs from noise to image.
///
/// From what [`encode`] found over the same grid the reversible solver returns exactly; see [`Solver::integrate`].
pub fn decode<S: State, F: VelocityField<S>>(
    field: F,
    solver: Solver,
    grid: &TimeGrid,
    noise: impl Into<Encoded<S>>,
) -> Integration<S, F> {
    solver.integrate(field, grid.clone(), noise)
}

/// Image to noise: x₁ → x₀, along the same grid backwards.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::flow;
/// use shared::mixture::Mixture;
/// use shared::solver::Solver;
/// use shared::time::Spacing;
///
/// let field = Mixture::standard_normal(2);
/// let grid = Spacing::Uniform.grid(NonZeroU32::new(3).expect("not 0"));
/// let image = vec![0.5, -1.5];
/// let noise = flow::encode(&field, Solver::Reversible, &grid, image.clone()).finish().into_encoded();
/// let back = flow::decode(&field, Solver::Reversible, &grid, noise).finish().state;
/// assert!((back[0] - image[0]).abs() < 1e-14 && (back[1] - image[1]).abs() < 1e-14);
/// ```
pub fn encode<S: State, F: VelocityField<S>>(
    field: F,
    solver: Solver,
    grid: &TimeGrid,
    image: impl Into<Encoded<S>>,
) -> Integration<S, F> {
    solver.integrate(field, grid.reversed(), image)
}

/// Part of the way back to noise, and to an image again (SDEdit; Meng et al., 2022): the `image` with so much `noise` that it
/// could be the state at `start`, decoded from there. None if `start` is the image's own end, where nothing changes.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::flow;
/// use shared::mixture::Mixture;
/// use shared::solver::Solver;
/// use shared::time::{Spacing, Time};
///
/// let field = Mixture::standard_normal(1);
/// let grid = Spacing::Uniform.grid(NonZeroU32::new(100).expect("not 0"));
/// let again = |start| flow::renoise(&field, Solver::Rk4, &grid, Time::new(start), vec![0.6], &vec![0.8]);
/// // N(0, 1) at both ends: a state keeps its distance from 0 in deviations, √(t² + (1 − t)²).
/// let end = again(0.5).expect("a way to go").finish().state[0];
/// assert!((end - 0.7 / 0.5_f64.sqrt()).abs() < 1e-6);
/// assert!(again(1.0).is_none());
/// ```
pub fn renoise<S: State, F: VelocityField<S>>(
    field: F,
    solver: Solver,
    grid: &TimeGrid,
    start: Time,
    image: S,
    noise: &S,
) -> Option<Integration<S, F>> {
    let state = path::straight(noise, image, start).state;
    Some(solver.integrate(field, grid.after(start)?, state))
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
    /// The visited moment. Its evaluations count from the beginning of its own half.
    pub fn frame(&self) -> &Frame<S> {
        match self {
            TranslationFrame::Encoding(frame) | TranslationFrame::Decoding(frame) => frame,
        }
    }

    /// Likewise, for good.
    pub fn into_frame(self) -> Frame<S> {
        match self {
            TranslationFrame::Encoding(frame) | TranslationFrame::Decoding(frame) => frame,
        }
    }
}

/// Image to image through the shared noise (dual diffusion implicit bridges, Su et al., 2022): encode `image` under
/// the source field, decode what comes out under the target field.
///
/// The decoding begins anew from the noise. What the reversible solver remembers undoes steps of the source field;
/// under another field it only adds errors (`tests/reversibility.rs` measures how many).
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::flow;
/// use shared::mixture::{Component, Mixture};
/// use shared::solver::Solver;
/// use shared::time::Spacing;
///
/// let gaussian = |mean: f64, deviation: f64| {
///     let component = Component { weight: 1.0, mean: vec![mean], axes: None, deviations: vec![deviation] };
///     Mixture::new(vec![component]).expect("a Gaussian")
/// };
/// let (source, target) = (gaussian(-1.0, 0.5), gaussian(2.0, 1.5));
/// let grid = Spacing::Uniform.grid(NonZeroU32::new(64).expect("not 0"));
/// let frames = flow::translate(&source, &target, Solver::Rk4, &grid, vec![-0.5]);
/// let end = frames.last().expect("a last frame").frame().state[0];
/// // One deviation above the first mean becomes one deviation above the second.
/// assert!((end - 3.5).abs() < 1e-4);
/// ```
pub fn translate<S: State, A: VelocityField<S>, B: VelocityField<S>>(
    source: A,
    target: B,
    solver: Solver,
    grid: &TimeGrid,
    image: S,
) -> Translation<S, A, B> {
    Translation {
        encoding: encode(source, solver, grid, image),
        noise: None,
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
    noise: Option<S>,
    target: Option<B>,
    decoding: Option<Integration<S, B>>,
    solver: Solver,
    grid: TimeGrid,
}

impl<S: State, A: VelocityField<S>, B: VelocityField<S>> Iterator for Translation<S, A, B> {
    type Item = TranslationFrame<S>;

    fn next(&mut self) -> Option<TranslationFrame<S>> {
        if let Some(frame) = self.encoding.next() {
            self.noise = Some(frame.state.clone());
            return Some(TranslationFrame::Encoding(frame));
        }
        if let Some((target, noise)) = self.target.take().zip(self.noise.take()) {
            self.decoding = Some(decode(target, self.solver, &self.grid, noise));
        }
        self.decoding.as_mut()?.next().map(TranslationFrame::Decoding)
    }
}

/// v_B(x, t) − v_A(x, t): both fields at one and the same state.
///
/// Followed from an image over the whole grid, this merges the two trajectories of [`translate`] into one, and is wrong: each
/// trajectory has a path of its own. Between two Gaussians of unit variance it goes π/4 of the way. It is here to be
/// measured, not to be used.
#[derive(Clone, Debug)]
pub struct VelocityDifference<A, B> {
    /// The field that is left, v_A.
    pub source: A,
    /// The field that is headed for, v_B.
    pub target: B,
}

impl<S: State, A: VelocityField<S>, B: VelocityField<S>> VelocityField<S> for VelocityDifference<A, B> {
    fn velocity(&self, state: &S, time: Time) -> S {
        self.target.velocity(state, time).plus_scaled(-1.0, &self.source.velocity(state, time))
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.source.foresee(moments);
        self.target.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        self.source.nfe_per_call() + self.target.nfe_per_call()
    }
}

/// FlowEdit (Kulikov et al., 2025): translation without encoding, as a field that carries the image itself.
///
/// At time t the source is put on its straight paths from several noises, y = (1 − t)·noise + t·image, and the edited
/// image x moves by the weighted mean of v_B(y + x − image, t) − v_A(y, t). Exact between Gaussians of equal
/// covariance with noises of mean 0, not otherwise.
#[derive(Clone, Debug)]
pub struct FlowEdit<'a, S, A, B> {
    /// The field of the image's own class, v_A.
    pub source: A,
    /// The field of the wanted class, v_B.
    pub target: B,
    /// The image.
    pub image: S,
    /// The noises and their weights, which add up to 1.
    pub noises: &'a [(f64, S)],
}

impl<S: State, A: VelocityField<S>, B: VelocityField<S>> VelocityField<S> for FlowEdit<'_, S, A, B> {
    fn velocity(&self, state: &S, time: Time) -> S {
        let zero = state.clone().plus_scaled(-1.0, state);
        self.noises.iter().fold(zero, |sum, (weight, noise)| {
            let there = path::straight(noise, self.image.clone(), time).state;
            let edited = there.clone().plus_scaled(1.0, state).plus_scaled(-1.0, &self.image);
            sum.plus_scaled(*weight, &self.target.velocity(&edited, time))
                .plus_scaled(-weight, &self.source.velocity(&there, time))
        })
    }

    fn foresee(&self, moments: &dyn Fn() -> Vec<Moment>) {
        self.source.foresee(moments);
        self.target.foresee(moments);
    }

    fn nfe_per_call(&self) -> u32 {
        self.noises.len() as u32 * (self.source.nfe_per_call() + self.target.nfe_per_call())
    }
}

/// Network evaluations of a whole translation: those of its encoding and those of its decoding.
pub fn nfe<S>(frames: &[TranslationFrame<S>]) -> u32 {
    let of = |half: fn(&TranslationFrame<S>) -> bool| {
        frames.iter().filter(|frame| half(frame)).map(|frame| frame.frame().nfe).max().unwrap_or(0)
    };
    of(|frame| matches!(frame, TranslationFrame::Encoding(_)))
        + of(|frame| matches!(frame, TranslationFrame::Decoding(_)))
}
