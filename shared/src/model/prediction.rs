use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::objective::{DATA_DEVIATION, path_variance};
use crate::schedule::NOISE_LEVELS;
use crate::time::{CLOSE, Time};

/// What the last layer of a network means. Whatever it is, the network as a field gives velocities:
/// v = a(t)·x + b(t)·F(c(t)·x, t).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prediction {
    /// The velocity itself.
    #[default]
    Velocity,
    /// What is left of the velocity when that of Gaussian data is taken away, at unit variance: Karras et al.'s (2022)
    /// preconditioning on the straight path.
    Preconditioned,
    /// The noise x₀: variance-exploding score matching (Song et al., 2021), where the score is −x₀/σ and the
    /// probability-flow ODE is dx̂/dσ = x₀ for x̂ = x/t. Beyond its highest noise level it heads for 0.
    Noise,
    /// The image x₁. Close to t = 1, where the velocity (x₁ − x)/(1 − t) has no bound, the last [`CLOSE`] of the way counts for
    /// the time that remains: there the network answers with what gives the velocity so, and no more with the image.
    Image,
}

/// c, a and b.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Coefficients {
    input: f64,
    skip: f64,
    output: f64,
}

impl Prediction {
    fn coefficients(self, time: Time) -> Coefficients {
        let t = time.get();
        let variance = path_variance(t);
        let input = variance.sqrt().recip();
        match self {
            Prediction::Velocity => Coefficients { input: 1.0, skip: 0.0, output: 1.0 },
            Prediction::Preconditioned => Coefficients {
                input,
                skip: (t * DATA_DEVIATION.powi(2) - (1.0 - t)) / variance,
                output: DATA_DEVIATION * input,
            },
            Prediction::Noise if t * (1.0 + NOISE_LEVELS.0) < 1.0 => {
                Coefficients { input, skip: -1.0 / (1.0 - t), output: 0.0 }
            }
            Prediction::Noise => Coefficients { input, skip: 1.0 / t, output: -1.0 / t },
            Prediction::Image => {
                let remaining = (1.0 - t).max(CLOSE);
                Coefficients { input, skip: -1.0 / remaining, output: 1.0 / remaining }
            }
        }
    }

    /// The velocity at `states` [b, c, h, w], from what `network` answers for its input. One time for each state, or one
    /// for all.
    pub(super) fn velocity(
        self,
        states: Tensor<4>,
        times: &[Time],
        network: impl FnOnce(Tensor<4>) -> Tensor<4>,
    ) -> Tensor<4> {
        if self == Prediction::Velocity {
            return network(states);
        }
        let device = states.device();
        let column = |of: fn(Coefficients) -> f64| column(times, &device, |time| of(self.coefficients(time)));
        let output = network(states.clone() * column(|c| c.input));
        states * column(|c| c.skip) + output * column(|c| c.output)
    }
}

/// One number for each time: [n, 1, 1, 1].
fn column(times: &[Time], device: &Device, of: impl Fn(Time) -> f64) -> Tensor<4> {
    let values: Vec<f32> = times.iter().map(|time| of(*time) as f32).collect();
    Tensor::from_data(TensorData::new(values, [times.len(), 1, 1, 1]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the exact noise or denoised image of Gaussian data in place of the network, the velocity is the exact one.
    #[test]
    fn every_prediction_of_the_truth_is_the_true_velocity() {
        let x = 0.7;
        for t in [0.05, 0.4, 0.9, 0.98, 1.0] {
            let variance = path_variance(t);
            let velocity = (t * DATA_DEVIATION.powi(2) - (1.0 - t)) / variance * x;
            // E[x₀|x_t] of Gaussian data.
            let noise = (1.0 - t) / variance * x;
            // E[x₁|x_t], which is x itself at the end.
            let image = t * DATA_DEVIATION.powi(2) / variance * x;
            let truths = [(Prediction::Preconditioned, 0.0), (Prediction::Noise, noise), (Prediction::Image, image)];
            for (prediction, answer) in truths {
                if prediction == Prediction::Image && t > 1.0 - CLOSE {
                    continue;
                }
                let Coefficients { skip, output, .. } = prediction.coefficients(Time::new(t));
                assert!((skip * x + output * answer - velocity).abs() < 1e-12, "{prediction:?} at {t}");
            }
        }
        let Coefficients { skip, output, .. } = Prediction::Noise.coefficients(Time::NOISE);
        assert_eq!((skip, output), (-1.0, 0.0), "far from any image the path leads to 0");
    }
}
