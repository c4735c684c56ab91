//! The science of ScoreFlow, and nothing else.
//!
//! *A velocity field is a function of a state and a time. A path says what that velocity should be in training.
//! A solver carries a state along a field over an interval. Decoding follows the field from noise to image,
//! encoding follows it back, and translation is encoding under one condition and decoding under another.
//! Everything else in the repository brings images in, brings parameters out, or shows the trajectory.*
//!
//! The modules stand in reading order: each uses only modules above it. Those up to [`card`] need no tensor. They run
//! on anything that is a [`State`], so their mathematics is tested in `f64` without a network. The feature `network`
//! adds the modules of the network, and makes tensors states; the feature `train` adds what needs gradients.
//!
//! This crate performs no input or output, reads no clock and prints nothing. Its kernels share a batch among threads (feature
//! `threads`). It draws randomness from a [`Seed`] that it was given; fresh weights and dropout alone come from the generator of
//! burn's device, which the trainer seeds.
//!
//! [`State`]: velocity::State
//! [`Seed`]: noise::Seed

pub mod named;
pub mod time;
pub mod noise;
pub mod image;
pub mod velocity;
pub mod path;
pub mod schedule;
pub mod objective;
pub mod coupling;
pub mod guidance;
pub mod solver;
pub mod mixing;
pub mod flow;
pub mod method;
pub mod diffusion;
pub mod likelihood;
pub mod mixture;
pub mod measure;
pub mod classes;
pub mod card;

#[cfg(feature = "network")]
pub mod kernels;
#[cfg(feature = "network")]
pub mod model;
#[cfg(feature = "network")]
pub mod condition;
#[cfg(feature = "train")]
pub mod loss;
#[cfg(feature = "train")]
pub mod jump;
#[cfg(feature = "train")]
pub mod divergence;
#[cfg(feature = "network")]
pub mod parameters;
#[cfg(feature = "network")]
pub mod checkpoint;
