//! Fields with known solutions, and the program under test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use shared::time::Time;
use shared::velocity::VelocityField;

/// A one-dimensional Gaussian mixture as the image end of the straight path, with N(0, 1) as its noise.
///
/// With C_k = t²s_k² + (1−t)²: v(x, t) = Σ r_k·(μ_k + (t·s_k² − (1−t))·(x − t·μ_k)/C_k), where r_k is the probability
/// that x belongs to component k. Along every exact trajectory the distribution function F_t(x(t)) stays Φ(noise).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixture<const K: usize> {
    pub(crate) weights: [f64; K],
    pub(crate) means: [f64; K],
    pub(crate) deviations: [f64; K],
}

/// The mixture of most tests.
pub(crate) const SOURCE: Mixture<3> =
    Mixture { weights: [0.3, 0.5, 0.2], means: [-2.0, 0.5, 3.0], deviations: [0.4, 0.7, 0.25] };

/// The mixture that [`SOURCE`] is translated to.
pub(crate) const TARGET: Mixture<2> = Mixture { weights: [0.6, 0.4], means: [-1.0, 1.5], deviations: [0.5, 0.3] };

/// 21 noises from −2.5 to 2.5.
pub(crate) fn noises() -> impl Iterator<Item = f64> {
    (0..=20).map(|i| -2.5 + 0.25 * f64::from(i))
}

impl<const K: usize> Mixture<K> {
    fn variance(&self, k: usize, t: f64) -> f64 {
        (t * self.deviations[k]).powi(2) + (1.0 - t).powi(2)
    }

    /// F_t(x), the share of all trajectories that are below x at time t.
    pub(crate) fn distribution(&self, x: f64, t: f64) -> f64 {
        (0..K).map(|k| self.weights[k] * phi((x - t * self.means[k]) / self.variance(k, t).sqrt())).sum()
    }

    /// The mean of the mixture.
    pub(crate) fn mean(&self) -> f64 {
        (0..K).map(|k| self.weights[k] * self.means[k]).sum()
    }
}

impl<const K: usize> VelocityField<f64> for Mixture<K> {
    fn velocity(&self, x: &f64, time: Time) -> f64 {
        let t = time.get();
        let densities: [f64; K] = std::array::from_fn(|k| {
            let variance = self.variance(k, t);
            self.weights[k] * (-(x - t * self.means[k]).powi(2) / (2.0 * variance)).exp() / variance.sqrt()
        });
        let velocity = |k: usize| {
            let slope = (t * self.deviations[k].powi(2) - (1.0 - t)) / self.variance(k, t);
            self.means[k] + slope * (x - t * self.means[k])
        };
        (0..K).map(|k| densities[k] * velocity(k)).sum::<f64>() / densities.iter().sum::<f64>()
    }
}

/// Φ, the standard normal distribution function.
///
/// The integral of the density from 0 by Gauss–Legendre quadrature on pieces of length at most 1/4; in agreement with
/// tables to 15 digits.
pub(crate) fn phi(x: f64) -> f64 {
    const NODES: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_3),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_47),
        (0.960_289_856_497_536_2, 0.101_228_536_290_376_26),
    ];
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let end = x.clamp(-9.0, 9.0);
    let pieces = (end.abs() * 4.0).ceil().max(1.0);
    let half = end / pieces / 2.0;
    let piece = |i: f64| {
        let middle = (2.0 * i + 1.0) * half;
        let of = |(node, weight): (f64, f64)| weight * (density(middle - node * half) + density(middle + node * half));
        half * NODES.into_iter().map(of).sum::<f64>()
    };
    0.5 + (0..pieces as u32).map(|i| piece(f64::from(i))).sum::<f64>()
}

#[test]
fn phi_agrees_with_tables() {
    for (x, expected) in
        [(0.0, 0.5), (1.0, 0.841_344_746_068_542_9), (-1.96, 0.024_997_895_148_220_4), (3.0, 0.998_650_101_968_369_9)]
    {
        assert!((phi(x) - expected).abs() < 1e-14, "phi({x}) = {}", phi(x));
    }
}

/// The top of the workspace.
pub(crate) fn root() -> PathBuf {
    let member = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs the tests, and names the member");
    Path::new(&member).parent().expect("the tests lie in the workspace").to_owned()
}

/// A released file.
pub(crate) fn released_model() -> PathBuf {
    root().join("models/fashion-mnist.safetensors")
}

/// The trainer's program, built once.
pub(crate) fn trainer() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let cargo =
            Command::new(env!("CARGO")).current_dir(root()).args(["build", "--quiet", "-p", "trainer"]).status();
        assert!(cargo.expect("cargo is there").success(), "the trainer builds");
        let tests = std::env::current_exe().expect("a test has a path");
        let folder = tests.parent().and_then(Path::parent).expect("target/debug/deps/promises");
        folder.join(format!("trainer{}", std::env::consts::EXE_SUFFIX))
    });
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs the trainer with these words.
pub(crate) fn run(words: &[&str]) -> Output {
    trainer().args(words).output().expect("the trainer starts")
}

/// Runs the trainer, which must succeed, and reads the JSON object that it prints, whose fields must all be named in the
/// help of the verb.
pub(crate) fn json(words: &[&str]) -> serde_json::Value {
    let output = run(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object on stdout");
    let verb: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
    let help = run(&[&verb[..], &["--help"]].concat());
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let named: BTreeSet<&str> = help.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut fields = BTreeSet::new();
    collect_fields(&answer, &mut fields);
    let missing: Vec<&String> = fields.iter().filter(|field| !named.contains(field.as_str())).collect();
    assert!(missing.is_empty(), "the help of {verb:?} does not name {missing:?}");
    answer
}

/// The names of all fields of an answer, but for those of a model's card, configuration and shape, which are files' own.
fn collect_fields(value: &serde_json::Value, fields: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                fields.insert(name.clone());
                if !["card", "network", "shape"].contains(&name.as_str()) {
                    collect_fields(value, fields);
                }
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect_fields(value, fields)),
        _ => (),
    }
}

/// Runs the trainer, which must refuse, and returns what it says.
pub(crate) fn refusal(words: &[&str]) -> String {
    let output = run(words);
    assert!(!output.status.success(), "{words:?} should be refused");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{words:?} panicked: {said}");
    said
}
