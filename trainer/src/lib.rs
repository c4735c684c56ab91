//! The process: trains, samples, translates, inspects and exports ScoreFlow models.
//!
//! The science is in `shared`; here are data, devices, files and the command line, one room each.

pub mod files;
pub mod report;
pub mod device;
pub mod data;
pub mod sampler;
pub mod training;
pub mod evaluation;
pub mod cli;
