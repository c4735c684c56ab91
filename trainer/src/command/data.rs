//! Which pictures a verb works with.

use std::path::PathBuf;

use clap::Args;

use crate::dataset::{Fashion, SYSTEM_FOLDER};

/// The data set.
#[derive(Debug, Default, Args)]
pub(super) struct DataOption {
    /// The folder with Fashion-MNIST's 60,000 training pictures, or `embedded` for the 9,000 inside this program
    /// [default: the folder of Debian's dataset-fashion-mnist if it is there, else embedded]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DataOption {
    pub(super) fn fashion(&self) -> Fashion {
        match &self.data {
            Some(folder) if folder.as_os_str() == "embedded" => Fashion::Embedded,
            Some(folder) => Fashion::Folder(folder.clone()),
            None if PathBuf::from(SYSTEM_FOLDER).is_dir() => Fashion::Folder(SYSTEM_FOLDER.into()),
            None => Fashion::Embedded,
        }
    }
}
