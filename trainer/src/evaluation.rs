//! Numbers about models: distances between sets of images, classifiers, baselines, and studies.

pub mod baseline;
pub mod classifier;
pub mod coder;
pub mod components;
pub mod confusion;
pub mod encoding;
pub mod exact_mixture;
pub mod frechet;
pub mod guidance;
pub mod inception_score;
pub mod inspected;
pub mod kernel;
pub mod likelihood;
pub mod noise_moments;
pub mod paired;
pub mod precision_recall;
pub mod pretrained;
pub mod pretrained_table;
pub mod quality;
pub mod reference;
pub mod study;
pub mod study_table;
pub mod texture;
pub mod translation;
pub mod variant;
pub mod work_precision;
