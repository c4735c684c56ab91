use super::VelocityNetConfig;
use crate::image::ImageShape;

impl VelocityNetConfig {
    /// Multiplications with additions that one evaluation of the network takes for each image: what its time goes with, on
    /// one device and by the same kernels. Without those of embedding, normalisation and activation, which are few.
    pub fn multiply_adds(&self, shape: ImageShape) -> u64 {
        let ImageShape { channels, height, width } = shape;
        let (half, quarter) = (height * width / 4, height * width / 16);
        let (patch, outer, inner) = (4 * channels, self.width, 2 * self.width);
        let block = |channels: usize| 2 * 9 * channels * channels;
        let ends = 2 * 9 * patch * outer;
        let merge = 2 * outer * outer;
        let scales = 2 * 4 * outer * inner;
        let attention = if self.attention { 4 * inner * inner + 2 * quarter * inner } else { 0 };
        let at_half = half * (ends + merge + 2 * self.outer_blocks * block(outer));
        let at_quarter = quarter * (scales + self.inner_blocks * block(inner) + attention);
        (at_half + at_quarter) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Layer by layer: places × size of the kernel × channels in × channels out.
    #[test]
    fn every_layer_is_counted() {
        let network = VelocityNetConfig { width: 8, outer_blocks: 1, inner_blocks: 1, ..VelocityNetConfig::default() };
        let shape = ImageShape { channels: 1, height: 8, width: 8 };
        let (entry, exit) = (16 * 9 * 4 * 8, 16 * 9 * 8 * 4);
        let (blocks, merge) = (2 * 2 * 16 * 9 * 8 * 8, 16 * 16 * 8);
        let (halve, double, inner) = (4 * 32 * 16, 4 * 16 * 32, 2 * 4 * 9 * 16 * 16);
        let attention = 4 * 16 * 48 + 4 * 16 * 16 + 2 * 4 * 4 * 16;
        let all = entry + exit + blocks + merge + halve + double + inner;
        assert_eq!(network.multiply_adds(shape), all);
        assert_eq!(VelocityNetConfig { attention: true, ..network }.multiply_adds(shape), all + attention);
    }
}
