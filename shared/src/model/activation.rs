use burn::tensor::Tensor;
use burn::tensor::activation::{relu, silu};
use serde::{Deserialize, Serialize};

/// What stands between two layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// max(0, x), which every device has kernels for.
    #[default]
    Relu,
    /// x / (1 + exp(−x)) (Elfwing et al., 2018), in the tensor library's own operations.
    Silu,
}

impl Activation {
    /// Of every number.
    pub(super) fn of(self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Activation::Relu => relu(x),
            Activation::Silu => silu(x),
        }
    }
}
