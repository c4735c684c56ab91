use burn::tensor::Tensor;

/// Each 2 × 2 patch becomes one point of four times the channels: [b, c, h, w] → [b, 4c, h/2, w/2].
pub(super) fn depth_from_space(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch, channels, height / 2, 2, width / 2, 2]).permute([0, 1, 3, 5, 2, 4]).reshape([
        batch,
        4 * channels,
        height / 2,
        width / 2,
    ])
}

/// The way back: [b, 4c, h, w] → [b, c, 2h, 2w].
pub(super) fn space_from_depth(x: Tensor<4>) -> Tensor<4> {
    let [batch, depth, height, width] = x.dims();
    x.reshape([batch, depth / 4, 2, 2, height, width]).permute([0, 1, 4, 2, 5, 3]).reshape([
        batch,
        depth / 4,
        2 * height,
        2 * width,
    ])
}
