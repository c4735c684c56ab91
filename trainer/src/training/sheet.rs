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
use shared::solver::Solver;
use shared::time::{Spacing, Time};

use crate::data::Dataset;
use crate::files::image;
use crate::sampler::translate::{Translation, TranslationNoise};
use crate::sampler::{Sampler, SamplerConfig};

/// Images of each class.
const COLUMNS: usize = 10;

/// How they are drawn.
const SAMPLER: SamplerConfig =
    SamplerConfig { solver: Solver::Midpoint, intervals: TEN, spacing: Spacing::Edm, guidance: 1.0 };
const TEN: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

/// One row for each class, from the same noise every time.
pub(super) fn write(sampler: &Sampler<'_>, seed: Seed, path: &Path) -> Result<()> {
    let conditions: Vec<Condition> =
        (0..sampler.net.classes()).flat_map(|class| [Condition::Class(class); COLUMNS]).collect();
    let samples = sampler.generate(&conditions, SAMPLER, seed, 0);
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
        config: SAMPLER,
        noise: TranslationNoise {
            seed: Seed(0),
            first_image: 0,
            repeats: NonZeroU32::MIN,
            deviation: direct.noise,
            bridge: direct.bridge,
        },
    };
    let reached = sampler.translate(&sources, translation);
    image::write_sheet(path, sampler.shape, &[sources, reached.values].concat(), columns)
}
