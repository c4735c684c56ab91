//! CIFAR-10 (Krizhevsky, 2009) in its binary version: records of one label and 3 × 32 × 32 bytes, plane after plane.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use shared::checkpoint::Example;
use shared::image::ImageShape;

use super::Dataset;
use crate::files;

const CLASSES: [&str; 10] = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const SHAPE: ImageShape = ImageShape { channels: 3, height: 32, width: 32 };

pub(super) fn load(folder: &Path) -> Result<Dataset> {
    let read = |name: &str| {
        let path = folder.join(name);
        let bytes = files::read(&path).context("cifar10 wants the folder of CIFAR-10's binary version")?;
        records(&bytes).with_context(|| format!("{} is damaged", path.display()))
    };
    let batches: Result<Vec<_>> = (1..=5).map(|number| read(&format!("data_batch_{number}.bin"))).collect();
    let (training, held_out) = (batches?.concat(), read("test_batch.bin")?);
    Ok(Dataset {
        name: format!("CIFAR-10, {} training images", training.len()),
        licence: "none stated; made from the Tiny Images, for research".to_owned(),
        shape: SHAPE,
        classes: CLASSES.map(str::to_owned).to_vec(),
        training,
        held_out,
        aligned: false,
    })
}

fn records(bytes: &[u8]) -> Result<Vec<Example>> {
    let record = 1 + SHAPE.values();
    ensure!(
        !bytes.is_empty() && bytes.len().is_multiple_of(record),
        "{} bytes are not whole records of {record} bytes",
        bytes.len()
    );
    let plane = SHAPE.height * SHAPE.width;
    let example = |(number, record): (usize, &[u8])| {
        let (class, planes) = (record[0], &record[1..]);
        ensure!(usize::from(class) < CLASSES.len(), "record {number} has label {class}, but there are 10 classes");
        let pixels = (0..plane).flat_map(|at| (0..3).map(move |channel| planes[channel * plane + at])).collect();
        Ok(Example { class, pixels })
    };
    bytes.chunks_exact(record).enumerate().map(example).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_become_pixels_and_broken_files_say_why() {
        let mut bytes = vec![3];
        bytes.extend((0..3).flat_map(|channel| vec![channel * 10; 1024]));
        let examples = records(&bytes).expect("one whole record");
        assert_eq!((examples.len(), examples[0].class, &examples[0].pixels[..6]), (1, 3, &[0, 10, 20, 0, 10, 20][..]));
        assert!(records(&bytes[..3000]).expect_err("cut").to_string().contains("3073"));
        bytes[0] = 10;
        assert!(records(&bytes).expect_err("no such class").to_string().contains("label 10"));
    }
}
