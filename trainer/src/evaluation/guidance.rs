//! What guidance gives and takes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::reference::{Compared, Comparison};
use crate::report::circumstances::{Circumstances, SolverSettings};
use crate::report::table::table;

/// The answer of `evaluate guidance`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Guidance {
    /// With what it was measured.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// How.
    #[serde(flatten)]
    pub settings: SolverSettings,
    /// Seeds of the noise, beginning with that of the circumstances.
    pub seeds: u64,
    /// As many real held-out images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub real: Option<Comparison>,
    /// A few training images, repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Comparison>,
    /// One for each weight.
    pub rows: Vec<Row>,
}

/// Means over the seeds and standard deviations about them, at one guidance weight.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The weight.
    pub guidance: f64,
    /// Network evaluations for one image.
    pub nfe: u32,
    /// The Fréchet distance to held-out images, in the features of the classifier.
    #[serde(alias = "frechet_distance")]
    pub classifier_fid: f64,
    /// Its deviation.
    #[serde(alias = "frechet_distance_deviation")]
    pub classifier_fid_deviation: f64,
    /// How often the classifier sees the class that was asked for.
    pub class_accuracy: f64,
    /// Its deviation.
    pub class_accuracy_deviation: f64,
    /// The share of drawn images within reach of real ones.
    pub precision: f64,
    /// Its deviation.
    pub precision_deviation: f64,
    /// The share of real images within reach of drawn ones.
    pub recall: f64,
    /// Its deviation.
    pub recall_deviation: f64,
}

impl Guidance {
    /// The weight above 1 of least classifier FID, if there is any.
    pub fn best(&self) -> Option<&Row> {
        let guided = self.rows.iter().filter(|row| row.guidance > 1.0);
        guided.min_by(|a, b| a.classifier_fid.total_cmp(&b.classifier_fid))
    }
}

impl Row {
    /// What came of the drawings at this weight.
    pub fn of(guidance: f64, compared: &Compared) -> Self {
        let [distance, right, precision, recall] = [
            compared.spread(|c| c.classifier_fid),
            compared.spread(|c| c.class_accuracy),
            compared.spread(|c| c.precision),
            compared.spread(|c| c.recall),
        ];
        Row {
            guidance,
            nfe: compared.nfe,
            classifier_fid: distance.0,
            classifier_fid_deviation: distance.1,
            class_accuracy: right.0,
            class_accuracy_deviation: right.1,
            precision: precision.0,
            precision_deviation: precision.1,
            recall: recall.0,
            recall_deviation: recall.1,
        }
    }
}

impl fmt::Display for Guidance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spread = |(mean, deviation): (f64, f64)| format!("{mean:.3} ± {deviation:.3}");
        for (name, compared) in [("real images", self.real), ("the same few images repeated", self.control)] {
            if let Some(Comparison { classifier_fid, class_accuracy, precision, recall, .. }) = compared {
                writeln!(f, "{name}: {classifier_fid:.3}, {class_accuracy:.3}, {precision:.3}, {recall:.3}")?;
            }
        }
        let rows = self.rows.iter().map(|row| {
            vec![
                row.guidance.to_string(),
                row.nfe.to_string(),
                spread((row.classifier_fid, row.classifier_fid_deviation)),
                spread((row.class_accuracy, row.class_accuracy_deviation)),
                spread((row.precision, row.precision_deviation)),
                spread((row.recall, row.recall_deviation)),
            ]
        });
        table(0, &["weight", "nfe", "classifier FID", "class", "precision", "recall"], rows).fmt(f)
    }
}
