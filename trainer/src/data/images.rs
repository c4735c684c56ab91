//! Folders of images: each sub-folder is a class.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;
use shared::image::{ImageShape, pixels_from_values};

use super::{Dataset, name_of};
use crate::files::image;

const ENDINGS: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// Images, but not to this program.
const OTHERS: [&str; 8] = ["bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jfif"];

/// A folder of images, and what to make of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageFolder {
    /// Its sub-folders are the classes; without any, all its images are of one class. Transparent parts become white.
    pub folder: PathBuf,
    /// Width and height that every image is cropped and scaled to, a multiple of 4.
    #[serde(default = "size")]
    pub size: usize,
    /// 1 (grey) or 3 (colour).
    #[serde(default = "channels")]
    pub channels: usize,
    /// The share of each class that is held out.
    #[serde(default = "held_out")]
    pub held_out: f64,
    /// What one may do with the images, for the model's card.
    #[serde(default = "licence")]
    pub licence: String,
}

// Shares and sizes are finite numbers, so equality is total.
impl Eq for ImageFolder {}

fn size() -> usize {
    32
}

fn channels() -> usize {
    3
}

fn held_out() -> f64 {
    0.1
}

fn licence() -> String {
    "not stated".to_owned()
}

impl ImageFolder {
    /// Colour images of 32 × 32, one in ten held out.
    pub fn new(folder: PathBuf) -> Self {
        ImageFolder { folder, size: size(), channels: channels(), held_out: held_out(), licence: licence() }
    }

    /// Whether this one of a class's images is held out: evenly spread, beginning with the first.
    fn holds_out(&self, number: usize) -> bool {
        let before = |number: usize| (number as f64 * self.held_out).ceil();
        before(number + 1) > before(number)
    }

    pub(super) fn load(&self) -> Result<Dataset> {
        let shape = ImageShape { channels: self.channels, height: self.size, width: self.size };
        let folders = sorted(&self.folder, Path::is_dir)?;
        let loose = sorted(&self.folder, is_image)?.len();
        ensure!(
            folders.is_empty() || loose == 0,
            "{} has sub-folders, which are classes, and images beside them ({loose}); put those into a sub-folder too",
            self.folder.display()
        );
        let folders = if folders.is_empty() { vec![self.folder.clone()] } else { folders };
        ensure!(
            folders.len() <= 255,
            "{} has {} sub-folders; at most 255 classes",
            self.folder.display(),
            folders.len()
        );
        let (mut training, mut kept, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (class, folder) in folders.iter().enumerate() {
            let files = sorted(folder, is_image)?;
            let out_of_reach = |path: &Path| path.is_dir() || ends_with(path, &OTHERS);
            if let Some(left_out) = sorted(folder, out_of_reach)?.first() {
                bail!(
                    "{} would be left out: the images of a class lie in one folder, and end in {}; move or convert it",
                    left_out.display(),
                    ENDINGS.join(", ")
                );
            }
            ensure!(
                files.len() >= 2,
                "{} holds {} images ({}); a class needs at least two, one to train on and one to hold out",
                folder.display(),
                files.len(),
                ENDINGS.join(", ")
            );
            let read = |path: &PathBuf| {
                let (values, _) = image::read(path, shape, image::WHITE)?;
                Ok(Example { class: class as u8, pixels: pixels_from_values(shape, &values) })
            };
            let examples: Result<Vec<Example>> = files.par_iter().map(read).collect();
            for (number, example) in examples?.into_iter().enumerate() {
                if self.holds_out(number) { kept.push(example) } else { training.push(example) }
            }
            // A link to a folder is called as the link is.
            classes
                .push(folder.file_name().map_or_else(|| name_of(folder), |name| name.to_string_lossy().into_owned()));
        }
        Ok(Dataset {
            name: format!("{} images in {}", training.len() + kept.len(), name_of(&self.folder)),
            licence: self.licence.clone(),
            shape,
            classes,
            training,
            held_out: kept,
            aligned: false,
        })
    }
}

fn is_image(path: &Path) -> bool {
    ends_with(path, &ENDINGS)
}

fn ends_with(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    path.is_file() && ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

fn sorted(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read the folder {}", folder.display());
    let entries: std::io::Result<Vec<_>> = folder.read_dir().with_context(context)?.collect();
    let mut paths: Vec<PathBuf> = entries.with_context(context)?.into_iter().map(|entry| entry.path()).collect();
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    paths.retain(|path| !hidden(path) && wanted(path));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::image::values_from_pixels;

    #[test]
    fn sub_folders_are_classes_and_a_damaged_image_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let shape = ImageShape { channels: 3, height: 8, width: 8 };
        for class in ["cat", "dog"] {
            for number in 0..10 {
                let values = values_from_pixels(shape, &[number * 10; 192]);
                let path = folder.path().join(class).join(format!("{number}.png"));
                image::write(&path, shape, &values).expect("a writable folder");
            }
        }
        let images = ImageFolder { size: 8, ..ImageFolder::new(folder.path().to_owned()) };
        let data = images.load().expect("whole images");
        assert_eq!((data.classes.as_slice(), data.held_out.len()), (&["cat".to_owned(), "dog".to_owned()][..], 2));
        assert_eq!((data.training.len(), &data.training[0].pixels[..3]), (18, &[10, 10, 10][..]));
        std::fs::write(folder.path().join("dog/broken.jpg"), b"nonsense").expect("a writable folder");
        assert!(format!("{:#}", images.load().expect_err("damaged")).contains("broken.jpg"));
    }

    #[test]
    fn the_share_that_is_held_out_is_the_one_that_was_asked_for() {
        for (share, kept) in [(0.1, 200), (0.2, 400), (0.3, 600), (0.5, 1000)] {
            let folder = ImageFolder { held_out: share, ..ImageFolder::new(PathBuf::new()) };
            assert_eq!((0..2000).filter(|number| folder.holds_out(*number)).count(), kept, "{share}");
            assert!(folder.holds_out(0) && !folder.holds_out(1));
        }
    }
}
