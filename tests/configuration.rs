//! The configuration as people write it.

use std::path::Path;

use toml::{Table, Value};
use trainer::data::Source;
use trainer::training::config::TrainingConfig;

/// A model is called as its data, unless it has a name; a folder that is named on the command line may have its keys in the file.
#[test]
fn names_and_folders_come_from_where_they_are_said() {
    let named = |text: &str| TrainingConfig::from_toml(text).expect("a configuration").name;
    assert_eq!((named(""), named("[data]\nsource = \"glyphs\"")), ("fashion-mnist".into(), "glyphs".into()));
    assert_eq!(named("name = \"mine\"\n[data]\nsource = \"glyphs\""), "mine");
    let pets = |text: &str| TrainingConfig::from_toml_with(text, Some(Path::new("my/pets"))).expect("a configuration");
    let config = pets("[data]\nsize = 64");
    assert_eq!(config.name, "pets");
    assert!(
        matches!(config.data, Source::Images(images) if images.size == 64 && images.folder == Path::new("my/pets"))
    );
    assert!(TrainingConfig::from_toml("[data]\nsize = 64").is_err(), "without a folder nobody knows of what");
}

/// Every key stands in the document, with its default, and no other.
#[test]
fn the_document_tells_every_key_and_its_default() {
    let document = include_str!("../docs/configuration.md");
    let (mut section, mut written, mut told) = (String::new(), Vec::new(), Vec::new());
    for line in document.lines() {
        if let Some(name) = line.strip_prefix("## `[").and_then(|rest| rest.strip_suffix("]`")) {
            section = format!("{name}.");
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", key, default, ..] = cells[..] else { continue };
        let Some(key) = key.strip_prefix('`').and_then(|key| key.strip_suffix('`')) else { continue };
        told.push(format!("{section}{key}"));
        if default.starts_with('`') {
            written.push((format!("{section}{key}"), default.trim_matches('`').to_owned()));
        }
    }
    let text = |of: &dyn Fn(&str) -> bool| -> String {
        written.iter().filter(|(key, _)| of(key)).map(|(key, default)| format!("{key} = {default}\n")).collect()
    };
    // The keys of a folder of images go with no other source.
    let of_folder = |key: &str| key.starts_with("data.") && key != "data.source";
    let all = TrainingConfig::from_toml(&text(&|key| !of_folder(key))).expect("the document's defaults");
    assert_eq!(all, TrainingConfig::default());
    let pets =
        |text: &str| TrainingConfig::from_toml_with(text, Some(Path::new("pets"))).expect("a configuration").data;
    assert_eq!(pets(&text(&of_folder)), pets("[data]"));

    let choices =
        "init = \"x\"\ntraining.warm_up_images = 1\nnetwork.activation = \"silu\"\nnetwork.attention = true\n";
    let config = TrainingConfig::from_toml_with(&format!("{choices}[data]"), Some(Path::new("pets")));
    let table = Table::try_from(config.expect("a configuration")).expect("TOML");
    let mut keys = Vec::new();
    for (name, value) in &table {
        match value {
            Value::Table(inner) => keys.extend(inner.keys().map(|key| format!("{name}.{key}"))),
            _ => keys.push(name.clone()),
        }
    }
    keys.sort();
    told.sort();
    assert_eq!(told, keys);
}
