use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use rand_core::{Rng, SeedableRng};
use resvg::tiny_skia::Transform;
use serde::Deserialize;

use super::atlas::Atlas;
use super::drawing;

const TILE: usize = 16;

/// The drawings: parts by name, with `$skin` and the like for colours.
static PARTS: &str = include_str!("../../data/pixel-art.json");

/// The attributes that classes toggle; class number `i` has those whose bit is set in `i`.
const ATTRIBUTES: [&str; 2] = ["glasses", "hat"];

/// From the lowest layer to the highest.
const LAYERS: [&str; 8] = ["accessories", "clothing", "eyes", "glasses", "beard", "mouth", "hair", "hat"];

const BACKGROUND: &str = "#e8f0f4";

#[derive(Deserialize)]
struct Parts {
    components: BTreeMap<String, BTreeMap<String, String>>,
    colors: BTreeMap<String, Vec<String>>,
}

/// Draws `count` faces in every combination of glasses and hat.
pub(crate) fn faces(count: u32, out: &Path) -> Result<()> {
    let parts: Parts = serde_json::from_str(PARTS).context("the drawings are damaged")?;
    let classes = 1 << ATTRIBUTES.len();
    let name = |class: usize| {
        let has: Vec<&str> =
            (0..ATTRIBUTES.len()).filter(|bit| class >> bit & 1 == 1).map(|bit| ATTRIBUTES[bit]).collect();
        if has.is_empty() { "plain".to_owned() } else { has.join(" + ") }
    };
    let mut tiles = Vec::new();
    for number in 0..count {
        let face = Face::draw(&parts, number);
        for class in 0..classes {
            tiles.push(face.render(class)?);
        }
    }
    Atlas {
        name: "Pixel-art faces",
        licence: "CC0 1.0, design: DiceBear Pixel Art",
        tile: TILE,
        channels: 3,
        classes: (0..classes).map(name).collect(),
        styles: (0..count).map(|number| format!("face {number}")).collect(),
        tiles,
    }
    .write(out)
}

/// One face: a variant of every part, coloured.
struct Face {
    skin: String,
    layers: Vec<String>,
}

impl Face {
    fn draw(parts: &Parts, number: u32) -> Self {
        let mut generator = chacha20::ChaCha8Rng::seed_from_u64(u64::from(number));
        let mut pick = |count: usize| generator.next_u64() as usize % count;
        // In the order of their names, so that a face depends on nothing but its number.
        let colours: BTreeMap<String, String> = parts
            .colors
            .iter()
            .map(|(name, of)| (format!("${}", name.trim_end_matches("Color")), format!("#{}", of[pick(of.len())])))
            .collect();
        let paint =
            |drawing: &str| colours.iter().fold(drawing.to_owned(), |text, (name, colour)| text.replace(name, colour));
        let layers = LAYERS.map(|layer| {
            let variants: Vec<&String> = parts.components[layer].values().collect();
            let variant = variants[pick(variants.len())];
            // Few faces wear a beard or earrings.
            let share = if ["accessories", "beard"].contains(&layer) { 5 } else { 1 };
            if pick(share) > 0 { String::new() } else { paint(variant) }
        });
        Face { skin: colours["$skin"].clone(), layers: layers.to_vec() }
    }

    fn render(&self, class: usize) -> Result<Vec<u8>> {
        let wanted = |layer: &str| ATTRIBUTES.iter().position(|a| *a == layer).is_none_or(|bit| class >> bit & 1 == 1);
        let layers: String = LAYERS
            .iter()
            .zip(&self.layers)
            .filter(|(layer, _)| wanted(layer))
            .map(|(_, drawing)| drawing.as_str())
            .collect();
        let (skin, head) = (&self.skin, "M4 2h8v1h1v3h1v2h-1v3h-1v1H9v1h4v1h1v2H2v-2h1v-1h4v-1H4v-1H3V8H2V6h1V3h1V2Z");
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" width="{TILE}" height="{TILE}" fill="none">
            <path fill="{BACKGROUND}" d="M0 0h16v16H0z"/>
            <path d="{head}" fill="{skin}"/><path d="{head}" fill="#fff" fill-opacity=".1"/>{layers}</svg>"##
        );
        drawing::render(&svg, TILE, Transform::identity())
    }
}
