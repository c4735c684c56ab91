//! Films.

use gif::{Encoder, EncodingError, Frame, Repeat};
use web::update::Sheet;

/// How long a moment is shown, and the last one, in hundredths of a second.
const MOMENT: u16 = 12;
const LAST: u16 = 150;

/// A GIF file that shows one sheet after the other, each pixel `scale` wide, again and again.
pub(crate) fn gif(sheets: &[Sheet], scale: usize) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let [width, height] = sheets.first().map_or([0, 0], Sheet::size).map(|side| (side * scale) as u16);
    let mut encoder = Encoder::new(&mut bytes, width, height, &[])?;
    encoder.set_repeat(Repeat::Infinite)?;
    for (number, sheet) in sheets.iter().enumerate() {
        let [across, down] = sheet.size();
        // Colours are chosen before pixels are enlarged, which takes a fraction of the time.
        let small = Frame::from_rgb_speed(across as u16, down as u16, &sheet.rgb(), 10);
        let rows = small.buffer.chunks_exact(across);
        let wide = rows.flat_map(|row| {
            let row: Vec<u8> = row.iter().flat_map(|pixel| std::iter::repeat_n(*pixel, scale)).collect();
            row.repeat(scale)
        });
        let delay = if number + 1 == sheets.len() { LAST } else { MOMENT };
        encoder.write_frame(&Frame { width, height, delay, buffer: wide.collect(), ..small.clone() })?;
    }
    drop(encoder);
    Ok(bytes)
}
