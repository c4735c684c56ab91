use std::fs;
use std::path::Path;

use ab_glyph::{Font, FontVec, GlyphId, PxScale, point};
use anyhow::{Context, Result, ensure};

use super::atlas::Atlas;

const TILE: usize = 32;

/// The longer side of every glyph: a margin of three pixels all around.
const BOX: f32 = 26.0;

/// Two fonts whose glyphs differ by less than this mean square (of pixels within 0..=1) are one font twice.
const SAME: f64 = 1e-3;

/// Draws 0–9, A–Z and a–z of every font in `fonts`, white on black, each scaled to the same box and centred.
///
/// Fonts that lack a character or repeat an earlier font are left out.
pub(crate) fn glyphs(fonts: &Path, out: &Path) -> Result<()> {
    let characters: Vec<char> = ('0'..='9').chain('A'..='Z').chain('a'..='z').collect();
    let mut files: Vec<_> = fs::read_dir(fonts)
        .with_context(|| format!("cannot read {}", fonts.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ttf")));
    files.sort();
    let (mut styles, mut tiles): (Vec<String>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let font = FontVec::try_from_vec(fs::read(&path)?).with_context(|| format!("{} is no font", path.display()))?;
        let Some(drawn) = characters.iter().map(|&c| draw(&font, c)).collect::<Option<Vec<_>>>() else {
            println!("{name} lacks a character");
            continue;
        };
        if let Some(at) = tiles.chunks_exact(characters.len()).position(|other| distance(other, &drawn) < SAME) {
            println!("{name} repeats {}", styles[at]);
            continue;
        }
        styles.push(name);
        tiles.extend(drawn);
    }
    ensure!(!styles.is_empty(), "no complete font in {}", fonts.display());
    Atlas {
        name: "Glyphs of Brian Kent's fonts",
        licence: "Brian Kent's Ænigma fonts, rendered to bitmaps: redistribution and changes allowed with attribution",
        tile: TILE,
        channels: 1,
        classes: characters.iter().map(char::to_string).collect(),
        styles,
        tiles,
    }
    .write(out)
}

/// None if the font has no visible glyph for the character.
fn draw(font: &FontVec, character: char) -> Option<Vec<u8>> {
    let id = font.glyph_id(character);
    if id == GlyphId(0) {
        return None;
    }
    let outline =
        |scale: f32, x: f32, y: f32| font.outline_glyph(id.with_scale_and_position(PxScale::from(scale), point(x, y)));
    // Twice: once to learn its size, once at the size of the box.
    let trial = 512.0;
    let bounds = outline(trial, 0.0, 0.0)?.px_bounds();
    let longest = bounds.width().max(bounds.height());
    if longest < 1.0 {
        return None;
    }
    let factor = BOX / longest;
    let middle = |low: f32, high: f32| TILE as f32 / 2.0 - factor * (low + high) / 2.0;
    let glyph = outline(trial * factor, middle(bounds.min.x, bounds.max.x), middle(bounds.min.y, bounds.max.y))?;
    let corner = glyph.px_bounds().min;
    let mut tile = vec![0; TILE * TILE];
    glyph.draw(|x, y, coverage| {
        let (x, y) = (x as i32 + corner.x as i32, y as i32 + corner.y as i32);
        if (0..TILE as i32).contains(&x) && (0..TILE as i32).contains(&y) {
            tile[y as usize * TILE + x as usize] = (coverage.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    });
    tile.iter().any(|&pixel| pixel > 127).then_some(tile)
}

fn distance(a: &[Vec<u8>], b: &[Vec<u8>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    let sum: f64 = pairs.map(|(&a, &b)| ((f64::from(a) - f64::from(b)) / 255.0).powi(2)).sum();
    sum / (a.len() * TILE * TILE) as f64
}
