use serde::{Deserialize, Serialize};

/// What stands between two layers of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// max(0, x), which every device has kernels for.
    #[default]
    Relu,
    /// x / (1 + exp(−x)) (Elfwing et al., 2018), in the tensor library's own operations.
    Silu,
}
