//! Paired images: one PNG with a row for each style and a column for each class, and a TOML file that names them.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rand_distr::{Distribution, StandardUniform};
use serde::Deserialize;
use shared::checkpoint::Example;
use shared::image::ImageShape;
use shared::noise::Seed;

use super::Dataset;
use crate::files::{self, image};

/// One style in this many is held out, whole.
const HELD_OUT_SHARE: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: String,
    licence: String,
    /// Width and height of one tile.
    tile: usize,
    classes: Vec<String>,
    styles: Vec<String>,
}

pub(super) fn glyphs() -> Result<Dataset> {
    let text = include_str!("../../data/glyphs/atlas.toml");
    read(text, include_bytes!("../../data/glyphs/atlas.png")).context("the embedded glyphs are damaged")
}

pub(super) fn faces() -> Result<Dataset> {
    let text = include_str!("../../data/faces/atlas.toml");
    read(text, include_bytes!("../../data/faces/atlas.png")).context("the embedded faces are damaged")
}

pub(super) fn emoji() -> Result<Dataset> {
    let text = include_str!("../../data/emoji/atlas.toml");
    read(text, include_bytes!("../../data/emoji/atlas.png")).context("the embedded emoji are damaged")
}

pub(super) fn load(folder: &Path) -> Result<Dataset> {
    let (text, bytes) = (files::read(&folder.join("atlas.toml"))?, files::read(&folder.join("atlas.png"))?);
    let context = || format!("{} holds no atlas that can be used", folder.display());
    read(&String::from_utf8(text).with_context(context)?, &bytes).with_context(context)
}

fn read(description: &str, bytes: &[u8]) -> Result<Dataset> {
    let Description { name, licence, tile, classes, styles } = toml::from_str(description)?;
    ensure!(!classes.is_empty() && classes.len() <= 255, "an atlas has between 1 and 255 classes");
    ensure!(
        (1..=ImageShape::MOST).contains(&tile) && tile.is_multiple_of(4),
        "tile is {tile}; images halve twice, so it must be a multiple of 4, and at most {}",
        ImageShape::MOST
    );
    ensure!(styles.len() >= 2, "an atlas has at least two styles, one to train on and one to hold out");
    let atlas = image::decode(bytes, image::WHITE).context("atlas.png is not an image that can be read")?;
    let expected = (tile * classes.len(), tile * styles.len());
    let found = (atlas.width() as usize, atlas.height() as usize);
    ensure!(found == expected, "atlas.png is {found:?} pixels; its tiles make {expected:?}");
    let channels = if atlas.color().has_color() { 3 } else { 1 };
    let shape = ImageShape { channels, height: tile, width: tile };
    let pixels = image::pixels(&atlas, channels);
    let row = tile * channels;
    let tile_at = |style: usize, class: usize| -> Vec<u8> {
        let line = |y: usize| ((style * tile + y) * classes.len() + class) * row;
        (0..tile).flat_map(|y| pixels[line(y)..line(y) + row].iter().copied()).collect()
    };
    let examples = |styles: &[usize]| -> Vec<Example> {
        let of = |&style: &usize| (0..classes.len()).map(move |class| (style, class));
        let pairs = styles.iter().flat_map(of);
        pairs.map(|(style, class)| Example { class: class as u8, pixels: tile_at(style, class) }).collect()
    };
    let order = order(styles.len());
    let (held_out, training) = order.split_at(styles.len().div_ceil(HELD_OUT_SHARE));
    let counted = format!("{name}: {} styles, {} of them held out", styles.len(), held_out.len());
    let (training, held_out) = (examples(training), examples(held_out));
    Ok(Dataset { name: counted, licence, shape, classes, training, held_out, aligned: true })
}

/// The styles in an order that is random but always the same, so that what is held out is held out for ever.
fn order(styles: usize) -> Vec<usize> {
    let mut generator = Seed(0).stream("held-out styles", 0);
    let mut keyed: Vec<(f64, usize)> =
        (0..styles).map(|style| (StandardUniform.sample(&mut generator), style)).collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    keyed.into_iter().map(|(_, style)| style).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_is_there_in_every_class_on_one_side_only() {
        for (data, styles, held_out) in [(glyphs(), 451, 57), (faces(), 3_000, 375), (emoji(), 1_315, 165)] {
            let data = data.expect("the embedded images are whole");
            let classes = data.classes.len();
            assert_eq!((data.training.len(), data.held_out.len()), ((styles - held_out) * classes, held_out * classes));
            let in_turn =
                |examples: &[Example]| examples.iter().enumerate().all(|(i, e)| usize::from(e.class) == i % classes);
            assert!(data.aligned && in_turn(&data.training) && in_turn(&data.held_out));
        }
    }

    #[test]
    fn an_atlas_whose_image_has_another_size_is_refused() {
        let text = "name = \"x\"\nlicence = \"y\"\ntile = 16\nclasses = [\"a\"]\nstyles = [\"1\", \"2\"]\n";
        let error = read(text, include_bytes!("../../data/faces/atlas.png")).expect_err("another size");
        assert!(error.to_string().contains("atlas.png"), "{error}");
    }
}
