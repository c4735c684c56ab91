//! The process: trains, samples, translates, inspects and exports ScoreFlow models.
//!
//! The science is in `shared`; here are data, devices, files and the command line.

pub mod augmentation;
pub mod batch;
pub mod chart;
pub mod config;
pub mod dataset;
pub mod device;
pub mod file;
pub mod frechet;
pub mod inception;
pub mod inception_score;
pub mod journal;
pub mod judge;
pub mod kernel_distance;
pub mod learning_rate;
pub mod likelihood;
pub mod material;
pub mod mixture_file;
pub mod neighbours;
pub mod optimiser;
pub mod pairs;
pub mod parameter_file;
pub mod picture;
pub mod progress;
pub mod run;
pub mod run_folder;
pub mod sampling;
pub mod step;
pub mod study;
pub mod training_state;
pub mod translation;
pub mod command;
