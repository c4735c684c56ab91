//! `trainer solve` against numbers that other programs and formulas gave.

use std::fs;
use std::num::NonZeroU32;

use serde_json::Value;
use shared::likelihood::{self, Divergence};
use shared::mixing;
use shared::mixture::{Component, Mixture};
use shared::solver::Solver;
use shared::time::{Time, TimeGrid};
use shared::velocity::VelocityField;

use crate::support::{SOURCE, json, noises, refusal};

/// The same mixture as [`SOURCE`], as a file.
const MIXTURE: &str = "[[component]]\nweight = 0.3\nmean = [-2.0]\ndeviation = [0.4]\n\
                       [[component]]\nweight = 0.5\nmean = [0.5]\ndeviation = [0.7]\n\
                       [[component]]\nweight = 0.2\nmean = [3.0]\ncovariance = [[0.0625]]\n";

fn gaussian(mean: f64, deviation: f64) -> String {
    format!("[[component]]\nweight = 1\nmean = [{mean:?}]\ndeviation = [{deviation:?}]\n")
}

/// `trainer solve` on these mixtures from these noises.
fn solve(mixture: &str, to: Option<&str>, noise: Option<&str>, solver: &str, intervals: &str) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a writable folder");
        path.display().to_string()
    };
    let mut words = vec!["solve".to_owned(), "--mixture".to_owned(), file("from.toml", mixture)];
    words.extend(to.into_iter().flat_map(|to| ["--to".to_owned(), file("to.toml", to)]));
    words.extend(noise.into_iter().flat_map(|noise| ["--noise".to_owned(), file("noise.json", noise)]));
    words.extend(["--solver", solver, "--intervals", intervals, "--json"].map(str::to_owned));
    json(&words.iter().map(String::as_str).collect::<Vec<_>>())["results"].clone()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} is a number in {row}"))
}

/// Two digits, as the other program printed them.
fn agrees(found: f64, printed: f64) -> bool {
    (found / printed - 1.0).abs() < 0.0051
}

#[test]
fn solvers_agree_with_an_independent_program_to_its_printed_digits() {
    let printed = [
        ("euler", [1.36e-2, 6.77e-3, 3.38e-3, 1.69e-3], [3.01e-1, 1.56e-1, 7.96e-2, 4.02e-2]),
        ("heun", [2.13e-4, 5.38e-5, 1.35e-5, 3.39e-6], [4.22e-4, 5.29e-5, 6.62e-6, 8.27e-7]),
        ("midpoint", [7.21e-5, 1.79e-5, 4.45e-6, 1.11e-6], [7.75e-5, 9.70e-6, 1.21e-6, 1.52e-7]),
        ("rk4", [1.90e-7, 1.25e-8, 8.03e-10, 5.07e-11], [2.01e-7, 6.33e-9, 1.98e-10, 6.20e-12]),
    ];
    for (solver, errors, round_trips) in printed {
        let rows = solve(MIXTURE, None, None, solver, "32,64,128,256");
        for (i, (error, round_trip)) in errors.into_iter().zip(round_trips).enumerate() {
            let row = &rows[i];
            assert!(agrees(number(row, "distribution_error"), error), "{solver}: {error:.2e} in {row}");
            assert!(agrees(number(row, "round_trip"), round_trip), "{solver}: {round_trip:.2e} in {row}");
            assert!(i > 0 || row["order"].is_null(), "the first has no order");
        }
    }
    let rows = solve(MIXTURE, None, None, "rk4", "256");
    assert!(number(&rows[0], "log_likelihood_error") < 1e-6, "{}", rows[0]["log_likelihood_error"]);
}

#[test]
fn the_reversible_solver_returns_to_rounding_at_any_number_of_intervals() {
    let rows = solve(MIXTURE, None, None, "reversible", "4,8,16,32,64");
    for (i, error) in [8.33e-3, 1.28e-3, 2.95e-4, 7.21e-5, 1.78e-5].into_iter().enumerate() {
        assert!(agrees(number(&rows[i], "distribution_error"), error), "{}", rows[i]);
        // Measured: 1e-15 at 4 intervals to 2e-14 at 64; each step divides by 0.99.
        assert!(number(&rows[i], "round_trip") < 1e-13, "{}", rows[i]);
    }
}

/// The adaptive solver meets its tolerance whatever the intervals, and pays for it in evaluations.
#[test]
fn the_adaptive_solver_keeps_its_tolerance() {
    for row in solve(MIXTURE, None, None, "dopri5", "1,2,16").as_array().expect("rows") {
        // The error of the whole trajectory; the tolerance is that of one step.
        assert!(number(row, "error") < 100.0 * Solver::TOLERANCE, "{row}");
    }
    let coarse = solve(MIXTURE, None, None, "dopri5", "1");
    assert!(number(&coarse[0], "nfe") > 14.0, "one interval is crossed in several steps: {coarse}");
}

