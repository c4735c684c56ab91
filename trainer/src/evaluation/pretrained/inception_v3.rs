//! The layers of Inception-v3 as the Fréchet Inception distance knows it, the network of December 2015, with the names of
//! pytorch-fid's file.

use super::layer::Layer::{self, Branches, Halve, Largest, Mean};
use super::layer::{Activation, Plan};

/// A convolution that keeps the size.
fn same(name: &str, channels: usize, rows: usize, columns: usize) -> Layer<Plan> {
    convolution(name, channels, [rows, columns], 1, true)
}

/// A convolution over 3 × 3 pixels that lie in the image.
fn inside(name: &str, channels: usize, stride: usize) -> Layer<Plan> {
    convolution(name, channels, [3, 3], stride, false)
}

fn convolution(name: &str, channels: usize, kernel: [usize; 2], stride: usize, padded: bool) -> Layer<Plan> {
    Layer::Convolution(Plan {
        convolution: format!("{name}.conv"),
        norm: format!("{name}.bn"),
        channels,
        kernel,
        stride,
        padded,
        depthwise: false,
        activation: Activation::Relu,
    })
}

fn block_a(name: &'static str, pooled: usize) -> Layer<Plan> {
    Branches(
        name,
        vec![
            vec![same("branch1x1", 64, 1, 1)],
            vec![same("branch5x5_1", 48, 1, 1), same("branch5x5_2", 64, 5, 5)],
            vec![same("branch3x3dbl_1", 64, 1, 1), same("branch3x3dbl_2", 96, 3, 3), same("branch3x3dbl_3", 96, 3, 3)],
            vec![Mean, same("branch_pool", pooled, 1, 1)],
        ],
    )
}

fn block_c(name: &'static str, channels: usize) -> Layer<Plan> {
    Branches(
        name,
        vec![
            vec![same("branch1x1", 192, 1, 1)],
            vec![
                same("branch7x7_1", channels, 1, 1),
                same("branch7x7_2", channels, 1, 7),
                same("branch7x7_3", 192, 7, 1),
            ],
            vec![
                same("branch7x7dbl_1", channels, 1, 1),
                same("branch7x7dbl_2", channels, 7, 1),
                same("branch7x7dbl_3", channels, 1, 7),
                same("branch7x7dbl_4", channels, 7, 1),
                same("branch7x7dbl_5", 192, 1, 7),
            ],
            vec![Mean, same("branch_pool", 192, 1, 1)],
        ],
    )
}

fn block_e(name: &'static str, pool: Layer<Plan>) -> Layer<Plan> {
    let fork = |wide, tall| Branches("", vec![vec![same(wide, 384, 1, 3)], vec![same(tall, 384, 3, 1)]]);
    Branches(
        name,
        vec![
            vec![same("branch1x1", 320, 1, 1)],
            vec![same("branch3x3_1", 384, 1, 1), fork("branch3x3_2a", "branch3x3_2b")],
            vec![
                same("branch3x3dbl_1", 448, 1, 1),
                same("branch3x3dbl_2", 384, 3, 3),
                fork("branch3x3dbl_3a", "branch3x3dbl_3b"),
            ],
            vec![pool, same("branch_pool", 192, 1, 1)],
        ],
    )
}

/// The network on paper. Its means leave out what lies beyond the border, and its
/// last block takes the largest where others take the mean.
pub(super) fn plan() -> Vec<Layer<Plan>> {
    vec![
        inside("Conv2d_1a_3x3", 32, 2),
        inside("Conv2d_2a_3x3", 32, 1),
        same("Conv2d_2b_3x3", 64, 3, 3),
        Halve,
        same("Conv2d_3b_1x1", 80, 1, 1),
        inside("Conv2d_4a_3x3", 192, 1),
        Halve,
        block_a("Mixed_5b.", 32),
        block_a("Mixed_5c.", 64),
        block_a("Mixed_5d.", 64),
        Branches(
            "Mixed_6a.",
            vec![
                vec![inside("branch3x3", 384, 2)],
                vec![
                    same("branch3x3dbl_1", 64, 1, 1),
                    same("branch3x3dbl_2", 96, 3, 3),
                    inside("branch3x3dbl_3", 96, 2),
                ],
                vec![Halve],
            ],
        ),
        block_c("Mixed_6b.", 128),
        block_c("Mixed_6c.", 160),
        block_c("Mixed_6d.", 160),
        block_c("Mixed_6e.", 192),
        Branches(
            "Mixed_7a.",
            vec![
                vec![same("branch3x3_1", 192, 1, 1), inside("branch3x3_2", 320, 2)],
                vec![
                    same("branch7x7x3_1", 192, 1, 1),
                    same("branch7x7x3_2", 192, 1, 7),
                    same("branch7x7x3_3", 192, 7, 1),
                    inside("branch7x7x3_4", 192, 2),
                ],
                vec![Halve],
            ],
        ),
        block_e("Mixed_7b.", Mean),
        block_e("Mixed_7c.", Largest),
    ]
}
