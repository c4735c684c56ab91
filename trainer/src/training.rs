//! Training: from a configuration to a run folder with a model in it.

pub mod batch;
pub mod config;
pub mod journal;
pub mod learning_rate;
pub mod optimiser;
pub mod pairs;
pub mod reflow_pairs;
pub mod run;
pub mod run_folder;
pub mod state;
pub mod step;
pub mod stopped;

pub mod initial_weights;
mod loss_window;
mod muon;
mod sheet;
