use burn::tensor::Tensor;

/// Each 2 × 2 patch of [b, h, w, c] becomes one point of [b, h/2, w/2, 4·c]; a channel's four values lie side by side.
pub(super) fn into_patches(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (height, width) = (height / 2, width / 2);
    let patches = x.reshape([batch, height, 2, width, 2, channels]).permute([0, 1, 3, 5, 2, 4]);
    patches.reshape([batch, height, width, 4 * channels])
}

/// The way back.
pub(super) fn from_patches(patches: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = patches.dims();
    let channels = channels / 4;
    let x = patches.reshape([batch, height, width, channels, 2, 2]).permute([0, 1, 4, 2, 5, 3]);
    x.reshape([batch, 2 * height, 2 * width, channels])
}
