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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Source;

    #[test]
    fn no_way_to_a_file_is_left() {
        let coupling = Coupling::Reflow { pairs: "/home/me/pairs.safetensors".into() };
        let private = TrainingConfig {
            data: "fashion-mnist:/home/me/clothes".parse().expect("a source"),
            init: Some("../me/model.safetensors".into()),
            objective: Objective { coupling, ..Objective::default() },
            ..TrainingConfig::default()
        };
        let text = private.published().to_toml().expect("plain words");
        assert!(!text.contains("me/"), "{text}");
        for name in ["clothes", "model.safetensors", "pairs.safetensors"] {
            assert!(text.contains(name), "{name} in {text}");
        }
        let inside = TrainingConfig { init: Some("runs/faces/model.safetensors".into()), ..TrainingConfig::default() };
        assert_eq!(inside.clone().published(), inside, "within the project everybody has the same folders");
        let package: Source = "fashion-mnist:/usr/share/datasets/fashion-mnist".parse().expect("a source");
        assert_eq!(package.clone().published(), package, "so has the package");
    }
}
