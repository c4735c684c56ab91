//! Which images a run learns from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use shared::checkpoint::Example;
use shared::image::ImageShape;

use super::{Dataset, ImageFolder, atlas, cifar10, fashion_mnist, idx, name_of};

/// Where images come from: the table `data` of a configuration, or one word on the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// Fashion-MNIST: the 60,000 training images in a folder.
    FashionMnist {
        /// The folder with the two files `train-…-ubyte.gz`; without it, that of Debian's package where it is installed,
        /// else the embedded images.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        folder: Option<PathBuf>,
    },
    /// 9,000 images of Fashion-MNIST inside this program.
    Embedded,
    /// 62 characters in 451 fonts, inside this program; whole fonts are held out.
    Glyphs,
    /// 3,000 pixel-art faces, each with and without glasses and hat, inside this program; whole faces are held out.
    Faces,
    /// 1,315 emoji, each drawn by four artists, inside this program; whole emoji are held out.
    Emoji,
    /// CIFAR-10's binary version.
    Cifar10 {
        /// The folder with `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`.
        folder: PathBuf,
    },
    /// Any data set in the four files of MNIST.
    Idx {
        /// The folder with `train-images-idx3-ubyte.gz` and its three companions.
        folder: PathBuf,
    },
    /// A folder of images; each sub-folder is a class.
    Images(ImageFolder),
    /// Every style in every class on one image, described beside it.
    Atlas {
        /// The folder with `atlas.png` and `atlas.toml`.
        folder: PathBuf,
    },
}

impl Default for Source {
    /// Fashion-MNIST, wherever [`Source::resolved`] finds it.
    fn default() -> Self {
        Source::FashionMnist { folder: None }
    }
}

impl Source {
    /// What the command line calls the sources.
    pub const WORDS: [&str; 10] = [
        "fashion-mnist",
        "fashion-mnist:DIR",
        "embedded",
        "glyphs",
        "faces",
        "emoji",
        "cifar10:DIR",
        "idx:DIR",
        "images:DIR",
        "atlas:DIR",
    ];

    /// The same with nothing left to the machine: looks where Fashion-MNIST is, if nobody said so.
    pub fn resolved(self) -> Self {
        let package = Path::new(fashion_mnist::SYSTEM_FOLDER);
        match self {
            Source::FashionMnist { folder: None } if package.is_dir() => {
                Source::FashionMnist { folder: Some(package.to_owned()) }
            }
            Source::FashionMnist { folder: None } => Source::Embedded,
            other => other,
        }
    }

    /// Finds what cannot be, before any image is read.
    ///
    /// # Errors
    /// The first key whose value is impossible, and what is possible.
    pub fn check(&self) -> Result<()> {
        if let Source::Images(ImageFolder { size, channels, held_out, .. }) = self {
            ensure!(
                (1..=ImageShape::MOST).contains(size) && size.is_multiple_of(4),
                "data.size is {size}; images halve twice, so it must be a multiple of 4, and at most {}",
                ImageShape::MOST
            );
            ensure!([1, 3].contains(channels), "data.channels is {channels}; use 1 (grey) or 3 (colour)");
            ensure!((0.01..=0.5).contains(held_out), "data.held_out is {held_out}; it must lie within 0.01 and 0.5");
        }
        Ok(())
    }

    /// A name for a model of this data.
    pub fn slug(&self) -> String {
        match self {
            Source::FashionMnist { .. } | Source::Embedded => "fashion-mnist".to_owned(),
            Source::Glyphs => "glyphs".to_owned(),
            Source::Faces => "faces".to_owned(),
            Source::Emoji => "emoji".to_owned(),
            Source::Cifar10 { .. } => "cifar10".to_owned(),
            Source::Images(images) => name_of(&images.folder),
            Source::Idx { folder } | Source::Atlas { folder } => name_of(folder),
        }
    }

    /// What a user names in the place of these images: of two folders of images the other folder, and all else as it is here.
    pub fn replaced_by(self, named: Source) -> Self {
        match (self, named) {
            (Source::Images(own), Source::Images(ImageFolder { folder, .. })) => {
                Source::Images(ImageFolder { folder, ..own })
            }
            (_, named) => named,
        }
    }

