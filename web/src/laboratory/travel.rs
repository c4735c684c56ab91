//! The way of points, whatever computes them: one point in double precision, or very many on a graphics processor.

use shared::flow::{self, VelocityDifference};
use shared::mixture::{Component, Mixture};
use shared::noise::Seed;
use shared::solver::{Encoded, Solver};
use shared::time::TimeGrid;
use shared::velocity::{State, VelocityField};

use super::Way;

const SEED: Seed = Seed(7);

/// Where points are at every moment of their way, and the evaluations of the field for each. The fields are those of the data
/// and of the other data.
pub fn travel<S: State, F: VelocityField<S>>(
    way: Way,
    [source, target]: [&F; 2],
    solver: Solver,
    grid: &TimeGrid,
    start: S,
) -> (Vec<S>, u32) {
    let decode = |field, start| flow::decode(field, solver, grid, start).collect::<Vec<_>>();
    let encode = |field, start| flow::encode(field, solver, grid, start).collect::<Vec<_>>();
    let start = Encoded::from(start);
    let (first, then) = match way {
        Way::Generate => (decode(source, start), Vec::new()),
        Way::Return => {
            let there = decode(source, start);
            let back = encode(source, there[there.len() - 1].clone().into_encoded());
            (there, back)
        }
        Way::Translate => {
            let there = encode(source, start);
            // From the noise alone: what the solver remembers undoes steps of the first field only.
            let onward = decode(target, Encoded::from(there[there.len() - 1].state.clone()));
            (there, onward)
        }
        Way::Difference => {
            let field = VelocityDifference { source, target };
            (flow::decode(field, solver, grid, start).collect(), Vec::new())
        }
    };
    let nfe = [&first, &then].into_iter().filter_map(|leg| leg.last()).map(|frame| frame.nfe).sum();
    (first.into_iter().chain(then).map(|frame| frame.state).collect(), nfe)
}

/// Where the way of a point begins: in the noise, or in the data if there are other data.
pub fn start(way: Way, source: &Mixture, number: u64) -> Vec<f64> {
    if way.has_target() { sample(source, number) } else { normal(number) }
}

fn normal(number: u64) -> Vec<f64> {
    SEED.noise(number, 2).into_iter().map(f64::from).collect()
}

/// A point of the data: of a heap drawn by its weight.
fn sample(mixture: &Mixture, number: u64) -> Vec<f64> {
    let mut left = f64::from(SEED.uniform(number, 1)[0]);
    let heaps = mixture.components();
    let chosen = heaps.iter().find(|heap| {
        left -= heap.weight;
        left < 0.0
    });
    let Component { mean, deviations, .. } = chosen.unwrap_or(&heaps[heaps.len() - 1]);
    normal(number).iter().zip(mean.iter().zip(deviations)).map(|(z, (mean, deviation))| mean + deviation * z).collect()
}
