//! What of a configuration concerns nobody but the machine that it was trained on.

use std::path::PathBuf;

use super::TrainingConfig;

impl TrainingConfig {
    /// The same without the ways to files on this machine.
    #[must_use]
    pub fn published(self) -> Self {
        let name = |path: PathBuf| match path.file_name() {
            Some(name) if path.is_absolute() => name.into(),
            _ => path,
        };
        TrainingConfig { data: self.data.published(), init: self.init.map(name), ..self }
    }
}
