//! The kernels against the tensor library's own operations: values and gradients.

use burn::tensor::{Device, Tensor, TensorData};
use shared::checkpoint::Checkpoint;
use shared::kernels::{self, Modulation, layout, reference};
use shared::noise::Seed;

use crate::backends::graphics;
use crate::golden::{difference, values};
use crate::support::trainer;

/// Extents [size, batch, height, width, from, to] that tiles do not divide evenly, and those of the released models.
const EXTENTS: [[usize; 6]; 14] = [
    [3, 1, 6, 4, 4, 8],
    [3, 3, 5, 7, 8, 8],
    [3, 2, 6, 6, 24, 40],
    [3, 1, 14, 14, 64, 4],
    [3, 5, 7, 7, 128, 128],
    [3, 2, 14, 14, 64, 64],
    // More images than are computed together, after a convolution that needs more room.
    [3, 19, 14, 14, 16, 16],
    [3, 41, 7, 7, 32, 16],
    [1, 3, 5, 7, 8, 8],
    [1, 2, 3, 3, 16, 48],
    [1, 2, 7, 7, 256, 128],
    [1, 11, 3, 3, 16, 16],
    // Of grey and of coloured images.
    [3, 2, 6, 6, 1, 32],
    [1, 2, 3, 3, 3, 8],
];

struct Operands {
    x: Tensor<4>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    weight: Tensor<5>,
    bias: Tensor<1>,
    residual: Tensor<4>,
    output: Tensor<4>,
}

impl Operands {
    /// Random ones; modulations of `rows` rows.
    fn new([size, batch, height, width, from, to]: [usize; 6], rows: usize, device: &Device) -> Self {
        let numbers = |number: u64, count: usize| Seed(7).noise(number, count);
        let images = |number: u64, channels: usize| {
            let data = numbers(number, batch * height * width * channels);
            Tensor::<4>::from_data(TensorData::new(data, [batch, height, width, channels]), device)
        };
        let table =
            |number: u64| Tensor::<2>::from_data(TensorData::new(numbers(number, rows * from), [rows, from]), device);
        let weight = TensorData::new(numbers(4, size * size * from * to), layout::shape(size, from, to));
        Operands {
            x: images(1, from) + 0.5,
            scale: table(2),
            shift: table(3),
            weight: Tensor::<5>::from_data(weight, device),
            bias: Tensor::<1>::from_data(TensorData::new(numbers(5, to), [to]), device),
            residual: images(6, to),
            output: images(7, to),
        }
    }

    /// Likewise, and their gradients are wanted.
    fn tracked(extents: [usize; 6], rows: usize) -> Self {
        let Operands { x, scale, shift, weight, bias, residual, output } =
            Operands::new(extents, rows, &Device::flex().autodiff());
        Operands {
            x: x.require_grad(),
            scale: scale.require_grad(),
            shift: shift.require_grad(),
            weight: weight.require_grad(),
            bias: bias.require_grad(),
            residual: residual.require_grad(),
            output,
        }
    }

    fn modulation(&self) -> Modulation {
        Modulation { scale: self.scale.clone(), shift: self.shift.clone() }
    }

    /// The output, and all gradients of its product with fixed numbers.
    fn results(&self, output: Tensor<4>) -> Vec<(&'static str, Vec<f32>)> {
        let gradients = (output.clone() * self.output.clone()).sum().backward();
        let mut results = vec![("output", values(output.inner()))];
        let mut add = |name, gradient: Option<Vec<f32>>| results.extend(gradient.map(|gradient| (name, gradient)));
        add("x", self.x.grad(&gradients).map(values));
        add("scale", self.scale.grad(&gradients).map(values));
        add("shift", self.shift.grad(&gradients).map(values));
        add("weight", self.weight.grad(&gradients).map(values));
        add("bias", self.bias.grad(&gradients).map(values));
        add("residual", self.residual.grad(&gradients).map(values));
        results
    }
}

/// Sums of up to 1,152 products in another order; measured below 2e-6 of the largest number.
fn assert_same(case: &str, found: &[(&str, Vec<f32>)], expected: &[(&str, Vec<f32>)]) {
    assert_eq!(found.len(), expected.len(), "{case}");
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        let error = difference(found, expected);
        assert!(error < 1e-5, "{case}: {name} differs by {error:e}");
    }
}

#[test]
fn convolutions_agree_with_the_reference() {
    for extents in EXTENTS {
        let operands = Operands::tracked(extents, 1);
        let Operands { x, weight, bias, .. } = &operands;
        let found = operands.results(kernels::convolution(x.clone(), weight.clone(), bias.clone()));
        let expected = operands.results(reference::convolution(x.clone(), weight.clone(), bias.clone()));
        assert_eq!(found.len(), 4);
        assert_same(&format!("{extents:?}"), &found, &expected);
    }
}

#[test]
fn normalised_convolutions_agree_with_the_reference() {
    for extents in EXTENTS.into_iter().filter(|[_, _, _, _, from, _]| from.is_multiple_of(kernels::GROUPS)) {
        for (rows, residual) in [(1, false), (extents[1], true)] {
            let operands = Operands::tracked(extents, rows);
            let Operands { x, weight, bias, .. } = &operands;
            let residual = residual.then(|| operands.residual.clone());
            let apply = |operation: fn(_, _, _, _, _) -> Tensor<4>| {
                let output =
                    operation(x.clone(), operands.modulation(), weight.clone(), bias.clone(), residual.clone());
                operands.results(output)
            };
            let (found, expected) = (apply(kernels::norm_convolution), apply(reference::norm_convolution));
            assert_eq!(found.len(), if residual.is_some() { 7 } else { 6 });
            assert_same(&format!("{extents:?}, {rows} rows"), &found, &expected);
        }
    }
}

