use std::cell::RefCell;
use std::collections::BTreeMap;

use burn::tensor::Device;
use safetensors::SafeTensors;
use shared::image::{ImageShape, values_from_pixels};
use trainer::evaluation::pretrained::{Pretrained, PretrainedNet};

use crate::golden::difference;
use crate::support::root;

/// The integer hash of `golden/generate_pretrained.py`.
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
        _ if shape.len() > 1 => x * scale,
        _ if name.ends_with("running_var") => 1.0 + 0.5 * x,
        _ if name.ends_with("weight") => 1.0 + 0.1 * x,
        _ => 0.1 * x,
    };
    numbers.map(|x| number(x) as f32).collect()
}

/// A network with weights that a formula gives.
fn formula(network: Pretrained, tensors: usize) -> PretrainedNet {
    let device = Device::flex();
    let shapes = RefCell::new(BTreeMap::new());
    let zeros = |name: &str, shape: &[usize]| {
        shapes.borrow_mut().insert(name.to_owned(), 0);
        Ok(vec![0.0; shape.iter().product()])
    };
    PretrainedNet::new(network, &zeros, &device).expect("a network of zeros");
    let mut salts = shapes.into_inner();
    salts.values_mut().enumerate().for_each(|(number, salt)| *salt = number);
    assert_eq!(salts.len(), tensors);
    PretrainedNet::new(network, &|name, shape| Ok(weights(name, shape, salts[name])), &device).expect("a network")
}

/// PyTorch computed in f64 with the networks of pytorch-fid and of torchvision; what remains is the rounding of our f32.
fn sees_what_pytorch_sees(network: Pretrained, tensors: usize) {
    let net = formula(network, tensors);
    let shape = ImageShape { channels: 3, height: 28, width: 28 };
    let pixels: Vec<u8> = hashed(2 * shape.values(), 7).map(|x| ((x + 1.0) * 128.0).floor() as u8).collect();
    let image = |planes: &[u8]| {
        let plane = shape.height * shape.width;
        let interleaved: Vec<u8> = (0..planes.len()).map(|i| planes[i % 3 * plane + i / 3]).collect();
        values_from_pixels(shape, &interleaved)
    };
    let images: Vec<Vec<f32>> = pixels.chunks_exact(shape.values()).map(image).collect();
    let sight = net.forward(&images, shape, |_| ());

    let file = format!("tests/golden/{}.safetensors", network.name().to_lowercase());
    let bytes = std::fs::read(root().join(file)).expect("the golden file");
    let golden = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    for (name, found) in [("features", &sight.features), ("logits", &sight.logits)] {
        assert_eq!(golden.names().contains(&name), !found.is_empty(), "{name}");
        if found.is_empty() {
            continue;
        }
        let expected = golden.tensor(name).expect("the tensor").data().chunks_exact(4);
        let expected: Vec<f32> = expected.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let error = difference(&found.concat(), &expected);
        assert!(error < 1e-4, "{name} differ by {error:e}");
    }
}

#[test]
fn inception_sees_what_pytorch_fid_sees() {
    sees_what_pytorch_sees(Pretrained::InceptionV3, 94 * 5 + 1);
}

#[test]
fn mobilenet_sees_what_torchvision_sees() {
    sees_what_pytorch_sees(Pretrained::MobileNetV2, 52 * 5);
}

#[test]
fn files_of_other_networks_are_refused_by_name() {
    let error = |name: &str| {
        let error = PretrainedNet::read(&root().join(name), &Device::flex()).expect_err("no network");
        format!("{error:#}")
    };
    for name in ["new-format.pth", "old-format.pth"] {
        let words = error(&format!("tests/golden/{name}"));
        for network in Pretrained::ALL {
            assert!(words.contains(&format!("not {network}: there is no tensor")), "{words}");
            assert!(words.contains(network.weights()), "{words}");
        }
    }
    assert!(error("README.md").contains("README.md is none of the networks"), "{}", error("README.md"));
}
