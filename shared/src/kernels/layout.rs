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

/// The way back, for the numbers of a file. They are rearranged here, and not on the device, which a browser must not wait
/// for.
pub fn from_file(weights: &[f32], [to, from, height, width]: [usize; 4]) -> Vec<f32> {
    let [panels, _, _, _, columns] = shape(height, from, to);
    let taps = height * width;
    let mut numbers = Vec::with_capacity(weights.len());
    for panel in 0..panels {
        for tap in 0..taps {
            for input in 0..from {
                let output = |column: usize| panel * columns + column;
                numbers.extend((0..columns).map(|column| weights[(output(column) * from + input) * taps + tap]));
            }
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn what_comes_from_a_file_goes_back_to_it() {
        for extents in [[32, 4, 3, 3], [12, 8, 3, 3], [48, 16, 1, 1]] {
            let [to, from, size, _] = extents;
            let file: Vec<f32> = (0..to * from * size * size).map(|number| number as f32).collect();
            let memory = TensorData::new(from_file(&file, extents), shape(size, from, to));
            let again = to_file(Tensor::from_data(memory, &Device::flex())).into_data();
            assert_eq!(again.shape().as_slice(), extents);
            assert!(again.iter::<f32>().eq(file), "{extents:?}");
        }
    }
}
