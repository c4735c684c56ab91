//! The operations in the tensor library's own.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::{self, conv2d};
use burn::tensor::ops::ConvOptions;

use super::{AdamStep, EPSILON, GROUPS, Modulation, Moving, layout, patches};

/// See [`super::convolution`].
pub fn convolution(x: Tensor<4>, weight: Tensor<5>, bias: Tensor<1>) -> Tensor<4> {
    let weight = layout::to_file(weight);
    let border = weight.dims()[2] / 2;
    let options = ConvOptions::new([1, 1], [border, border], [1, 1], 1);
    let outputs = conv2d(x.permute([0, 3, 1, 2]), weight, Some(bias), options);
    outputs.permute([0, 2, 3, 1])
}

/// See [`super::norm_convolution`].
pub fn norm_convolution(
    x: Tensor<4>,
    modulation: Modulation,
    weight: Tensor<5>,
    bias: Tensor<1>,
    residual: Option<Tensor<4>>,
) -> Tensor<4> {
    let outputs = convolution(relu(normalise(x, modulation)), weight, bias);
    match residual {
        Some(residual) => outputs + residual,
        None => outputs,
    }
}

/// scale · (x − mean) / deviation + shift, with mean and deviation of each group.
///
/// The mean is taken away before anything is squared: the mean of squares less the square of the mean loses all digits
/// where the mean is large, and may even be negative.
pub fn normalise(x: Tensor<4>, Modulation { scale, shift }: Modulation) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let size = channels / GROUPS;
    let groups = x.reshape([batch, height * width, GROUPS, size]);
    let mean = |x: Tensor<4>| x.mean_dim(1).mean_dim(3);
    let centred = groups.clone() - mean(groups);
    let inverse = (mean(centred.clone().square()) + EPSILON).sqrt().recip();

    let [rows, _] = scale.dims();
    let scale = scale.reshape([rows, 1, GROUPS, size]) * inverse;
    let normal = centred * scale + shift.reshape([rows, 1, GROUPS, size]);
    normal.reshape([batch, height, width, channels])
}

/// See [`super::linear`].
pub fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    module::linear(x, weight, Some(bias))
}

/// See [`super::join`].
pub fn join(patches: Tensor<4>, beside: Tensor<4>) -> Tensor<4> {
    Tensor::cat(vec![patches::open(patches), beside], 3)
}

/// See [`super::plus_scaled`].
pub fn plus_scaled<const D: usize>(x: Tensor<D>, direction: Tensor<D>, factor: f64) -> Tensor<D> {
    x + direction * factor
}

/// See [`super::adam`].
pub fn adam(moving: Moving, gradient: Tensor<1>, shorten: Tensor<1>, step: AdamStep) -> Moving {
    let AdamStep { betas: [beta_1, beta_2], corrections, rate, epsilon, renewal } = step;
    let gradient = gradient * shorten;
    let mean = moving.mean * beta_1 + gradient.clone() * (1.0 - beta_1);
    let square = moving.square * beta_2 + gradient.square() * (1.0 - beta_2);
    let deviation = (square.clone() / corrections[1]).sqrt() + epsilon;
    let weight = moving.weight - mean.clone() / deviation * (rate / corrections[0]);
    let average = moving.average.clone() + (weight.clone() - moving.average) * renewal;
    Moving { weight, mean, square, average }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    use crate::noise::Seed;

    /// A large mean leaves nothing but the rounding of the values themselves, 100 · 2⁻²⁴.
    #[test]
    fn a_large_mean_changes_nothing() {
        let device = Device::flex();
        let values = Seed(1).noise(0, 2 * 16 * 36);
        let normalised = |mean: f32| {
            let values = values.iter().map(|x| x + mean).collect::<Vec<f32>>();
            let x = Tensor::from_data(TensorData::new(values, [2, 6, 6, 16]), &device);
            let modulation =
                Modulation { scale: Tensor::ones([1, 16], &device), shift: Tensor::zeros([1, 16], &device) };
            normalise(x, modulation).into_data().iter::<f32>().collect::<Vec<f32>>()
        };
        let plain = normalised(0.0);
        for mean in [100.0, -100.0] {
            let worst = normalised(mean).iter().zip(&plain).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            // Measured: 9e-6. With E[x²] − E[x]² it was 4e-3.
            assert!(worst < 3e-5, "mean {mean}: {worst:e}");
        }
    }
}
