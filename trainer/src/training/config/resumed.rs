use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use toml::{Table, Value};

use super::TrainingConfig;

impl TrainingConfig {
    /// Refuses to go on with a run that `begun` began, where the rest would be another training than the model's card says. How
    /// long it goes on, what it leaves behind, its name and where files lie may change; images and pairs are known by their
    /// content.
    ///
    /// # Errors
    /// The keys that hold something else.
    pub fn goes_on_with(&self, begun: &Self) -> Result<()> {
        let TrainingConfig { name, data, init, output, .. } = begun.clone();
        let mut wanted = TrainingConfig { name, data, init, output, ..self.clone() };
        wanted.training.images = begun.training.images;
        if self.objective.coupling.is_reflow() && begun.objective.coupling.is_reflow() {
            wanted.objective.coupling = begun.objective.coupling.clone();
        }
        let changed = differing("", &Table::try_from(wanted)?.into(), &Table::try_from(begun)?.into());
        ensure!(
            changed.is_empty(),
            "this run has learned with other values of {}: bring them back in run.toml, where training.images may be raised, or \
             begin a new run (with init = its model, to begin from here)",
            changed.join(", ")
        );
        Ok(())
    }
}

/// The keys from `key` on that do not hold the same in both.
fn differing(key: &str, one: &Value, other: &Value) -> Vec<String> {
    let (Value::Table(ones), Value::Table(others)) = (one, other) else {
        return if one == other { Vec::new() } else { vec![key.to_owned()] };
    };
    let names: BTreeSet<&String> = ones.keys().chain(others.keys()).collect();
    let below = |name: &String| if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
    let both = names.into_iter().map(|name| match (ones.get(name), others.get(name)) {
        (Some(one), Some(other)) => differing(&below(name), one, other),
        _ => vec![below(name)],
    });
    both.flatten().collect()
}
