use crate::time::Time;
use crate::velocity::{State, VelocityField};

/// Where within a step the velocity is taken.
const NODES: [f64; 7] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];

/// How much of each earlier velocity leads to the next one. The last row is the step of order 5 itself.
const WEIGHTS: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19_372.0 / 6_561.0, -25_360.0 / 2_187.0, 64_448.0 / 6_561.0, -212.0 / 729.0],
    &[9_017.0 / 3_168.0, -355.0 / 33.0, 46_732.0 / 5_247.0, 49.0 / 176.0, -5_103.0 / 18_656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1_113.0, 125.0 / 192.0, -2_187.0 / 6_784.0, 11.0 / 84.0],
];

/// The step of order 5 less the one of order 4.
const ERROR: [f64; 7] =
    [71.0 / 57_600.0, 0.0, -71.0 / 16_695.0, 71.0 / 1_920.0, -17_253.0 / 339_200.0, 22.0 / 525.0, -1.0 / 40.0];

/// A step is never meant to be shorter than this share of its interval: what cannot be met then is accepted.
const SHORTEST: f64 = 1e-6;

/// The length of the next step, in intervals.
#[derive(Clone, Copy, Debug)]
pub struct Memory(f64);

impl Default for Memory {
    fn default() -> Self {
        Memory(1.0)
    }
}

/// Crosses one interval in as many steps as the tolerance asks for (Dormand and Prince, 1980: order 5 with an error
/// estimate of order 4). A step is accepted when the root mean square of its estimated error is at most
/// `tolerance · (1 + rms(x))`. The length of the next step is left for the next interval.
pub(super) fn cross<S: State>(
    field: &impl VelocityField<S>,
    from: Time,
    to: Time,
    mut state: S,
    tolerance: f64,
    Memory(share): &mut Memory,
) -> S {
    let (mut done, mut here) = (0.0, field.velocity(&state, from));
    while done < 1.0 {
        let end = if done + *share >= 1.0 - SHORTEST { 1.0 } else { done + *share };
        let (begin, next) = (from.towards(to, done), from.towards(to, end));
        let h = next.get() - begin.get();
        let mut velocities = vec![here.clone()];
        let mut reached = state.clone();
        for (row, node) in WEIGHTS.iter().zip(&NODES[1..]) {
            reached = combine(state.clone(), h, row, &velocities);
            velocities.push(field.velocity(&reached, begin.towards(next, *node)));
        }
        let zero = state.clone().plus_scaled(-1.0, &state);
        let error = combine(zero, h, &ERROR, &velocities).rms() / (tolerance * (1.0 + state.rms().max(reached.rms())));
        let taken = end - done;
        // A state that is no longer finite has no error to reduce.
        if error <= 1.0 || *share <= SHORTEST || !error.is_finite() {
            (state, done) = (reached, end);
            here = velocities.swap_remove(6);
        }
        if error.is_finite() {
            *share = (taken * (0.9 * error.max(1e-10).powf(-0.2)).clamp(0.2, 5.0)).clamp(SHORTEST, 1.0);
        }
    }
    state
}

fn combine<S: State>(start: S, h: f64, weights: &[f64], velocities: &[S]) -> S {
    let used = weights.iter().zip(velocities).filter(|(weight, _)| **weight != 0.0);
    used.fold(start, |sum, (weight, velocity)| sum.plus_scaled(h * weight, velocity))
}
