//! What the page can load: the file `models/index.json`, written when the page is built.

use serde::{Deserialize, Serialize};
use shared::card::ModelCard;

use crate::device::Backend;
use crate::protocol::Weights;

/// Where the page finds the list.
pub const ADDRESS: &str = "models/index.json";

/// The engines and the models that they read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The engines of this build.
    pub engines: Engines,
    /// The models, in the order of the menu.
    pub models: Vec<Entry>,
    /// Models that lead from one class to another, without noise between them.
    #[serde(default)]
    pub direct: Vec<Flow>,
}

/// A model that leads from one class to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// The images it was trained on.
    pub data: String,
    /// The class at its beginning.
    pub from: String,
    /// The class at its end.
    pub to: String,
    /// Where it is, and its name for a command.
    pub entry: Entry,
}

/// The scripts that start the engines, seen from the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engines {
    /// The one that computes on the CPU.
    pub cpu: String,
    /// The one that computes with WebGPU; `cargo xtask demo` serves the page while this one is being compiled.
    pub gpu: Option<String>,
    /// The program that moves very many points in the laboratory, likewise.
    #[serde(default)]
    pub particles: Option<String>,
}

impl Engines {
    /// The folder of a script.
    pub fn folder(script: &str) -> &str {
        script.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The script of the engine that computes with this, if there is one.
    pub fn script(&self, backend: Backend) -> Option<&str> {
        match backend {
            Backend::Cpu => Some(&self.cpu),
            Backend::WebGpu => self.gpu.as_deref(),
        }
    }
}

/// One model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What links call it: the file's name without its ending.
    pub name: String,
    /// Where it is, seen from the page.
    pub file: String,
    /// Its size, for the progress of its download; 0 where nobody knows.
    pub bytes: u64,
    /// The first digits of its SHA-256 in hexadecimal; of a visitor's own file it is not known.
    pub hash: Option<String>,
    /// What there is to know before it is loaded.
    #[serde(default)]
    pub about: Option<About>,
}

/// What a model's file says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The images it was trained on.
    pub data: String,
    /// Their licence.
    pub licence: String,
    /// How often a classifier sees the class that was asked for, in its images and in real ones.
    pub class_accuracy: Option<[f64; 2]>,
    /// Where a few of its images are, seen from the page.
    pub preview: Option<String>,
    /// Whether few steps are enough.
    #[serde(default)]
    pub few_steps: bool,
}

impl About {
    /// What `card` says.
    pub fn of(card: &ModelCard, preview: Option<String>, few_steps: bool) -> Self {
        let accuracy = card.measures.iter().find(|measure| measure.name == "class_accuracy");
        About {
            data: card.data.clone(),
            licence: card.licence.clone(),
            class_accuracy: accuracy.and_then(|measure| Some([measure.value, measure.real?])),
            preview,
            few_steps,
        }
    }
}

impl Entry {
    /// A model file of which the list knows nothing.
    pub fn unknown(name: String, file: String, bytes: u64) -> Self {
        Entry { name, file, bytes, hash: None, about: None }
    }

    /// A model file elsewhere, called by its address.
    pub fn elsewhere(address: &str) -> Option<Self> {
        address.starts_with("https://").then(|| Entry::unknown(address.to_owned(), address.to_owned(), 0))
    }

    /// Whether it is a visitor's own, which nobody else has.
    pub fn is_own(&self) -> bool {
        self.file.starts_with("blob:")
    }
}

impl From<Entry> for Weights {
    fn from(Entry { file, hash, .. }: Entry) -> Self {
        Weights { address: file, hash }
    }
}

impl Catalogue {
    /// The model of this name; without a name, the first.
    pub fn entry(&self, name: Option<&str>) -> Option<&Entry> {
        self.models.iter().find(|entry| name.is_none_or(|name| entry.name == name))
    }

    /// The other models that were trained on the same images as the model of this name.
    pub fn fellows<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        let data = |entry: &'a Entry| entry.about.as_ref().map(|about| about.data.as_str());
        let own = self.entry(Some(name)).and_then(data);
        self.models.iter().filter(move |entry| entry.name != name && own.is_some() && data(entry) == own)
    }

    /// The models that lead from class to class of these images.
    pub fn flows<'a>(&'a self, data: &str) -> impl Iterator<Item = &'a Flow> {
        self.direct.iter().filter(move |flow| flow.data == data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_the_build_writes_it() {
        let text = r#"{ "engines": { "cpu": "engine-cpu-01/loader.js", "gpu": "engine-gpu-02/loader.js" }, "models": [
            { "name": "faces", "file": "models/faces.safetensors?v=01", "bytes": 12, "hash": "01" },
            { "name": "glyphs", "file": "models/glyphs.safetensors?v=02", "bytes": 34 } ] }"#;
        let catalogue: Catalogue = serde_json::from_str(text).expect("the object that xtask writes");
        assert_eq!(catalogue.engines.script(Backend::Cpu), Some("engine-cpu-01/loader.js"));
        assert_eq!(catalogue.engines.script(Backend::WebGpu), Some("engine-gpu-02/loader.js"));
        assert_eq!(catalogue.entry(None).map(|entry| entry.bytes), Some(12));
        let glyphs = catalogue.entry(Some("glyphs")).map(|entry| entry.file.as_str());
        assert_eq!(glyphs, Some("models/glyphs.safetensors?v=02"));
        assert_eq!(catalogue.entry(Some("hats")), None);
    }
}
