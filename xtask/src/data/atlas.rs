use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Compression, Encoder};

/// Every style in every class, as one image: a row for each style, a column for each class.
pub(super) struct Atlas {
    pub(super) name: &'static str,
    pub(super) licence: &'static str,
    /// Width and height of one tile.
    pub(super) tile: usize,
    /// 1 (grey) or 3 (colour).
    pub(super) channels: usize,
    pub(super) classes: Vec<String>,
    pub(super) styles: Vec<String>,
    /// The pixels of each tile, style by style and class by class.
    pub(super) tiles: Vec<Vec<u8>>,
}

impl Atlas {
    /// Writes `atlas.png` and `atlas.toml`. Grey tiles keep 16 shades.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let (width, height) = (self.tile * self.classes.len(), self.tile * self.styles.len());
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, u32::try_from(width)?, u32::try_from(height)?);
        encoder.set_compression(Compression::High);
        let rows: Vec<u8> = (0..height).flat_map(|y| self.row(y)).collect();
        let pixels = if self.channels == 1 {
            encoder.set_color(ColorType::Grayscale);
            encoder.set_depth(BitDepth::Four);
            rows.chunks_exact(2).map(|pair| (shade(pair[0]) << 4) | shade(pair[1])).collect()
        } else {
            encoder.set_color(ColorType::Rgb);
            rows
        };
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        let image = folder.join("atlas.png");
        fs::write(&image, &bytes).with_context(|| format!("cannot write {}", image.display()))?;

        let list = |names: &[String]| names.iter().map(|name| format!("    {name:?},\n")).collect::<String>();
        let description = format!(
            "name = {:?}\nlicence = {:?}\ntile = {}\nclasses = [\n{}]\nstyles = [\n{}]\n",
            self.name,
            self.licence,
            self.tile,
            list(&self.classes),
            list(&self.styles)
        );
        fs::write(folder.join("atlas.toml"), description)?;
        println!(
            "{}: {} styles × {} classes, {} bytes",
            image.display(),
            self.styles.len(),
            self.classes.len(),
            bytes.len()
        );
        Ok(())
    }

    fn row(&self, y: usize) -> impl Iterator<Item = u8> {
        let (style, line) = (y / self.tile, y % self.tile);
        let length = self.tile * self.channels;
        let tiles = &self.tiles[style * self.classes.len()..(style + 1) * self.classes.len()];
        tiles.iter().flat_map(move |tile| tile[line * length..(line + 1) * length].iter().copied())
    }
}

/// The nearest of 16 shades.
fn shade(pixel: u8) -> u8 {
    ((u16::from(pixel) + 8) / 17) as u8
}
