//! Why a run ends before it has seen all its images.

use std::path::PathBuf;

use thiserror::Error;

/// What stopped a run.
#[derive(Debug, Error)]
pub enum Stopped {
    /// The user.
    #[error("stopped and saved; the same command goes on")]
    Interrupted,
    /// Numbers with which nobody can go on.
    #[error(
        "{what} not finite after {images_seen} images. The broken state is in {}; the last good one is kept, if one was saved. Start \
         again with a lower training.learning_rate",
        broken.display()
    )]
    NotFinite {
        /// Which numbers: a noun and its verb.
        what: &'static str,
        /// Images seen until then.
        images_seen: u64,
        /// The file of the state.
        broken: PathBuf,
    },
}