/// DDIB, FlowEdit averaged over all noises, and subtraction on one path: (μ₁, s₁) → (μ₂, s₂) for the image x.
#[test]
fn translations_between_gaussians_are_the_closed_forms() {
    let cases = [
        ((-1.0, 1.0), (2.0, 1.0), -0.3, [2.7, 2.7, -0.3 + 3.0 * std::f64::consts::FRAC_PI_4]),
        ((-1.0, 0.5), (2.0, 1.5), -0.3, [4.1, 3.308_773, 4.419_719]),
        ((0.0, 0.5), (0.0, 1.5), 0.8, [2.4, 1.495_741, 2.4]),
    ];
    for ((mean, deviation), (to_mean, to_deviation), image, expected) in cases {
        let noise = format!("[[{}]]", (image - mean) / deviation);
        let (from, to) = (gaussian(mean, deviation), gaussian(to_mean, to_deviation));
        let rows = solve(&from, Some(&to), Some(&noise), "rk4", "400");
        let found =
            ["ddib", "flowedit", "velocity_difference"].map(|method| rows[0]["translation"][method][0][0].as_f64());
        for (found, expected) in found.into_iter().zip(expected) {
            // Six printed digits.
            assert!((found.expect("a number") - expected).abs() < 1e-6, "{found:?} instead of {expected}");
        }
    }
}

/// In the plane with covariances that do not commute, DDIB is neither optimal transport nor the direct flow.
#[test]
fn translation_in_the_plane_is_the_closed_form() {
    let plane =
        |mean: &str, covariance: &str| format!("[[component]]\nweight = 1\nmean = {mean}\ncovariance = {covariance}\n");
    let from = plane("[1.0, -1.0]", "[[1.0, 0.6], [0.6, 0.8]]");
    let to = plane("[-2.0, 0.5]", "[[0.5, -0.3], [-0.3, 1.4]]");
    // The noise of the image (1.7, 0.2).
    let rows = solve(&from, Some(&to), Some("[[0.2594628533233343, 1.3436540851248084]]"), "rk4", "400");
    let close = |found: &Value, expected: f64| (found.as_f64().expect("a number") - expected).abs() < 1e-8;
    assert!(close(&rows[0]["states"][0][0], 1.7) && close(&rows[0]["states"][0][1], 0.2), "{rows}");
    let ddib = &rows[0]["translation"]["ddib"][0];
    assert!(close(&ddib[0], -2.038_006_884_9) && close(&ddib[1], 2.033_169_198_0), "{ddib}");
}

#[test]
fn what_is_no_mixture_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a writable folder");
        path.display().to_string()
    };
    let good = path("good.toml", MIXTURE);
    let said = |text: &str| refusal(&["solve", "--mixture", &path("bad.toml", text)]);
    assert!(said(&MIXTURE.replace("deviation = [0.4]", "deviation = [0.0]")).contains("component 0"));
    assert!(said(&MIXTURE.replace("mean = [0.5]", "mean = [0.5, 1.0]")).contains("component 1"));
    assert!(said("[[component]]\nweigth = 1.0").contains("weigth"));
    assert!(refusal(&["solve", "--mixture", &good, "--noise", &path("n.json", "[[1.0, 2.0]]")]).contains("vector 0"));
    assert!(refusal(&["solve", "--mixture", &good, "--noise", &path("n.json", "{}")]).contains("n.json"));
    assert!(refusal(&["solve", "--mixture", &good, "--solver", "magic"]).contains("dopri5"));
    assert!(refusal(&["solve", "--mixture", &good, "--intervals", "4,0"]).contains("intervals"));
}

/// Three Gaussians in space, one of them tilted.
fn space() -> Mixture {
    let (c, s) = (0.8, 0.6);
    let component = |weight, mean: [f64; 3], axes, deviations: [f64; 3]| Component {
        weight,
        mean: mean.to_vec(),
        axes,
        deviations: deviations.to_vec(),
    };
    let tilted = vec![vec![c, s, 0.0], vec![-s, c, 0.0], vec![0.0, 0.0, 1.0]];
    Mixture::new(vec![
        component(1.0, [1.0, 0.0, -1.0], Some(tilted), [0.3, 1.2, 0.6]),
        component(2.0, [-1.0, 0.5, 0.0], None, [0.5, 0.5, 0.5]),
        component(1.0, [0.0, -1.5, 1.0], None, [0.9, 0.2, 0.4]),
    ])
    .expect("three Gaussians")
}

