//! Sample sheets: what a run draws of itself.

use std::num::NonZeroU32;
use std::path::Path;

use anyhow::Result;
use shared::card::Direct;
use shared::classes;
use shared::condition::Condition;
use shared::image::values_from_pixels;
use shared::method::Method;
use shared::noise::Seed;
use shared::time::Time;

use crate::data::Dataset;
use crate::files::image;
use crate::sampler::translate::{Translation, TranslationNoise};
use crate::sampler::{Sampler, SamplerConfig};

/// Images of each class.
const COLUMNS: usize = 10;

/// One row for each class, from the same noise every time.
pub(super) fn write(sampler: &Sampler<'_>, seed: Seed, path: &Path) -> Result<()> {
    let conditions: Vec<Condition> =
        (0..sampler.net.classes()).flat_map(|class| [Condition::Class(class); COLUMNS]).collect();
    let samples = sampler.generate_many(&conditions, SamplerConfig::DEFAULT, seed, |_| ());
    image::write_sheet(path, sampler.shape, &samples.values, COLUMNS)
}

/// Held-out sources above what becomes of them.
pub(super) fn write_direct(sampler: &Sampler<'_>, data: &Dataset, direct: &Direct, path: &Path) -> Result<()> {
    let [from, to] = [&direct.from, &direct.to].map(|name| classes::number(&data.classes, name));
    let (from, to) = (from?, to?);
    let sources = data.held_out.iter().filter(|example| usize::from(example.class) == from).take(COLUMNS);
    let sources: Vec<Vec<f32>> = sources.map(|example| values_from_pixels(data.shape, &example.pixels)).collect();
    let columns = sources.len();
    let translation = Translation {
        method: Method::Direct,
        start: Time::NOISE,
        from: Condition::Class(from),
        to: Condition::Class(to),
        config: SamplerConfig::DEFAULT,
        noise: TranslationNoise::new(Seed(0), NonZeroU32::MIN, Some(direct)),
    };
    let reached = sampler.translate(&sources, translation);
    image::write_sheet(path, sampler.shape, &[sources, reached.values].concat(), columns)
}
