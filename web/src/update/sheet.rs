use shared::image::ImageShape;

/// Images in a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The size of each image.
    pub shape: ImageShape,
    /// Images in each row.
    pub columns: usize,
    /// Their pixels, one after the other.
    pub pixels: Vec<u8>,
}

impl Sheet {
    /// Its width and height, in pixels.
    pub fn size(&self) -> [usize; 2] {
        let images = self.pixels.len() / self.shape.values();
        [self.columns.min(images) * self.shape.width, images.div_ceil(self.columns) * self.shape.height]
    }

    /// Its pixels row by row, three bytes each; black where the last row ends early.
    pub fn rgb(&self) -> Vec<u8> {
        let ([width, height], ImageShape { channels, height: high, width: wide }) = (self.size(), self.shape);
        let mut whole = vec![0; 3 * width * height];
        for (number, image) in self.pixels.chunks_exact(self.shape.values()).enumerate() {
            let (left, top) = (number % self.columns * wide, number / self.columns * high);
            for (at, pixel) in image.chunks_exact(channels).enumerate() {
                let to = 3 * ((top + at / wide) * width + left + at % wide);
                let colours = if channels == 3 { [pixel[0], pixel[1], pixel[2]] } else { [pixel[0]; 3] };
                whole[to..to + 3].copy_from_slice(&colours);
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_stand_in_rows() {
        let shape = ImageShape { channels: 1, height: 1, width: 2 };
        let sheet = Sheet { shape, columns: 2, pixels: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(sheet.size(), [4, 2]);
        let reds: Vec<u8> = sheet.rgb().into_iter().step_by(3).collect();
        assert_eq!(reds, [1, 2, 3, 4, 5, 6, 0, 0]);
        let shape = ImageShape { channels: 3, height: 1, width: 1 };
        assert_eq!(Sheet { shape, columns: 5, pixels: vec![7, 8, 9] }.rgb(), [7, 8, 9]);
    }
}
