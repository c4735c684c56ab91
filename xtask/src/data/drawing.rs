use anyhow::{Context, Result};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// The pixels of an SVG on white, of `tile` × `tile`: red, green and blue of each.
pub(super) fn render(svg: &str, tile: usize, turned: Transform) -> Result<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default())?;
    let mut pixels = Pixmap::new(tile as u32, tile as u32).context("an empty tile")?;
    pixels.fill(Color::WHITE);
    resvg::render(&tree, turned, &mut pixels.as_mut());
    Ok(pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect())
}