const STATES: [[f64; 3]; 3] = [[0.2, -0.4, 0.9], [-1.1, 0.3, 0.1], [1.4, 1.0, -0.8]];

/// ∂ₜ log p + v·∇log p + ∇·v = 0, and v = (x + (1−t)·∇log p)/t: the field, its density and its divergence belong
/// together.
#[test]
fn field_density_and_divergence_satisfy_continuity() {
    let mixture = space();
    let step = 1e-5;
    for state in STATES.map(|state| state.to_vec()) {
        for t in [0.2, 0.5, 0.9] {
            let (velocity, divergence) = mixture.velocity_and_divergence(&state, Time::new(t));
            let density = |state: &[f64], t: f64| mixture.log_density(state, Time::new(t));
            let score: Vec<f64> = (0..3)
                .map(|i| {
                    let moved = |by: f64| {
                        let mut moved = state.clone();
                        moved[i] += by;
                        density(&moved, t)
                    };
                    (moved(step) - moved(-step)) / (2.0 * step)
                })
                .collect();
            let change = (density(&state, t + step) - density(&state, t - step)) / (2.0 * step);
            let carried: f64 = velocity.iter().zip(&score).map(|(v, s)| v * s).sum();
            // Central differences in steps of 1e-5: measured below 1e-8.
            assert!((change + carried + divergence).abs() < 1e-6, "continuity at {state:?}, {t}");
            for i in 0..3 {
                let expected = (state[i] + (1.0 - t) * score[i]) / t;
                assert!((velocity[i] - expected).abs() < 1e-6, "velocity {i} at {state:?}, {t}");
            }
        }
    }
}

#[test]
fn the_likelihood_along_a_trajectory_is_the_density() {
    let mixture = space();
    let grid = TimeGrid::uniform(NonZeroU32::new(256).expect("not 0"));
    for state in STATES.map(|state| state.to_vec()) {
        let end = likelihood::encode_with_log_density(&mixture, Solver::Rk4, &grid, state.clone(), 0.0).finish();
        let error = likelihood::log_likelihood(&end) - mixture.log_density(&state, Time::IMAGE);
        assert!(error.abs() < 1e-6, "{error:.1e} at {state:?}");
    }
}

/// The mixture of the tests and the mixture of the product are two implementations.
#[test]
fn two_implementations_of_the_field_agree() {
    let mixture = Mixture::new(
        (0..3)
            .map(|k| Component {
                weight: SOURCE.weights[k],
                mean: vec![SOURCE.means[k]],
                axes: None,
                deviations: vec![SOURCE.deviations[k]],
            })
            .collect(),
    )
    .expect("three Gaussians");
    for x in noises() {
        for time in [0.0, 0.3, 0.8, 1.0].map(Time::new) {
            let (ours, theirs) = (mixture.velocity(&vec![x], time)[0], SOURCE.velocity(&x, time));
            assert!((ours - theirs).abs() < 1e-9, "{ours} and {theirs} at {x}, {time:?}");
        }
    }
}

/// Mixing noises keeps them noise.
#[test]
fn interpolated_noises_keep_their_length() {
    let [a, b] = [0, 1].map(|i| shared::noise::Seed(5).noise(i, 4_000));
    let norm = |x: &[f32]| x.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
    for share in [0.0, 0.25, 0.5, 1.0] {
        for mixed in [mixing::slerp(&a, &b, share), mixing::blend(&a, &b, share)] {
            // Two independent noises of 4,000 values: their norms and right angle vary by 1.1 and 1.6 %.
            assert!((norm(&mixed) / 4_000_f64.sqrt() - 1.0).abs() < 0.05, "share {share}: {}", norm(&mixed));
        }
    }
    assert_eq!((mixing::slerp(&a, &b, 0.0), mixing::blend(&a, &b, 1.0)), (a.clone(), b));
    // Four corners: noise in the middle, and each corner itself.
    let corners: Vec<Vec<f32>> = (0..4).map(|i| shared::noise::Seed(6).noise(i, 4_000)).collect();
    let at = |shares: [f64; 4]| {
        mixing::blend_all(&shares.into_iter().zip(corners.iter().map(Vec::as_slice)).collect::<Vec<_>>())
    };
    assert!((norm(&at([0.25; 4])) / 4_000_f64.sqrt() - 1.0).abs() < 0.05);
    assert_eq!(at([0.0, 0.0, 1.0, 0.0]), corners[2]);
    assert!(mixing::slerp(&a, &a, 0.5).iter().zip(&a).all(|(x, y)| (x - y).abs() < 1e-6));
}
