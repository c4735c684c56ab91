use std::num::NonZeroU32;

use shared::diffusion::diffuse;
use shared::flow;
use shared::measure::mean_and_deviation;
use shared::mixture::{Component, Mixture};
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::VelocityField;

/// Two classes, one Gaussian each, that hardly overlap at the image end.
const WEIGHTS: [f64; 2] = [0.6, 0.4];
const MEANS: [f64; 2] = [-1.0, 1.2];
const DEVIATIONS: [f64; 2] = [0.35, 0.25];

fn component(k: usize) -> Component {
    Component { weight: WEIGHTS[k], mean: vec![MEANS[k]], axes: None, deviations: vec![DEVIATIONS[k]] }
}

/// p_t(second class | x).
fn class_probability(x: f64, t: f64) -> f64 {
    let log_density =
        |components: Vec<Component>| Mixture::new(components).expect("a mixture").log_density(&[x], Time::new(t));
    WEIGHTS[1] * (log_density(vec![component(1)]) - log_density(vec![component(0), component(1)])).exp()
}

/// How often diffusions from `x` at time `from` end in the second class, along dX = (v + ½g²·∇log p_t) dt + g dW, which has
/// the marginals of the path for every g².
fn ends_in_second_class(x: f64, from: f64, squared_diffusion: impl Fn(f64) -> f64) -> f64 {
    const PATHS: u64 = 4_000;
    const STEPS: usize = 400;
    let mixture = Mixture::new(vec![component(0), component(1)]).expect("a mixture");
    let step = (1.0 - from) / STEPS as f64;
    let end = |path: u64| {
        let noise = Seed(11).noise(path, STEPS);
        (0..STEPS).fold(x, |x, i| {
            let t = from + step * i as f64;
            let velocity = mixture.velocity(&vec![x], Time::new(t))[0];
            let score = (t * velocity - x) / (1.0 - t);
            let g2 = squared_diffusion(t);
            x + step * (velocity + 0.5 * g2 * score) + (step * g2).sqrt() * f64::from(noise[i])
        })
    };
    (0..PATHS).map(|path| class_probability(end(path), 1.0)).sum::<f64>() / PATHS as f64
}

/// P(class of the end | X_t = x) is p_t(class | x), and Doob's h-transform therefore the conditional diffusion, for
/// g² = 2(1 − t)/t alone; at half of that ends are distributed otherwise, given the state.
#[test]
fn doobs_transform_is_the_class_only_for_the_memoryless_diffusion() {
    let (x, t) = (-0.8, 0.3);
    let expected = class_probability(x, t);
    let memoryless = ends_in_second_class(x, t, |t| 2.0 * (1.0 - t) / t);
    let half = ends_in_second_class(x, t, |t| (1.0 - t) / t);
    // Measured: .183 and .077 where the class has .181; 4,000 paths have a standard error of .006.
    assert!((memoryless - expected).abs() < 0.02, "{memoryless} instead of {expected}");
    assert!((half - expected).abs() > 0.06, "{half}, and the class has {expected}");
}

/// The memoryless diffusion as it is sampled: ends under no class fall into the classes by the marginals at every point on the
/// way, and under a class into that class's Gaussian, whatever the start. Without fresh noise the start decides.
#[test]
fn ancestral_sampling_is_the_memoryless_diffusion() {
    const PATHS: u64 = 2_000;
    let grid = TimeGrid::uniform(NonZeroU32::new(100).expect("not 0"));
    let both = Mixture::new(vec![component(0), component(1)]).expect("a mixture");
    let second = Mixture::new(vec![component(1)]).expect("a Gaussian");
    let ends = |field: &Mixture, strength: f64, start: f64| -> Vec<f64> {
        let path = |path: u64| {
            let noise = Seed(5).noise(path, grid.intervals());
            diffuse(field, strength, &grid, vec![start], |i| vec![f64::from(noise[i as usize])]).0[0]
        };
        (0..PATHS).map(path).collect()
    };
    for start in [-1.5, 1.5] {
        let share = ends(&both, 1.0, start).iter().map(|x| class_probability(*x, 1.0)).sum::<f64>() / PATHS as f64;
        // 2,000 paths have a standard error of 0.011.
        assert!((share - WEIGHTS[1]).abs() < 0.04, "from {start}: {share}");
        let (mean, deviation) = mean_and_deviation(&ends(&second, 1.0, start));
        assert!((mean - MEANS[1]).abs() < 0.02 && (deviation - DEVIATIONS[1]).abs() < 0.02, "{mean} ± {deviation}");
    }
    let still = ends(&both, 0.0, 1.5);
    assert!(still.iter().all(|end| *end == still[0]), "nothing is drawn");
    let euler = flow::decode(&both, Solver::Euler, &grid, vec![1.5]).finish().state[0];
    assert!((still[0] - euler).abs() < 1e-12, "{} and {euler}, which round differently", still[0]);
}
