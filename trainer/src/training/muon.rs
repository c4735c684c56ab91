//! Muon (Jordan et al., 2024): steps that are equally long in every direction of a matrix.

use burn::tensor::Tensor;
use shared::kernels::{AdamStep, Moving};

/// The mean gradient's memory.
const MOMENTUM: f64 = 0.95;

/// The length of a step for each weight, as a share of the learning rate: about as long as Adam's are, so that in one network
/// one learning rate suits convolutions and the rest, which Adam moves (Liu et al., 2025).
const LENGTH: f64 = 0.2;

/// One step of a convolution whose weights lie as [`shared::kernels::layout`] says, in this `shape`: [`shared::kernels::adam`] with another direction, that of
/// the mean gradient as a matrix [to, from · size · size] with all its singular values made 1. The mean square stays as it is.
pub(super) fn muon(
    moving: Moving,
    gradient: Tensor<1>,
    shorten: Tensor<1>,
    step: AdamStep,
    shape: [usize; 5],
) -> Moving {
    let gradient = gradient * shorten * (1.0 - MOMENTUM);
    let mean = moving.mean * MOMENTUM + gradient.clone();
    let ahead = (mean.clone() * MOMENTUM + gradient).reshape(shape);
    // Rows are outputs: [panels, taps and inputs, outputs of a panel].
    let [panels, height, width, from, panel] = shape;
    let (to, columns) = (panels * panel, height * width * from);
    let rows = ahead.reshape([panels, columns, panel]).swap_dims(1, 2).reshape([to, columns]);
    let direction = orthogonal(rows).reshape([panels, panel, columns]).swap_dims(1, 2).flatten::<1>(0, 2);
    let length = step.rate * LENGTH * (to.max(columns) as f64).sqrt();
    let weight = moving.weight - direction * length;
    let average = moving.average.clone() + (weight.clone() - moving.average) * step.renewal;
    Moving { weight, mean, average, square: moving.square }
}

/// About U·Vᵀ of the matrix X = U·S·Vᵀ: singular values down to 0.002 of its norm come to 0.7 to 1.2, smaller ones to less. Five steps X ← (a + b·G + c·G²)·X of Newton and
/// Schulz's iteration, G = X·Xᵀ, with Jordan et al.'s coefficients. All but the first and the last product are of the small
/// matrix G, because the factors of X are polynomials in it, whose order does not matter.
fn orthogonal(matrix: Tensor<2>) -> Tensor<2> {
    const STEPS: usize = 5;
    const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];
    let [rows, columns] = matrix.dims();
    if rows > columns {
        return orthogonal(matrix.transpose()).transpose();
    }
    let norm = matrix.clone().square().sum().sqrt() + 1e-7;
    let matrix = matrix / norm.reshape([1, 1]);
    let mut gram = matrix.clone().matmul(matrix.clone().transpose());
    let one = Tensor::eye(rows, &matrix.device());
    let mut factor = one.clone();
    for _ in 0..STEPS {
        let [a, b, c] = COEFFICIENTS;
        let next = one.clone() * a + gram.clone() * b + gram.clone().matmul(gram.clone()) * c;
        factor = next.clone().matmul(factor);
        gram = next.clone().matmul(gram).matmul(next);
    }
    factor.matmul(matrix)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use shared::kernels::layout;
    use shared::noise::Seed;

    use super::*;

    /// Random matrices have singular values within a factor of 10 here: all come to 0.7 to 1.2.
    #[test]
    fn directions_are_about_orthogonal() {
        for [rows, columns] in [[16, 144], [144, 16]] {
            let values = Seed(3).noise(0, rows * columns);
            let matrix = Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), &Device::flex());
            let near = orthogonal(matrix);
            let wide = if rows > columns { near.transpose() } else { near };
            let product: Vec<f32> = wide.clone().matmul(wide.transpose()).into_data().iter().collect();
            for (at, value) in product.iter().enumerate() {
                let (row, column) = (at / 16, at % 16);
                let (low, high) = if row == column { (0.45, 1.5) } else { (-0.3, 0.3) };
                assert!((low..high).contains(value), "{rows} × {columns}: {value} at {row}, {column}");
            }
        }
    }

    /// A gradient of rank 1 is its own direction. If rows were not outputs, it would have more ranks.
    #[test]
    fn a_convolution_of_one_direction_moves_along_it() {
        // The same for every tap and input.
        let shape = layout::shape(3, 4, 32);
        let count: usize = shape.iter().product();
        let outputs: Vec<f32> = (0..32).map(|output| 1.0 + output as f32).collect();
        let gradient: Vec<f32> = (0..count).map(|at| outputs[at / (9 * 4 * 16) * 16 + at % 16]).collect();
        let of = |values: Vec<f32>| Tensor::<1>::from_data(TensorData::new(values, [count]), &Device::flex());
        let zeros = || of(vec![0.0; count]);
        let moving = Moving { weight: zeros(), mean: zeros(), square: zeros(), average: zeros() };
        let step = AdamStep { betas: [0.9, 0.99], corrections: [1.0; 2], rate: 1.0, epsilon: 1e-8, renewal: 0.5 };
        let one = Tensor::<1>::from_data([1.0], &Device::flex());
        let moved = muon(moving, of(gradient.clone()), one, step, shape);
        let (weights, average): (Vec<f32>, Vec<f32>) =
            (moved.weight.into_data().iter().collect(), moved.average.into_data().iter().collect());
        let norm = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        let length = 0.2 * 36_f32.sqrt();
        let ratios = weights.iter().zip(&gradient).map(|(weight, gradient)| -weight / (gradient / norm * length));
        let ratios: Vec<f32> = ratios.collect();
        assert!(ratios.iter().all(|ratio| (ratio / ratios[0] - 1.0).abs() < 1e-3), "the direction is the gradient's");
        assert!((0.65..1.25).contains(&ratios[0]), "a singular value of {}", ratios[0]);
        assert!(average.iter().zip(&weights).all(|(average, weight)| (average - weight / 2.0).abs() < 1e-6));
    }
}
