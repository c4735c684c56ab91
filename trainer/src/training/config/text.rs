use std::path::Path;

use anyhow::{Context, Result, ensure};
use toml::{Table, Value};

use super::TrainingConfig;

const UNREADABLE: &str = "the configuration does not parse";

impl TrainingConfig {
    /// Reads a configuration that is about to be used.
    ///
    /// # Errors
    /// If the text is not TOML, has an unknown key, or asks for something impossible; the error names the key.
    pub fn from_toml(text: &str) -> Result<Self> {
        Self::from_toml_with(text, None)
    }

    /// Likewise; where the text has keys of a folder of images and names none, they are those of `images`. Without a name of its
    /// own, it takes that of its data.
    ///
    /// # Errors
    /// Likewise.
    pub fn from_toml_with(text: &str, images: Option<&Path>) -> Result<Self> {
        let mut table: Table = toml::from_str(text).context(UNREADABLE)?;
        if let (Some(folder), Some(Value::Table(data))) = (images, table.get_mut("data"))
            && !data.contains_key("source")
        {
            data.insert("source".into(), "images".into());
            data.insert("folder".into(), folder.display().to_string().into());
        }
        let mut config: Self = match images {
            Some(_) => table.clone().try_into().context(UNREADABLE)?,
            // Errors tell the line.
            None => toml::from_str(text).context(UNREADABLE)?,
        };
        if !table.contains_key("name") {
            config.name = config.data.slug();
        }
        let training = table.get("training").and_then(Value::as_table);
        ensure!(
            training.is_none_or(|keys| keys.contains_key("optimiser") || !keys.contains_key("learning_rate")),
            "training.learning_rate suits one optimiser; name it: optimiser = \"muon\" (5e-3 suits it) or \"adam\" (1e-3)"
        );
        config.check()?;
        Ok(config)
    }

    /// Reads a configuration that was used, of a run or in the card of a model: earlier programs accepted some that are refused
    /// now, and knew Adam alone.
    ///
    /// # Errors
    /// If the text is not TOML, or has an unknown key.
    pub fn recorded(text: &str) -> Result<Self> {
        // What the times of the variance-exploding path were called.
        let text = text.replace("times = \"noise-levels\"", "times = { schedule = \"variance-exploding\" }");
        let mut table: Table = toml::from_str(&text).context(UNREADABLE)?;
        let training = table.entry("training").or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(training) = training
            && !training.contains_key("optimiser")
        {
            training.insert("optimiser".into(), "adam".into());
            training.entry("learning_rate").or_insert(1e-3.into());
        }
        table.try_into().context(UNREADABLE)
    }

    /// The whole configuration, defaults included.
    ///
    /// # Errors
    /// If a number cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String> {
        Ok(toml::to_string_pretty(self)?)
    }
}