#[test]
fn patches_agree_with_the_reference() {
    for [_, batch, height, width, from, _] in EXTENTS {
        let images = |number: u64, shape: [usize; 4]| {
            let numbers = Seed(number).noise(0, shape.iter().product());
            Tensor::<4>::from_data(TensorData::new(numbers, shape), &Device::flex().autodiff()).require_grad()
        };
        let (pixels, patches) = ([batch, 2 * height, 2 * width, from], [batch, height, width, 4 * from]);
        let (x, folded) = (images(1, pixels), images(2, patches));
        let results = |output: Tensor<4>| {
            let weights = images(3, output.dims()).detach();
            let gradients = (output.clone() * weights).sum().backward();
            let of = |x: &Tensor<4>| x.grad(&gradients).map(values);
            (values(output.inner()), of(&x), of(&folded))
        };
        let case = format!("{pixels:?}");
        assert!(results(kernels::close(x.clone())) == results(kernels::patches::close(x.clone())), "{case}");
        let (found, expected) = (kernels::join(folded.clone(), x.clone()), reference::join(folded.clone(), x.clone()));
        assert!(results(found) == results(expected), "{case}");
    }
}

/// Values alone: graphics processors train with the tensor library's own operations. Measured on Mesa's rasteriser: 1.2e-6.
#[test]
fn on_a_graphics_processor_they_agree_with_those_of_the_cpu() {
    let Some(gpu) = graphics() else { return };
    for extents @ [_, _, _, _, from, to] in EXTENTS {
        for rows in [1, extents[1]] {
            let [there, here] = [&gpu.device, &Device::flex()].map(|device| {
                let operands = Operands::new(extents, rows, device);
                let Operands { x, weight, bias, residual, .. } = &operands;
                let mut outputs =
                    vec![("plain", values(kernels::convolution(x.clone(), weight.clone(), bias.clone())))];
                if extents[4].is_multiple_of(kernels::GROUPS) {
                    let normalised = |residual| {
                        let (x, weight, bias) = (x.clone(), weight.clone(), bias.clone());
                        values(kernels::norm_convolution(x, operands.modulation(), weight, bias, residual))
                    };
                    outputs.push(("normalised", normalised(None)));
                    outputs.push(("with a residual", normalised(Some(residual.clone()))));
                }
                let [batch, height, width, channels] = x.dims();
                if height.is_multiple_of(2) && width.is_multiple_of(2) {
                    let folded = kernels::patches::close(x.clone() * 2.0);
                    outputs.push(("joined", values(kernels::join(folded, x.clone()))));
                }
                let table = layout::to_file(weight.clone()).reshape([-1, to as i32]);
                let points = x.clone().reshape([-1, from as i32]);
                outputs.push(("linear", values(kernels::linear(points, table.narrow(0, 0, from), bias.clone()))));
                let moved = kernels::plus_scaled(x.clone(), x.clone().flip([0]), -0.5);
                assert_eq!(moved.dims(), [batch, height, width, channels]);
                outputs.push(("moved", values(moved)));
                outputs
            });
            assert_same(&format!("{extents:?}, {rows} rows, {}", gpu.name), &there, &here);
        }
    }
}

/// WebGPU takes 65,535 cubes in a line, which is less than a hundred images with guidance need.
#[test]
fn a_graphics_processor_takes_more_images_than_a_line_of_cubes() {
    let Some(gpu) = graphics() else { return };
    let joined = |device: &Device| {
        let noise = |number: u64, shape: [usize; 4]| {
            Tensor::<4>::from_data(TensorData::new(Seed(number).noise(0, shape.iter().product()), shape), device)
        };
        // The image beside has other channels: 131 rows of 32 × 32 with 32 are 67,072 cubes of 64.
        let (folded, x) = (noise(1, [131, 16, 16, 80]), noise(2, [131, 32, 32, 12]));
        let joined = kernels::join(folded, x);
        (values(kernels::plus_scaled(joined.clone(), joined.clone(), 1.0)), joined.dims())
    };
    let (there, here) = (joined(&gpu.device), joined(&Device::flex()));
    assert!(there == here, "{}", gpu.name);
}

/// Whoever trains or draws on another machine gets the same numbers, whatever the number of its cores.
#[test]
fn the_number_of_threads_changes_no_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = |threads: &str| {
        let path = |name: &str| folder.path().join(format!("{threads}-{name}")).display().to_string();
        let (run, sheet) = (path("run"), path("sheet.png"));
        let train = ["train", "--budget", "128", "--data", "embedded", "--device", "cpu", "--run", &run];
        let sample = ["sample", "--count", "3", "--intervals", "2", "--device", "cpu", "--out", &sheet];
        for words in [&train[..], &sample] {
            let output = trainer().env("RAYON_NUM_THREADS", threads).args(words).output().expect("the trainer starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let model = std::fs::read(format!("{run}/model.safetensors")).expect("a model");
        let model = Checkpoint::from_bytes(&model).expect("a whole model");
        (model.parameters, std::fs::read(sheet).expect("a sheet"))
    };
    let one = results("1");
    for threads in ["2", "4"] {
        let (parameters, sheet) = results(threads);
        assert!(parameters == one.0, "{threads} threads train otherwise");
        assert!(sheet == one.1, "{threads} threads draw otherwise");
    }
}
