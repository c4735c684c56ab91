//! With fresh noise on the way: the diffusions that have the marginals of the flow, and bridges from image to image.

use crate::path;
use crate::time::{CLOSE, Time, TimeGrid};
use crate::velocity::{State, VelocityField};

/// Where a diffusion leads from `start` along `grid`, and the network evaluations of the way. `fresh` draws the noise of each
/// interval, by its number.
///
/// At x and t the field knows the mean image x + (1 − t)·v and the mean noise x − t·v. A step from t to t' puts them together at
/// t' again, of the noise a share renewed: with σ = (1 − t)/t the noise keeps √(1 − η²·(1 − (σ'/σ)²)) of itself. Strength
/// η = 0 is Euler's method for the flow (DDIM; Song et al., 2021). η = 1 is ancestral sampling (DDPM; Ho et al., 2020), which in
/// many steps is the memoryless diffusion dX = (2v − x/t)·dt + √(2(1 − t)/t)·dW: its end does not depend on its start, and on
/// it alone the classes of ends are those of the marginals. So Doob's h-transform of the field without a class, drift
/// 2v − x/t and g²·∇log p_t(c | x) = 2·(v_c − v) more, is this diffusion of the field under the class.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::diffusion::diffuse;
/// use shared::mixture::Mixture;
/// use shared::time::TimeGrid;
///
/// // N(0, 1) at both ends. Without fresh noise the end is the start, but for Euler's errors.
/// let normal = Mixture::standard_normal(1);
/// let grid = TimeGrid::uniform(NonZeroU32::new(1000).expect("not 0"));
/// let still = diffuse(&normal, 0.0, &grid, vec![0.5], |_| vec![3.0]);
/// assert!((still.0[0] - 0.5).abs() < 2e-3);
/// assert_eq!(still.1, 1000);
/// // With it the start is forgotten.
/// let ends = [0.5, -2.0].map(|start| diffuse(&normal, 1.0, &grid, vec![start], |i| vec![f64::from(i % 2)]).0[0]);
/// assert_eq!(ends[0], ends[1]);
/// ```
pub fn diffuse<S: State>(
    field: &impl VelocityField<S>,
    strength: f64,
    grid: &TimeGrid,
    start: S,
    fresh: impl FnMut(u32) -> S,
) -> (S, u32) {
    wander(
        field,
        grid,
        start,
        |[time, to], state, velocity| {
            let (from, to) = (time.get(), to.get());
            // (σ'/σ)², and 0 at the noise end, where σ is infinite.
            let kept = ((1.0 - to) / to * from / (1.0 - from)).powi(2);
            let renewed = strength * strength * (1.0 - kept);
            let (noise, image) = path::ends(state, velocity, time);
            // t'·image + (1 − t')·(√(1 − renewed)·noise + √renewed·fresh)
            let kept =
                image.clone().plus_scaled(to - 1.0, &image).plus_scaled((1.0 - to) * (1.0 - renewed).sqrt(), &noise);
            (kept, (1.0 - to) * renewed.sqrt())
        },
        fresh,
    )
}

/// Where a Brownian bridge leads from `start` along `grid`, and the network evaluations of the way. `fresh` draws the noise of
/// each interval, by its number, of deviation 1; `deviation` is that of the bridge.
///
/// The field is one that was learned along bridges: at x and t its mean end is x + max(1 − t, [`CLOSE`])·v. A step from t to t' is
/// drawn from the bridge between the state and that end: (t' − t)/(1 − t) of the way onward, and noise of variance
/// deviation²·(t' − t)(1 − t')/(1 − t), which the last step has none of. Because a step takes the mean for the end itself, ends
/// spread too little where steps are few.
///
/// ```
/// use std::num::NonZeroU32;
/// use shared::diffusion::bridge;
/// use shared::time::{Time, TimeGrid};
/// use shared::velocity::VelocityField;
///
/// /// All ways end at 3.
/// struct Pinned;
/// impl VelocityField<f64> for Pinned {
///     fn velocity(&self, state: &f64, time: Time) -> f64 {
///         (3.0 - state) / (1.0 - time.get())
///     }
/// }
///
/// let grid = TimeGrid::uniform(NonZeroU32::new(2).expect("not 0"));
/// let mut noises = Vec::new();
/// let (end, nfe) = bridge(&Pinned, 2.0, &grid, 1.0, |number| {
///     noises.push(number);
///     0.7
/// });
/// // Halfway it is at 2 + 2·√(½·½/1)·0.7, and from there at its end without noise.
/// assert!((end - 3.0).abs() < 1e-12);
/// assert_eq!((nfe, noises), (2, vec![0]));
/// ```
pub fn bridge<S: State>(
    field: &impl VelocityField<S>,
    deviation: f64,
    grid: &TimeGrid,
    start: S,
    fresh: impl FnMut(u32) -> S,
) -> (S, u32) {
    wander(
        field,
        grid,
        start,
        |[time, to], state, velocity| {
            let (from, to) = (time.get(), to.get());
            let left = 1.0 - from;
            let onward = state.plus_scaled((to - from) / left * left.max(CLOSE), velocity);
            (onward, deviation * ((to - from) * (1.0 - to) / left).sqrt())
        },
        fresh,
    )
}

/// Along `grid`, where each `step` says from two moments, the state and its velocity where it leads, and how much fresh noise is
/// added there.
fn wander<S: State>(
    field: &impl VelocityField<S>,
    grid: &TimeGrid,
    start: S,
    step: impl Fn([Time; 2], S, &S) -> (S, f64),
    mut fresh: impl FnMut(u32) -> S,
) -> (S, u32) {
    let (mut state, mut nfe) = (start, 0);
    for (number, moments) in (0..).zip(grid.times().windows(2)) {
        let velocity = field.velocity(&state, moments[0]);
        nfe += field.nfe_per_call();
        let spread;
        (state, spread) = step([moments[0], moments[1]], state, &velocity);
        if spread > 0.0 {
            state = state.plus_scaled(spread, &fresh(number));
        }
    }
    (state, nfe)
}
