//! How the weights of a convolution lie in memory: as the loops of the kernels read them, so that no call lays them out.

use burn::tensor::Tensor;

/// Outputs whose weights lie side by side, where their number is a multiple of it: a cache line.
pub const PANEL: usize = 16;

/// The shape in memory: [panels, size, size, from, columns].
pub fn shape(size: usize, from: usize, to: usize) -> [usize; 5] {
    let columns = if to.is_multiple_of(PANEL) { PANEL } else { to };
    [to / columns, size, size, from, columns]
}

/// The weights as the field writes them: [to, from, size, size].
pub fn to_file(weights: Tensor<5>) -> Tensor<4> {
    let [panels, height, width, from, columns] = weights.dims();
    weights.permute([0, 4, 3, 1, 2]).reshape([panels * columns, from, height, width])
}

/// The way back.
pub fn from_file(weights: Tensor<4>) -> Tensor<5> {
    let [to, from, height, width] = weights.dims();
    let [panels, _, _, _, columns] = shape(height, from, to);
    weights.reshape([panels, columns, from, height, width]).permute([0, 3, 4, 2, 1])
}
