//! The generality of the method: any Gaussian path has the trajectories of the straight one, and its loss is a weight.

use std::num::NonZeroU32;

use shared::flow;
use shared::mixture::{Component, Mixture};
use shared::objective::{LossWeight, TimeDensity};
use shared::schedule::{Coefficients, Schedule, Scheduled};
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::{State, VelocityField};

fn mixture() -> Mixture {
    let component = |weight, mean: [f64; 2], deviations: [f64; 2]| Component {
        weight,
        mean: mean.to_vec(),
        axes: None,
        deviations: deviations.to_vec(),
    };
    Mixture::new(vec![component(0.4, [-1.0, 0.5], [0.5, 0.8]), component(0.6, [1.2, -0.3], [0.3, 0.6])])
        .expect("two Gaussians")
}

/// Where a field leads by the moments given, with the classical method of fourth order.
fn follow(field: &impl VelocityField<Vec<f64>>, moments: &[Time], start: Vec<f64>) -> Vec<f64> {
    moments.windows(2).fold(start, |x, pair| {
        let (from, to) = (pair[0], pair[1]);
        let (h, middle) = (to.get() - from.get(), from.midpoint(to));
        let k1 = field.velocity(&x, from);
        let k2 = field.velocity(&x.clone().plus_scaled(0.5 * h, &k1), middle);
        let k3 = field.velocity(&x.clone().plus_scaled(0.5 * h, &k2), middle);
        let k4 = field.velocity(&x.clone().plus_scaled(h, &k3), to);
        [(k1, 1.0), (k2, 2.0), (k3, 2.0), (k4, 1.0)].iter().fold(x, |x, (k, share)| x.plus_scaled(share * h / 6.0, k))
    })
}

/// Follows the field of another path over its own pace, and the straight field over the times of the same points: both
/// begin at one point and end at one point, up to the scale.
#[test]
fn every_schedule_has_the_trajectories_of_the_straight_path() {
    let mixture = mixture();
    // The variance-preserving path has no rate at its end.
    let paces: Vec<Time> = (0..=2_000).map(|i| Time::new(0.999 * f64::from(i) / 2_000.0)).collect();
    for schedule in Schedule::ALL {
        let times: Vec<Time> = paces.iter().map(|pace| schedule.straight_time(pace.get())).collect();
        let scale = |pace: Time| schedule.at(pace.get()).scale();
        for start in [[0.4, -1.1], [-1.7, 0.2]] {
            let scaled = start.iter().map(|x| x * scale(paces[0])).collect();
            let own = follow(&Scheduled { field: &mixture, schedule }, &paces, scaled);
            let straight = follow(&mixture, &times, start.to_vec());
            for (own, straight) in own.iter().zip(&straight) {
                let own = own / scale(paces[paces.len() - 1]);
                // Measured: at most 8e-12, for the variance-exploding path, whose states begin 51 times as large.
                assert!((own - straight).abs() < 1e-10, "{schedule}: {own} and {straight}");
            }
        }
    }
}

/// The velocity of a path is E[a'·x₀ + b'·x₁ | x]. For one Gaussian N(m, s²) that is a'·a·(x − bm)/q + b'·(m + b·s²·(x − bm)/q) with
/// q = a² + b²s².
#[test]
fn the_velocity_of_a_schedule_is_the_mean_rate_of_its_points() {
    let (mean, deviation) = (0.7, 0.4);
    let component = Component { weight: 1.0, mean: vec![mean], axes: None, deviations: vec![deviation] };
    let gaussian = Mixture::new(vec![component]).expect("a Gaussian");
    for schedule in Schedule::ALL {
        for (pace, x) in [(0.1, 0.3), (0.5, -1.2), (0.9, 2.0)] {
            let Coefficients { noise: a, image: b, noise_rate, image_rate } = schedule.at(pace);
            let away = (x - b * mean) / (a * a + b * b * deviation * deviation);
            let expected = noise_rate * a * away + image_rate * (mean + b * deviation * deviation * away);
            let found = Scheduled { field: &gaussian, schedule }.velocity(&vec![x], Time::new(pace))[0];
            assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0), "{schedule}: {found} and {expected}");
        }
    }
}

/// The variance-exploding diffusion of a noise-predicting network, dx̂/dσ = E[x₀ | x̂] = −σ·∇log p_σ(x̂) (Song et al., 2021; Karras et
/// al., 2022), is the straight path's velocity for x̂ = x/t and σ = (1 − t)/t.
#[test]
fn variance_exploding_score_matching_is_the_straight_path() {
    let mixture = mixture();
    for (t, x) in [(0.05, [0.3, -0.8]), (0.5, [0.6, 0.1]), (0.97, [1.1, -0.4])] {
        let (time, sigma) = (Time::new(t), (1.0 - t) / t);
        let velocity = mixture.velocity(&x.to_vec(), time);
        // p_σ(x̂) is p_t(x) up to a constant, so the gradient to x̂ is t times that to x.
        let step = 1e-5;
        for axis in 0..2 {
            let density = |by: f64| {
                let moved: Vec<f64> = (0..2).map(|i| x[i] + if i == axis { by } else { 0.0 }).collect();
                mixture.log_density(&moved, time)
            };
            let score = t * (density(step) - density(-step)) / (2.0 * step);
            let rate = x[axis] - t * velocity[axis];
            assert!((rate - -sigma * score).abs() < 1e-6, "at {t}: {rate} and {}", -sigma * score);
        }
    }
}

/// The plain loss of the cosine path is a weight and a density of times on the straight one.
#[test]
fn the_loss_of_another_path_is_a_weight() {
    for pace in [0.0, 0.2, 0.5, 0.8, 1.0] {
        let time = Schedule::Cosine.straight_time(pace);
        let weight = Schedule::Cosine.at(pace).leverage().powi(2);
        assert!((LossWeight::Cosine.at(time) - weight).abs() < 1e-12);
        assert_eq!(TimeDensity::Schedule(Schedule::Cosine).quantile(pace), time);
    }
}

/// Another path is another discretisation: at few steps its ends differ, in the limit they do not.
#[test]
fn a_schedule_changes_what_few_steps_give_and_not_what_many_do() {
    let (mixture, start) = (mixture(), vec![0.4, -1.1]);
    let end = |schedule, steps| {
        let grid = TimeGrid::uniform(NonZeroU32::new(steps).expect("not 0"));
        flow::decode(Scheduled { field: &mixture, schedule }, Solver::Midpoint, &grid, start.clone()).finish().state[0]
    };
    let apart = |steps| (end(Schedule::Straight, steps) - end(Schedule::Cosine, steps)).abs();
    assert!(apart(4) > 1e-3 && apart(256) < 1e-4, "{} and {}", apart(4), apart(256));
}
