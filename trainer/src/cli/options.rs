//! The options that several verbs share.

pub(super) mod classifier;
pub(super) mod data;
pub(super) mod model;
pub(super) mod sampler;
