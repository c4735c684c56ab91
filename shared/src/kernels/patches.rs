//! Patches of 2 × 2 pixels as points of an image of half the size; a channel's four values lie side by side.

use burn::tensor::Tensor;

/// [b, h, w, c] → [b, h/2, w/2, 4·c].
pub fn close(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (height, width) = (height / 2, width / 2);
    let patches = x.reshape([batch, height, 2, width, 2, channels]).permute([0, 1, 3, 5, 2, 4]);
    patches.reshape([batch, height, width, 4 * channels])
}

/// [b, h/2, w/2, 4·c] → [b, h, w, c].
pub fn open(patches: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = patches.dims();
    let channels = channels / 4;
    let x = patches.reshape([batch, height, width, channels, 2, 2]).permute([0, 1, 4, 2, 5, 3]);
    x.reshape([batch, 2 * height, 2 * width, channels])
}

/// [b, c, h, w] → [b, h/2, w/2, 4·c]: from images as others have them.
pub fn enter(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let (height, width) = (height / 2, width / 2);
    let patches = x.reshape([batch, channels, height, 2, width, 2]).permute([0, 2, 4, 1, 3, 5]);
    patches.reshape([batch, height, width, 4 * channels])
}

/// [b, h/2, w/2, 4·c] → [b, c, h, w].
pub fn leave(patches: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = patches.dims();
    let channels = channels / 4;
    let x = patches.reshape([batch, height, width, channels, 2, 2]).permute([0, 3, 1, 4, 2, 5]);
    x.reshape([batch, channels, 2 * height, 2 * width])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn counted(shape: [usize; 4]) -> Tensor<4> {
        let numbers: Vec<f32> = (0..shape.iter().product::<usize>()).map(|number| number as f32).collect();
        Tensor::from_data(TensorData::new(numbers, shape), &Device::flex())
    }

    fn numbers(x: Tensor<4>) -> Vec<f32> {
        x.into_data().iter().collect()
    }

    #[test]
    fn patches_are_the_same_on_every_way() {
        let x = counted([2, 4, 6, 3]);
        let patches = close(x.clone());
        assert_eq!(patches.dims(), [2, 2, 3, 12]);
        let first = patches.clone().slice([0..1, 0..1, 0..1, 0..4]);
        assert_eq!(numbers(first), [0.0, 3.0, 18.0, 21.0], "the first channel of the first patch");
        let moved = x.clone().permute([0, 3, 1, 2]);
        assert_eq!(numbers(enter(moved.clone())), numbers(patches.clone()));
        assert_eq!(numbers(leave(patches.clone())), numbers(moved));
        assert_eq!(numbers(open(patches)), numbers(x));
    }
}
