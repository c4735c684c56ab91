//! The IDX format of the MNIST family, gzipped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use shared::checkpoint::Example;
use shared::image::ImageShape;

use super::{Dataset, name_of};
use crate::files;

/// Why bytes are not the expected IDX file.
#[derive(Debug, thiserror::Error)]
pub(super) enum IdxError {
    /// The compression is broken.
    #[error("it is not a whole gzip file")]
    Gzip(#[source] std::io::Error),
    /// Not IDX, not bytes, or of another number of axes.
    #[error("it is not an IDX file of bytes along {axes} axes: it begins with {magic:02x?}")]
    Magic {
        /// What was expected.
        axes: u8,
        /// What was found.
        magic: Vec<u8>,
    },
    /// Too short or too long.
    #[error("its header announces {expected} bytes of data, but {found} follow")]
    Length {
        /// What the header says.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// Two files that do not belong together.
    #[error("there are {images} images but {labels} labels")]
    Count {
        /// Images.
        images: usize,
        /// Labels.
        labels: usize,
    },
    /// A label that names no class.
    #[error("image {index} has label {label}, but there are {classes} classes")]
    Label {
        /// Which image.
        index: usize,
        /// Its label.
        label: u8,
        /// The number of classes.
        classes: usize,
    },
    /// Images of another size.
    #[error("its images are {height} × {width}, not 28 × 28")]
    Size {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
    },
}

/// The extents and the bytes of a gzipped IDX file with `AXES` axes.
pub(super) fn read<const AXES: usize>(gzipped: &[u8]) -> Result<([usize; AXES], Vec<u8>), IdxError> {
    let mut bytes = Vec::new();
    GzDecoder::new(gzipped).read_to_end(&mut bytes).map_err(IdxError::Gzip)?;
    let header = 4 + 4 * AXES;
    // Two zeros, 8 for unsigned bytes, the number of axes; then one big-endian extent for each axis.
    if bytes.len() < header || bytes[..4] != [0, 0, 8, AXES as u8] {
        bytes.truncate(4);
        return Err(IdxError::Magic { axes: AXES as u8, magic: bytes });
    }
    let extents: [usize; AXES] = std::array::from_fn(|axis| {
        let at = 4 + 4 * axis;
        u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
    });
    let expected = extents.iter().fold(1_usize, |product, extent| product.saturating_mul(*extent));
    let data = bytes.split_off(header);
    if data.len() == expected { Ok((extents, data)) } else { Err(IdxError::Length { expected, found: data.len() }) }
}

/// Grey images and their labels, which belong together and name one of `classes` classes.
pub(super) fn examples(images: &[u8], labels: &[u8], classes: usize) -> Result<(ImageShape, Vec<Example>), IdxError> {
    let ([count, height, width], pixels) = read::<3>(images)?;
    let ([labelled], labels) = read::<1>(labels)?;
    if count != labelled {
        return Err(IdxError::Count { images: count, labels: labelled });
    }
    if let Some(index) = labels.iter().position(|&label| usize::from(label) >= classes) {
        return Err(IdxError::Label { index, label: labels[index], classes });
    }
    let shape = ImageShape { channels: 1, height, width };
    let images = pixels.chunks_exact(shape.values().max(1));
    let examples = labels.iter().zip(images).map(|(&class, pixels)| Example { class, pixels: pixels.to_vec() });
    Ok((shape, examples.collect()))
}

/// The four files of a data set like MNIST. Classes are the labels that occur, and called by their numbers; images are padded
/// with black to a multiple of 4 on each side.
pub(super) fn load(folder: &Path) -> Result<Dataset> {
    let part = |part: &str| {
        let [images, labels] =
            ["images-idx3", "labels-idx1"].map(|kind| folder.join(format!("{part}-{kind}-ubyte.gz")));
        let bytes = [files::read(&images)?, files::read(&labels)?];
        examples(&bytes[0], &bytes[1], 256)
            .with_context(|| format!("the {part} files in {} are damaged", folder.display()))
    };
    let ((shape, training), (other, held_out)) = (part("train")?, part("t10k")?);
    ensure!(shape == other, "in {} the images to train on and those held out differ in size", folder.display());
    let labels: BTreeSet<u8> = training.iter().chain(&held_out).map(|example| example.class).collect();
    ensure!(labels.len() <= 255, "{} holds 256 classes; there may be 255", folder.display());
    let number: BTreeMap<u8, u8> = labels.iter().copied().zip(0..).collect();
    let of = |example: Example| pad(Example { class: number[&example.class], ..example }, shape);
    Ok(Dataset {
        name: format!("{}, {} training images", name_of(folder), training.len()),
        licence: "not stated".to_owned(),
        shape: ImageShape { height: padded(shape.height), width: padded(shape.width), ..shape },
        classes: labels.iter().map(u8::to_string).collect(),
        training: training.into_iter().map(of).collect(),
        held_out: held_out.into_iter().map(of).collect(),
        aligned: false,
    })
}

fn padded(extent: usize) -> usize {
    extent.next_multiple_of(4)
}

/// Black below and to the right.
fn pad(example: Example, shape: ImageShape) -> Example {
    let mut rows: Vec<Vec<u8>> = example.pixels.chunks_exact(shape.width).map(<[u8]>::to_vec).collect();
    rows.resize(padded(shape.height), vec![]);
    rows.iter_mut().for_each(|row| row.resize(padded(shape.width), 0));
    Example { pixels: rows.concat(), ..example }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Source;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("a vector takes all bytes");
        encoder.finish().expect("a vector takes all bytes")
    }

    #[test]
    fn classes_are_the_labels_that_occur() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |part: &str, labels: &[u8]| {
            let count = labels.len() as u8;
            let images =
                [&[0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 4, 0, 0, 0, 4][..], &vec![9; 16 * labels.len()]].concat();
            let labels = [&[0, 0, 8, 1, 0, 0, 0, count][..], labels].concat();
            for (kind, bytes) in [("images-idx3", images), ("labels-idx1", labels)] {
                let path = folder.path().join(format!("{part}-{kind}-ubyte.gz"));
                std::fs::write(path, gzip(&bytes)).expect("a writable folder");
            }
        };
        write("train", &[3, 1, 3]);
        write("t10k", &[1, 3]);
        let source = Source::Idx { folder: folder.path().to_owned() };
        let data = source.load().expect("whole files");
        assert_eq!(data.classes, ["1", "3"]);
        assert_eq!(data.training.iter().map(|one| one.class).collect::<Vec<_>>(), [1, 0, 1]);
        write("t10k", &[1, 1]);
        let said = source.load().expect_err("a class of which nothing is held out").to_string();
        assert!(said.contains("class 3 needs an image"), "{said}");
    }

    #[test]
    fn a_whole_file_is_read_and_broken_ones_say_why() {
        let whole = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
        assert_eq!(read::<1>(&gzip(&whole)).expect("a whole file"), ([3], vec![7, 8, 9]));
        assert!(matches!(read::<3>(&gzip(&whole)), Err(IdxError::Magic { axes: 3, .. })));
        assert!(matches!(read::<1>(&gzip(&whole[..10])), Err(IdxError::Length { expected: 3, found: 2 })));
        assert!(matches!(read::<1>(&gzip(&[])), Err(IdxError::Magic { .. })));
        assert!(matches!(read::<1>(b"not gzip"), Err(IdxError::Gzip(_))));
        let huge = [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];
        assert!(matches!(read::<3>(&gzip(&huge)), Err(IdxError::Length { found: 0, .. })));
    }
}
