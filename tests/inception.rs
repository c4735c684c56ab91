use std::cell::RefCell;
use std::collections::BTreeMap;

use burn::tensor::Device;
use safetensors::SafeTensors;
use shared::image::{ImageShape, values_from_pixels};
use trainer::evaluation::inception::Inception;

use crate::golden::difference;
use crate::support::root;

/// The integer hash of `golden/generate_inception.py`.
fn hashed(count: usize, salt: usize) -> impl Iterator<Item = f64> {
    let start = (salt as u32).wrapping_mul(0x9E37_79B9);
    (0..count as u32).map(move |i| {
        let mut x = start.wrapping_add(i);
        x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
        x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
        f64::from(x ^ (x >> 16)) / 2_f64.powi(31) - 1.0
    })
}

fn weights(name: &str, shape: &[usize], salt: usize) -> Vec<f32> {
    let numbers = hashed(shape.iter().product(), salt);
    let scale = (6.0 / shape[1..].iter().product::<usize>() as f64).sqrt();
    let number = |x: f64| match name {
        _ if name.ends_with("conv.weight") || name == "fc.weight" => x * scale,
        _ if name.ends_with("running_var") => 1.0 + 0.5 * x,
        _ if name.ends_with("bn.weight") => 1.0 + 0.1 * x,
        _ => 0.1 * x,
    };
    numbers.map(|x| number(x) as f32).collect()
}

/// PyTorch computed in f64 with pytorch-fid's own network; what remains is the rounding of our f32.
#[test]
fn inception_sees_what_pytorch_fid_sees() {
    let device = Device::flex();
    let shapes = RefCell::new(BTreeMap::new());
    let zeros = |name: &str, shape: &[usize]| {
        shapes.borrow_mut().insert(name.to_owned(), 0);
        Ok(vec![0.0; shape.iter().product()])
    };
    Inception::new(zeros, &device).expect("a network of zeros");
    let mut salts = shapes.into_inner();
    salts.values_mut().enumerate().for_each(|(number, salt)| *salt = number);
    assert_eq!(salts.len(), 94 * 5 + 1, "94 convolutions with their normalisation, and the classes");
    let inception = Inception::new(|name, shape| Ok(weights(name, shape, salts[name])), &device).expect("a network");

    let shape = ImageShape { channels: 3, height: 28, width: 28 };
    let pixels: Vec<u8> = hashed(2 * shape.values(), 7).map(|x| ((x + 1.0) * 128.0).floor() as u8).collect();
    let image = |planes: &[u8]| {
        let plane = shape.height * shape.width;
        let interleaved: Vec<u8> = (0..planes.len()).map(|i| planes[i % 3 * plane + i / 3]).collect();
        values_from_pixels(shape, &interleaved)
    };
    let images: Vec<Vec<f32>> = pixels.chunks_exact(shape.values()).map(image).collect();
    let sight = inception.forward(&images, shape, |_| ());

    let bytes = std::fs::read(root().join("tests/golden/inception.safetensors")).expect("the golden file");
    let golden = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    for (name, found) in [("features", &sight.features), ("logits", &sight.logits)] {
        let expected = golden.tensor(name).expect("the tensor").data().chunks_exact(4);
        let expected: Vec<f32> = expected.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let error = difference(&found.concat(), &expected);
        assert!(error < 1e-4, "{name} differ by {error:e}");
    }
}

#[test]
fn files_of_other_networks_are_refused_by_name() {
    for name in ["new-format.pth", "old-format.pth"] {
        let path = root().join("tests/golden").join(name);
        let error = Inception::read(&path, &Device::flex()).expect_err("a file of three tensors");
        let words = format!("{error:#}");
        assert!(words.contains("no tensor Conv2d_1a_3x3.conv.weight") && words.contains("https://"), "{words}");
    }
    let error = Inception::read(&root().join("README.md"), &Device::flex()).expect_err("no file of weights");
    assert!(format!("{error:#}").contains("README.md is not Inception-v3"), "{error:#}");
}
