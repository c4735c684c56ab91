//! Which images a verb works with.

use clap::Args;

use crate::data::Source;

/// The data set.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct DataOption {
    /// The images: fashion-mnist (60,000 from the folder of Debian's dataset-fashion-mnist if it is there, else
    /// embedded), embedded (9,000 of Fashion-MNIST), glyphs, faces, emoji, or cifar10:DIR, idx:DIR (files like MNIST's),
    /// images:DIR (sub-folders are classes), atlas:DIR (paired images), fashion-mnist:DIR
    #[arg(long, value_name = "SOURCE")]
    data: Option<Source>,
}

impl DataOption {
    pub(in crate::cli) fn source(&self) -> Option<Source> {
        self.data.clone()
    }
}
