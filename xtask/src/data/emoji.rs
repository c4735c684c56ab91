use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use resvg::tiny_skia::Transform;
use serde::Deserialize;

use super::atlas::Atlas;
use super::drawing;

const TILE: usize = 32;

/// The artists: class and package.
const ARTISTS: [(&str, &str); 4] =
    [("noto", "noto"), ("twemoji", "twemoji"), ("fluent-flat", "fluent-emoji-flat"), ("fluent", "fluent-emoji")];

/// Concepts that repeat another one with other hair, and signs, whose sense lies in their writing.
const LEFT_OUT: [&str; 6] = ["man-", "woman-", "keycap-", "-button", "-oclock", "-thirty"];

/// Shades of each colour: what the eye still tells apart in such small images, in a file of three megabytes.
const SHADES: f32 = 20.0;

/// The drawings of one artist, as Iconify writes them.
#[derive(Deserialize)]
struct Drawings {
    icons: BTreeMap<String, Icon>,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
    width: f32,
    height: f32,
}

#[derive(Deserialize)]
struct Icon {
    body: String,
    left: Option<f32>,
    top: Option<f32>,
    width: Option<f32>,
    height: Option<f32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Alias {
    parent: String,
    #[serde(default)]
    h_flip: bool,
}

/// Draws every concept that all artists have drawn, on white. `packages` holds the folders `noto` and so on.
pub(crate) fn emoji(packages: &Path, out: &Path) -> Result<()> {
    let artists = ARTISTS.map(|(_, package)| -> Result<Drawings> {
        let path = packages.join(package).join("icons.json");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} holds no drawings", path.display()))
    });
    let artists = artists.into_iter().collect::<Result<Vec<_>>>()?;
    let mut concepts: Vec<String> = artists[0].icons.keys().cloned().collect();
    concepts.retain(|concept| !LEFT_OUT.iter().any(|word| concept.contains(word)));
    concepts.retain(|concept| artists.iter().all(|artist| artist.find(concept).is_some()));
    ensure!(!concepts.is_empty(), "the artists in {} have drawn nothing in common", packages.display());
    let pairs = concepts.iter().flat_map(|concept| artists.iter().map(move |artist| (concept, artist)));
    let tiles = pairs.map(|(concept, artist)| artist.draw(concept).with_context(|| format!("cannot draw {concept}")));
    Atlas {
        name: "Emoji by four artists",
        licence: "Noto Emoji: Google, Apache-2.0; Twemoji: Twitter and others, CC BY 4.0; Fluent Emoji: Microsoft, MIT; \
                  all scaled down, in fewer colours",
        tile: TILE,
        channels: 3,
        classes: ARTISTS.map(|(class, _)| class.to_owned()).to_vec(),
        tiles: tiles.collect::<Result<_>>()?,
        styles: concepts,
    }
    .write(out)
}

impl Drawings {
    /// The drawing of a concept, and whether it is to be mirrored.
    fn find(&self, concept: &str) -> Option<(&Icon, bool)> {
        match self.aliases.get(concept) {
            Some(alias) => Some((self.icons.get(&alias.parent)?, alias.h_flip)),
            None => Some((self.icons.get(concept)?, false)),
        }
    }

    fn draw(&self, concept: &str) -> Result<Vec<u8>> {
        let (icon, mirrored) = self.find(concept).context("there is no such drawing")?;
        let (left, top) = (icon.left.unwrap_or(0.0), icon.top.unwrap_or(0.0));
        let (width, height) = (icon.width.unwrap_or(self.width), icon.height.unwrap_or(self.height));
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
            viewBox="{left} {top} {width} {height}" width="{TILE}" height="{TILE}" color="#000">{}</svg>"##,
            icon.body
        );
        let turned =
            if mirrored { Transform::from_row(-1.0, 0.0, 0.0, 1.0, TILE as f32, 0.0) } else { Transform::identity() };
        let shade = |colour: u8| {
            let steps = SHADES - 1.0;
            ((f32::from(colour) / 255.0 * steps).round() / steps * 255.0).round() as u8
        };
        Ok(drawing::render(&svg, TILE, turned)?.into_iter().map(shade).collect())
    }
}
