//! What of a configuration concerns nobody but the machine that it was trained on.

use std::path::{Component, PathBuf};

use super::{Coupling, Objective, TrainingConfig};

impl TrainingConfig {
    /// The same without the ways to files on this machine.
    #[must_use]
    pub fn published(self) -> Self {
        let name = |path: PathBuf| match path.file_name() {
            Some(name) if path.is_absolute() || path.components().any(|part| part == Component::ParentDir) => {
                name.into()
            }
            _ => path,
        };
        let coupling = match self.objective.coupling {
            Coupling::Reflow { pairs } => Coupling::Reflow { pairs: name(pairs) },
            other => other,
        };
        let objective = Objective { coupling, ..self.objective };
        TrainingConfig { data: self.data.published(), init: self.init.map(name), objective, ..self }
    }
}
