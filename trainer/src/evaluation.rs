//! Numbers about models: distances between sets of images, classifiers, baselines, and studies.

pub mod baseline;
pub mod classifier;
pub mod frechet;
pub mod inception;
pub mod inception_score;
pub mod kernel;
pub mod objectives;
pub mod precision_recall;
