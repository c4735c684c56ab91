//! Damaged input of every kind, a hundred thousand times each: an error or an answer, never a panic.

use std::time::Instant;

use shared::card::ModelCard;
use shared::checkpoint::{Checkpoint, Example, Precision};
use shared::image::ImageShape;
use shared::model::VelocityNetConfig;
use shared::noise::Seed;
use shared::parameters::{Parameter, Parameters};
use trainer::training::config::TrainingConfig;
use web::link::{fragment_from_view, view_from_fragment};
use web::presets::PRESETS;
use web::tour::STEPS;

const CASES: u64 = 100_000;

/// How long a single answer may take, in seconds: the slowest takes a hundredth of it where nothing else runs.
const PATIENCE: f64 = 20.0;

/// Case number `case` of damage to `whole`: up to four bytes changed, removed, doubled or inserted, or the end cut off.
fn damaged(whole: &[u8], seed: u64, case: u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let draws = Seed(seed).uniform(case, 17);
    let wounds = 1 + (draws[16] * 4.0) as usize;
    for draw in draws.chunks_exact(4).take(wounds) {
        let at = (draw[0] * bytes.len() as f32) as usize;
        let length = (draw[1] * 9.0) as usize;
        let until = (at + length).min(bytes.len());
        match (draw[2] * 6.0) as usize {
            _ if at >= bytes.len() => {}
            0 => bytes[at] = (draw[3] * 256.0) as u8,
            1 => bytes[at] ^= 1 << (draw[3] * 8.0) as u32,
            2 => drop(bytes.drain(at..until)),
            3 => drop(bytes.splice(at..at, bytes[at..until].to_vec()).collect::<Vec<u8>>()),
            4 => bytes.insert(at, (draw[3] * 256.0) as u8),
            _ => bytes.truncate(if draw[3] < 0.2 { at } else { bytes.len() }),
        }
    }
    bytes
}

/// Tries every case, and returns how many were understood.
fn tried(whole: &[Vec<u8>], seed: u64, mut understood: impl FnMut(&[u8]) -> bool) -> u64 {
    let mut count = 0;
    for case in 0..CASES {
        let bytes = damaged(&whole[(case % whole.len() as u64) as usize], seed, case);
        let began = Instant::now();
        count += u64::from(understood(&bytes));
        let seconds = began.elapsed().as_secs_f64();
        assert!(seconds < PATIENCE, "case {case} of seed {seed} took {seconds:.1} s");
    }
    count
}

/// What is understood is a view, and its own link leads to it again.
#[test]
fn links() {
    let links = STEPS.iter().map(|step| step.link).chain(PRESETS.iter().map(|preset| preset.link));
    let own = "v=1&tab=translate&image=AAECAwQFBgcICQ&from=Bag&to=Coat&places=AAAA&corners=e1.s2&at=3.4&look=noise";
    let links: Vec<Vec<u8>> = links.chain([own]).map(|link| link.as_bytes().to_vec()).collect();
    let understood = tried(&links, 1, |bytes| {
        let fragment = String::from_utf8_lossy(bytes);
        view_from_fragment(&fragment).is_ok_and(|view| {
            let again = view_from_fragment(&fragment_from_view(&view)).expect("a link of our own");
            assert_eq!(fragment_from_view(&again), fragment_from_view(&view), "{fragment}");
            true
        })
    });
    assert!((CASES / 20..CASES).contains(&understood), "{understood} were understood");
}

#[test]
fn models() {
    let bias = Parameter { shape: vec![4], values: vec![0.5, -0.25, 0.0, 1.0] };
    let model = Checkpoint {
        shape: ImageShape { channels: 1, height: 4, width: 4 },
        network: VelocityNetConfig::default(),
        card: ModelCard { classes: vec!["circle".to_owned()], ..ModelCard::default() },
        parameters: Parameters::from([("exit.bias".to_owned(), bias)]),
        examples: vec![Example { class: 0, pixels: vec![255; 16] }],
    };
    let bytes = model.to_bytes(Precision::Half).expect("the weights are finite");
    let mut strange = 0;
    let understood = tried(&[bytes], 2, |bytes| {
        let Ok(read) = Checkpoint::from_bytes(bytes) else { return false };
        // Only a network of another shape is of interest: the weights of this one never fit.
        if read.network != model.network || read.shape != model.shape {
            strange += 1;
            assert!(read.network(&burn::tensor::Device::flex()).is_err(), "one bias is no network");
        }
        true
    });
    assert!(
        (CASES / 20..CASES).contains(&understood) && strange > 0,
        "{understood} were understood, {strange} strange"
    );
}

#[test]
fn configurations() {
    let texts = ["glyphs", "faces-shortcut", "faces-reflow", "celeba-metface", "cifar10"].map(|name| {
        let path = crate::support::root().join(format!("trainer/configs/{name}.toml"));
        std::fs::read(path).expect("a configuration")
    });
    let understood = tried(&texts, 3, |bytes| TrainingConfig::from_toml(&String::from_utf8_lossy(bytes)).is_ok());
    assert!((CASES / 20..CASES).contains(&understood), "{understood} were understood");
}

#[test]
fn images() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let drawn = image::RgbImage::from_fn(12, 9, |x, y| image::Rgb([x as u8 * 20, y as u8 * 28, 99]));
    let files = ["png", "jpg", "webp"].map(|ending| {
        let path = folder.path().join(format!("whole.{ending}"));
        drawn.save(&path).expect("an image file");
        std::fs::read(path).expect("what was written")
    });
    let (path, shape) = (folder.path().join("damaged"), ImageShape { channels: 3, height: 8, width: 8 });
    let understood = tried(&files, 4, |bytes| {
        std::fs::write(&path, bytes).expect("a temporary file");
        trainer::files::image::read(&path, shape, [0; 3]).is_ok_and(|(values, _)| {
            assert!(values.len() == shape.values() && values.iter().all(|value| value.is_finite()));
            true
        })
    });
    assert!((CASES / 20..CASES).contains(&understood), "{understood} were understood");
}
