//! What the page can load: the file `models/index.json`, written when the page is built.

use serde::{Deserialize, Serialize};

/// Where the page finds the list.
pub const ADDRESS: &str = "models/index.json";

/// An engine and the models that it reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The script that starts the engine of this build, seen from the page.
    pub engine: String,
    /// The models, in the order of the menu.
    pub models: Vec<Entry>,
}

/// One model file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What links call it: the file's name without its ending.
    pub name: String,
    /// Where it is, seen from the page.
    pub file: String,
    /// Its size, for the progress of its download.
    pub bytes: u64,
}

impl Catalogue {
    /// The model of this name; without a name, the first.
    pub fn entry(&self, name: Option<&str>) -> Option<&Entry> {
        self.models.iter().find(|entry| name.is_none_or(|name| entry.name == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_the_build_writes_it() {
        let text = r#"{ "engine": "engine-0123abcd/engine_loader.js", "models": [
            { "name": "faces", "file": "models/faces.safetensors?v=01", "bytes": 12 },
            { "name": "glyphs", "file": "models/glyphs.safetensors?v=02", "bytes": 34 } ] }"#;
        let catalogue: Catalogue = serde_json::from_str(text).expect("the object that xtask writes");
        assert_eq!(catalogue.engine, "engine-0123abcd/engine_loader.js");
        assert_eq!(catalogue.entry(None).map(|entry| entry.bytes), Some(12));
        let glyphs = catalogue.entry(Some("glyphs")).map(|entry| entry.file.as_str());
        assert_eq!(glyphs, Some("models/glyphs.safetensors?v=02"));
        assert_eq!(catalogue.entry(Some("hats")), None);
    }
}