    /// The same without the way to its folder, which is nobody else's business.
    pub fn published(self) -> Self {
        let name = |folder: &Path| PathBuf::from(name_of(folder));
        match self {
            Source::Images(images) => Source::Images(ImageFolder { folder: name(&images.folder), ..images }),
            Source::Idx { folder } => Source::Idx { folder: name(&folder) },
            Source::Atlas { folder } => Source::Atlas { folder: name(&folder) },
            Source::Cifar10 { folder } => Source::Cifar10 { folder: name(&folder) },
            Source::FashionMnist { folder: Some(folder) } if folder != Path::new(fashion_mnist::SYSTEM_FOLDER) => {
                Source::FashionMnist { folder: Some(name(&folder)) }
            }
            other => other,
        }
    }

    /// Loads the images.
    ///
    /// # Errors
    /// If a file is missing or damaged, or a class has no image to train on or none to hold out; the error names it.
    pub fn load(&self) -> Result<Dataset> {
        let data = self.read()?;
        for (number, class) in data.classes.iter().enumerate() {
            let has = |examples: &[Example]| examples.iter().any(|example| usize::from(example.class) == number);
            ensure!(
                has(&data.training) && has(&data.held_out),
                "in {} class {class} needs an image to train on and one to hold out",
                data.name
            );
        }
        ensure!(!data.classes.is_empty(), "{} holds no images", data.name);
        Ok(data)
    }

    fn read(&self) -> Result<Dataset> {
        match self {
            Source::FashionMnist { folder: None } => self.clone().resolved().read(),
            Source::FashionMnist { folder: Some(folder) } => fashion_mnist::load(folder),
            Source::Embedded => fashion_mnist::embedded(),
            Source::Glyphs => atlas::glyphs(),
            Source::Faces => atlas::faces(),
            Source::Emoji => atlas::emoji(),
            Source::Cifar10 { folder } => cifar10::load(folder),
            Source::Idx { folder } => idx::load(folder),
            Source::Images(images) => images.load(),
            Source::Atlas { folder } => atlas::load(folder),
        }
    }
}

/// A word that names no source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no data is called {0:?}; there are {words}", words = Source::WORDS.join(", "))]
pub struct UnknownSource(pub String);

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(word: &str) -> Result<Self, UnknownSource> {
        let unknown = || UnknownSource(word.to_owned());
        let Some((kind, folder)) = word.split_once(':') else {
            return match word {
                "fashion-mnist" => Ok(Source::default()),
                "embedded" => Ok(Source::Embedded),
                "glyphs" => Ok(Source::Glyphs),
                "faces" => Ok(Source::Faces),
                "emoji" => Ok(Source::Emoji),
                _ => Err(unknown()),
            };
        };
        let folder = PathBuf::from(folder);
        match kind {
            "fashion-mnist" => Ok(Source::FashionMnist { folder: Some(folder) }),
            "cifar10" => Ok(Source::Cifar10 { folder }),
            "idx" => Ok(Source::Idx { folder }),
            "images" => Ok(Source::Images(ImageFolder::new(folder))),
            "atlas" => Ok(Source::Atlas { folder }),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::FashionMnist { folder: None } => f.write_str("fashion-mnist"),
            Source::Embedded => f.write_str("embedded"),
            Source::FashionMnist { folder: Some(folder) } => write!(f, "fashion-mnist:{}", folder.display()),
            Source::Glyphs => f.write_str("glyphs"),
            Source::Faces => f.write_str("faces"),
            Source::Emoji => f.write_str("emoji"),
            Source::Cifar10 { folder } => write!(f, "cifar10:{}", folder.display()),
            Source::Idx { folder } => write!(f, "idx:{}", folder.display()),
            Source::Images(images) => write!(f, "images:{}", images.folder.display()),
            Source::Atlas { folder } => write!(f, "atlas:{}", folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_sources_and_sources_their_words() {
        for word in [
            "fashion-mnist",
            "embedded",
            "glyphs",
            "faces",
            "emoji",
            "cifar10:a",
            "idx:b/c",
            "images:d",
            "atlas:e",
            "fashion-mnist:f",
        ] {
            let source: Source = word.parse().expect("a known word");
            assert_eq!(source.to_string(), word);
            let text = toml::to_string(&source).expect("plain words");
            assert_eq!(toml::from_str::<Source>(&text).expect("its own words"), source, "{text}");
        }
        assert_eq!("cats".parse::<Source>(), Err(UnknownSource("cats".to_owned())));
    }
}
