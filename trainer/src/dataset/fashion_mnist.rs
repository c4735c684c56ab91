//! Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): 28 × 28 grey pictures of clothes in ten classes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use shared::checkpoint::Example;
use shared::image::ImageShape;

use super::{Dataset, IdxError, idx};

const CLASSES: [&str; 10] =
    ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
const SHAPE: ImageShape = ImageShape { channels: 1, height: 28, width: 28 };

static TEST_IMAGES: &[u8] = include_bytes!("../../data/fashion-mnist/t10k-images-idx3-ubyte.gz");
static TEST_LABELS: &[u8] = include_bytes!("../../data/fashion-mnist/t10k-labels-idx1-ubyte.gz");

/// Of the embedded 10,000 pictures, how many are held out when the others are trained on.
const HELD_OUT: usize = 1_000;

/// Where Debian's package `dataset-fashion-mnist` puts the 60,000 training pictures.
pub const SYSTEM_FOLDER: &str = "/usr/share/datasets/fashion-mnist";

/// Which pictures to train on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fashion {
    /// 9,000 of the 10,000 that are compiled into this program; the other 1,000 are held out.
    Embedded,
    /// The 60,000 in this folder; all 10,000 embedded ones are held out.
    Folder(PathBuf),
}

/// Loads the data set.
///
/// # Errors
/// If the folder's files are missing or damaged; the error names the file.
pub fn fashion_mnist(which: &Fashion) -> Result<Dataset> {
    let mut held_out = examples(TEST_IMAGES, TEST_LABELS).context("the embedded Fashion-MNIST file is damaged")?;
    let (name, training) = match which {
        Fashion::Embedded => {
            let training = held_out.drain(..held_out.len() - HELD_OUT).collect();
            ("Fashion-MNIST, 9,000 pictures of its test file", training)
        }
        Fashion::Folder(folder) => ("Fashion-MNIST, its 60,000 training pictures", read_folder(folder)?),
    };
    Ok(Dataset {
        name: name.to_owned(),
        licence: "MIT, © 2017 Zalando SE".to_owned(),
        shape: SHAPE,
        classes: CLASSES.map(str::to_owned).to_vec(),
        training,
        held_out,
    })
}

fn read_folder(folder: &Path) -> Result<Vec<Example>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).with_context(|| {
            format!("cannot read {}; --data wants the folder with Fashion-MNIST's training files", path.display())
        })
    };
    let (images, labels) = (read("train-images-idx3-ubyte.gz")?, read("train-labels-idx1-ubyte.gz")?);
    examples(&images, &labels).with_context(|| format!("the training files in {} are damaged", folder.display()))
}

fn examples(images: &[u8], labels: &[u8]) -> Result<Vec<Example>, IdxError> {
    let ([count, height, width], pixels) = idx::read::<3>(images)?;
    let ([labelled], labels) = idx::read::<1>(labels)?;
    if count != labelled {
        return Err(IdxError::Count { images: count, labels: labelled });
    }
    if (height, width) != (SHAPE.height, SHAPE.width) {
        return Err(IdxError::Size { height, width });
    }
    if let Some(index) = labels.iter().position(|&label| usize::from(label) >= CLASSES.len()) {
        return Err(IdxError::Label { index, label: labels[index], classes: CLASSES.len() });
    }
    let pictures = pixels.chunks_exact(SHAPE.values());
    Ok(labels.iter().zip(pictures).map(|(&class, pixels)| Example { class, pixels: pixels.to_vec() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_out_pictures_are_never_trained_on() {
        let data = fashion_mnist(&Fashion::Embedded).expect("the embedded file is whole");
        assert_eq!((data.training.len(), data.held_out.len()), (9_000, 1_000));
        let training: std::collections::HashSet<_> = data.training.iter().map(|example| &example.pixels).collect();
        let shared = data.held_out.iter().filter(|example| training.contains(&example.pixels)).count();
        assert_eq!(shared, 0, "held-out pictures among the training pictures");
        assert_eq!(data.examples(3).iter().map(|example| example.class).collect::<Vec<_>>()[..4], [0, 0, 0, 1]);
    }
}
