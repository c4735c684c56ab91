//! Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 28 × 28 grey images of clothes in ten classes.

use std::path::Path;

use anyhow::{Context, Result};
use shared::checkpoint::Example;
use shared::image::ImageShape;

use super::Dataset;
use super::idx::{self, IdxError};

const CLASSES: [&str; 10] =
    ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
const SHAPE: ImageShape = ImageShape { channels: 1, height: 28, width: 28 };

static TEST_IMAGES: &[u8] = include_bytes!("../../data/fashion-mnist/t10k-images-idx3-ubyte.gz");
static TEST_LABELS: &[u8] = include_bytes!("../../data/fashion-mnist/t10k-labels-idx1-ubyte.gz");

/// Of the embedded 10,000 images, how many are held out when the others are trained on.
const HELD_OUT: usize = 1_000;

/// Where Debian's package `dataset-fashion-mnist` puts the 60,000 training images.
pub(super) const SYSTEM_FOLDER: &str = "/usr/share/datasets/fashion-mnist";

/// Trains on 9,000 of the 10,000 images that are compiled into this program, and holds out the other 1,000.
pub(super) fn embedded() -> Result<Dataset> {
    let mut held_out = test_images()?;
    let training = held_out.drain(..held_out.len() - HELD_OUT).collect();
    Ok(dataset("Fashion-MNIST, 9,000 images of its test file", training, held_out))
}

/// Trains on the 60,000 images in `folder`, and holds out the 10,000 that are compiled into this program.
pub(super) fn load(folder: &Path) -> Result<Dataset> {
    Ok(dataset("Fashion-MNIST, its 60,000 training images", read_folder(folder)?, test_images()?))
}

fn test_images() -> Result<Vec<Example>> {
    examples(TEST_IMAGES, TEST_LABELS).context("the embedded Fashion-MNIST file is damaged")
}

fn dataset(name: &str, training: Vec<Example>, held_out: Vec<Example>) -> Dataset {
    Dataset {
        name: name.to_owned(),
        licence: "MIT, © 2017 Zalando SE".to_owned(),
        shape: SHAPE,
        classes: CLASSES.map(str::to_owned).to_vec(),
        training,
        held_out,
        aligned: false,
    }
}

fn read_folder(folder: &Path) -> Result<Vec<Example>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| {
            format!(
                "cannot read {}; fashion-mnist wants the folder with its two training files \
                 (apt-get install dataset-fashion-mnist); --data embedded works without",
                path.display()
            )
        })
    };
    let (images, labels) = (read("train-images-idx3-ubyte.gz")?, read("train-labels-idx1-ubyte.gz")?);
    examples(&images, &labels).with_context(|| format!("the training files in {} are damaged", folder.display()))
}

fn examples(images: &[u8], labels: &[u8]) -> Result<Vec<Example>, IdxError> {
    let (shape, examples) = idx::examples(images, labels, CLASSES.len())?;
    if shape == SHAPE { Ok(examples) } else { Err(IdxError::Size { height: shape.height, width: shape.width }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_out_images_are_never_trained_on() {
        let data = embedded().expect("the embedded file is whole");
        assert_eq!((data.training.len(), data.held_out.len()), (9_000, 1_000));
        let training: std::collections::HashSet<_> = data.training.iter().map(|example| &example.pixels).collect();
        let shared = data.held_out.iter().filter(|example| training.contains(&example.pixels)).count();
        assert_eq!(shared, 0, "held-out images among the training images");
        assert_eq!(data.examples(3).iter().map(|example| example.class).collect::<Vec<_>>()[..4], [0, 0, 0, 1]);
    }
}
