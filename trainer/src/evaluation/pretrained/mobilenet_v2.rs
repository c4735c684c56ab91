//! The layers of MobileNet-V2 (Sandler et al., 2018), with the names of torchvision's file.

use super::layer::{Activation, Layer, Plan};

/// How much a block widens, the channels that leave it, how many such blocks follow each other, and the stride of the first.
const BLOCKS: [(usize, usize, usize, usize); 7] =
    [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

/// Channels after the first convolution, and after the last.
const FIRST: usize = 32;
const LAST: usize = 1280;

/// The network on paper.
pub(super) fn plan() -> Vec<Layer<Plan>> {
    let mut layers = vec![activated("features.0", FIRST, 3, 2, false)];
    let (mut channels, mut number) = (FIRST, 1);
    for (widening, leaving, count, stride) in BLOCKS {
        for stride in std::iter::once(stride).chain(std::iter::repeat_n(1, count - 1)) {
            let block = block(&format!("features.{number}.conv"), channels, widening, leaving, stride);
            if (stride, channels) == (1, leaving) {
                layers.push(Layer::Residual(block));
            } else {
                layers.extend(block);
            }
            (channels, number) = (leaving, number + 1);
        }
    }
    layers.push(activated(&format!("features.{number}"), LAST, 1, 1, false));
    layers
}

/// A block: wider, each channel for itself, narrower.
fn block(name: &str, channels: usize, widening: usize, leaving: usize, stride: usize) -> Vec<Layer<Plan>> {
    let mut layers = Vec::new();
    let part = |number: usize| format!("{name}.{number}");
    if widening > 1 {
        layers.push(activated(&part(0), channels * widening, 1, 1, false));
    }
    layers.push(activated(&part(layers.len()), channels * widening, 3, stride, true));
    let (convolution, norm) = (part(layers.len()), part(layers.len() + 1));
    layers.push(Layer::Convolution(Plan {
        convolution,
        norm,
        channels: leaving,
        kernel: [1, 1],
        stride: 1,
        padded: true,
        depthwise: false,
        activation: Activation::Linear,
    }));
    layers
}

fn activated(name: &str, channels: usize, size: usize, stride: usize, depthwise: bool) -> Layer<Plan> {
    Layer::Convolution(Plan {
        convolution: format!("{name}.0"),
        norm: format!("{name}.1"),
        channels,
        kernel: [size, size],
        stride,
        padded: true,
        depthwise,
        activation: Activation::Relu6,
    })
}
