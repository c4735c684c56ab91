//! How near a cheap encoding comes to the flow's own noise, and what that is good for.

use std::fmt;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::condition::Condition;
use shared::flow;
use shared::measure::mean_and_error;
use shared::mixing;
use shared::solver::Solver;
use shared::time::Spacing;

use super::classifier::{Classifier, accuracy};
use super::noise_moments::NoiseMoments;
use super::translation::errors;
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::table::table;
use crate::sampler::{Sampler, SamplerConfig, mean_rmse};

/// How [`flow::CONVERGED`] samples.
pub const CONVERGED: SamplerConfig = SamplerConfig {
    solver: flow::CONVERGED.0,
    intervals: flow::CONVERGED.1,
    spacing: flow::CONVERGED.2,
    guidance: 1.0,
};

/// The answer of `evaluate encoding`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EncodingTable {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// One for each setting.
    pub rows: Vec<Row>,
}

/// One way to encode.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The way.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// Network evaluations of one encoding.
    pub nfe: u32,
    /// Root mean square difference of images to themselves, encoded and decoded.
    pub round_trip: f64,
    /// Root mean square difference of the noises to converged ones.
    pub converged_rmse: f64,
    /// The deviation of the noises' numbers about 0; 1 for a perfect model.
    pub noise_deviation: f64,
    /// How often the classifier sees the wanted class in images translated to the next class.
    pub translated_accuracy: f64,
    /// Root mean square difference of images to themselves, translated to the next class and back.
    pub cycle_rmse: f64,
    /// Mean square error of those translations to the truth, pixels within 0..=1, where that is known.
    pub translated_mse: Option<f64>,
    /// How often the classifier sees the class of both in images halfway between two of one class, if there are two of one.
    pub interpolated_accuracy: Option<f64>,
}

/// Images to encode.
#[derive(Clone, Copy, Debug)]
pub struct EncodingBench<'a> {
    /// The model.
    pub sampler: &'a Sampler<'a>,
    /// What sees classes.
    pub classifier: &'a Classifier,
    /// The images, with the classes in turn.
    pub images: &'a [Vec<f32>],
    /// Their classes.
    pub classes: &'a [usize],
    /// The same styles in the next class, where they are known.
    pub targets: Option<&'a [Vec<f32>]>,
    /// How many classes there are.
    pub count: usize,
}

impl EncodingBench<'_> {
    /// The settings that are compared.
    pub fn settings() -> Vec<SamplerConfig> {
        let of = |solver, intervals: &[u32]| -> Vec<SamplerConfig> {
            let setting = |&intervals: &u32| {
                let intervals = NonZeroU32::new(intervals).expect("not 0");
                Spacing::ALL.map(|spacing| SamplerConfig { solver, intervals, spacing, guidance: 1.0 })
            };
            intervals.iter().flat_map(setting).collect()
        };
        let mut settings = of(Solver::Midpoint, &[5, 10, 20]);
        settings.extend(of(Solver::Rk4, &[5, 10]));
        settings.extend(of(Solver::Reversible, &[5]));
        settings.push(SamplerConfig { solver: Solver::Rk4, intervals: HALF, spacing: Spacing::Edm, guidance: 1.0 });
        settings
    }

    /// The noises of a converged encoding.
    pub fn converged(&self) -> Vec<Vec<f32>> {
        self.sampler.encode(self.images, &self.conditions(0), CONVERGED).noises()
    }

    /// The classes, or those that follow by `ahead`.
    fn conditions(&self, ahead: usize) -> Vec<Condition> {
        self.classes.iter().map(|class| Condition::Class((class + ahead) % self.count)).collect()
    }

    /// Measures one way to encode.
    pub fn measure(&self, config: SamplerConfig, converged: &[Vec<f32>]) -> Row {
        let EncodingBench { sampler, classifier, images, .. } = *self;
        let (own, next) = (self.conditions(0), self.conditions(1));
        let encoded = sampler.encode(images, &own, config);
        let (nfe, noises) = (encoded.nfe, encoded.noises());
        let back = sampler.decode_encoded(encoded, &own, config).values;

        let translated = sampler.decode(&noises, &next, config).values;
        let there = sampler.encode(&translated, &next, config).noises();
        let cycle = sampler.decode(&there, &own, config).values;
        let truth = self.classes.iter().map(|class| (class + 1) % self.count);
        let seen = |images: &[Vec<f32>], truth: &mut dyn Iterator<Item = usize>| {
            accuracy(&classifier.predict(images).classes, truth)
        };

        // Images of one class are as many as there are classes apart, as far as each class reaches.
        let of_one_class = |i: &usize| self.classes[*i] == self.classes[i + self.count];
        let pairs: Vec<usize> = (0..images.len().saturating_sub(self.count)).filter(of_one_class).collect();
        let halfway = |i: &usize| mixing::slerp(&noises[*i], &noises[i + self.count], 0.5);
        let halfway: Vec<Vec<f32>> = pairs.iter().map(halfway).collect();
        let conditions: Vec<Condition> = pairs.iter().map(|i| own[*i]).collect();
        let between = sampler.decode(&halfway, &conditions, config).values;
        let mut halves = pairs.iter().map(|i| self.classes[*i]);
        Row {
            settings: config.settings(),
            nfe,
            round_trip: mean_rmse(images, &back),
            converged_rmse: mean_rmse(&noises, converged),
            noise_deviation: NoiseMoments::of(sampler.shape, &noises).deviation,
            translated_accuracy: seen(&translated, &mut truth.into_iter()),
            cycle_rmse: mean_rmse(images, &cycle),
            translated_mse: self.targets.map(|targets| mean_and_error(&errors(&translated, targets)).0),
            interpolated_accuracy: (!between.is_empty()).then(|| seen(&between, &mut halves)),
        }
    }
}

const HALF: NonZeroU32 = NonZeroU32::new(40).expect("40 is not 0");

impl fmt::Display for EncodingTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows.iter().map(|row| {
            let SolverSettings { solver, intervals, spacing } = row.settings;
            vec![
                solver.to_string(),
                spacing.to_string(),
                intervals.to_string(),
                row.nfe.to_string(),
                format!("{:.1e}", row.round_trip),
                format!("{:.3}", row.converged_rmse),
                format!("{:.3}", row.noise_deviation),
                format!("{:.2}", row.translated_accuracy),
                format!("{:.3}", row.cycle_rmse),
                row.translated_mse.map_or("–".to_owned(), |mse| format!("{mse:.4}")),
                row.interpolated_accuracy.map_or("–".to_owned(), |share| format!("{share:.2}")),
            ]
        });
        let titles = [
            "solver",
            "spacing",
            "intervals",
            "nfe",
            "round trip",
            "converged",
            "deviation",
            "translated",
            "cycle",
            "mse",
            "halfway",
        ];
        table(2, &titles, rows).fmt(f)
    }
}
