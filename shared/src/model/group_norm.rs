use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::initial::Initial;
use crate::kernels::Modulation;

/// Group normalisation (Wu and He, 2018) with a learned scale and shift for each channel.
#[derive(Module, Debug)]
pub(super) struct GroupNorm {
    scale: Param<Tensor<1>>,
    shift: Param<Tensor<1>>,
}

impl GroupNorm {
    pub(super) fn new(channels: usize, device: &Device) -> Self {
        GroupNorm {
            scale: Initial::Ones.parameter([channels], device),
            shift: Initial::Zeros.parameter([channels], device),
        }
    }

    /// The same for all images.
    pub(super) fn modulation(&self) -> Modulation {
        Modulation { scale: self.scale.val().unsqueeze(), shift: self.shift.val().unsqueeze() }
    }
}
