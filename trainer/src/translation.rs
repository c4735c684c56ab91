//! Translating many pictures at once, by every method and by baselines that know no model.

mod baseline;
mod method;

pub(crate) use baseline::nearest;
pub use baseline::{Baseline, Styles};
pub use method::{Method, Translation};
