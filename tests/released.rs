use burn::tensor::Device;
use shared::checkpoint::Checkpoint;
use shared::image::pixels_from_values;
use shared::noise::Seed;
use trainer::sampler::{Sampler, SamplerConfig, balanced};
use web::view::View;

use crate::support::root;

#[test]
fn every_released_model_loads_and_is_what_its_card_says() {
    let files = ["models", "models/direct"].into_iter().flat_map(|folder| {
        root().join(folder).read_dir().expect("a folder of models").map(|entry| entry.expect("an entry").path())
    });
    let models: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "safetensors")).collect();
    assert!(!models.is_empty(), "there is a released model");
    for path in models {
        let bytes = std::fs::read(&path).expect("a readable file");
        let name = path.display();
        assert!(bytes.len() <= 4_000_000, "{name} has {} bytes, more than a visitor should load", bytes.len());
        let model = Checkpoint::from_bytes(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        model.network(&Device::flex()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let card = &model.card;
        for (what, text) in
            [("name", &card.name), ("data", &card.data), ("licence", &card.licence), ("device", &card.device)]
        {
            assert!(!text.is_empty(), "the card of {name} has no {what}");
        }
        trainer::training::config::TrainingConfig::recorded(&card.configuration).expect("the card's configuration");
        let count = model.examples.len();
        assert!(count >= card.classes.len(), "{name} has {count} examples for {} classes", card.classes.len());
        for measure in
            ["classifier_fid", "pixel_fid", "class_accuracy", "round_trip", "converged_rmse", "noise_deviation"]
        {
            // Direct models are measured as translations.
            assert!(
                card.direct.is_some() || card.measures.iter().any(|m| m.name == measure),
                "the card of {name} tells no {measure}"
            );
        }
    }
}

/// Every command of the README is understood.
#[test]
fn the_readme_calls_verbs_and_options_that_there_are() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let commands: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("    cargo run -p trainer -- ")).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let verb: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with('-')).collect();
        let help = crate::support::run(&[&verb[..], &["--help"]].concat());
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        for option in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(*option), "{command}: there is no {option}");
        }
    }
}

/// The page shows a film before anything is computed: what the released model draws by the default view.
#[test]
fn the_film_of_the_default_view_is_what_the_model_draws() {
    let view = View::default();
    let bytes = std::fs::read(root().join("models/fashion-mnist.safetensors")).expect("the first model");
    let model = Checkpoint::from_bytes(&bytes).expect("a model");
    let (device, classes) = (Device::flex(), &model.card.classes);
    let net = model.network(&device).expect("a network");
    let sampler = Sampler { net: &net, shape: model.shape, device: &device };
    let count = view.generate.count.get() as usize;
    let config = SamplerConfig {
        solver: view.solver,
        intervals: view.intervals,
        spacing: view.spacing,
        guidance: view.guidance,
    };
    let frames = sampler.trajectory(&balanced(count, classes.len()), config, Seed(view.generate.seed)).concat();
    let film = image::open(root().join("web/opening.png")).expect("a PNG file").into_luma8();
    let (height, width) = (model.shape.height, model.shape.width);
    assert_eq!((film.width() as usize, film.height() as usize), (count * width, frames.len() / count * height));
    let mut worst = 0;
    for (number, frame) in frames.iter().enumerate() {
        for (at, pixel) in pixels_from_values(model.shape, frame).into_iter().enumerate() {
            let (x, y) = (number % count * width + at % width, number / count * height + at / width);
            worst = worst.max(film.get_pixel(x as u32, y as u32).0[0].abs_diff(pixel));
        }
    }
    // A film has every fifth level, and another processor rounds otherwise: the golden images allow 2.
    assert!(worst <= 4, "web/opening.png differs by {worst} of 255 levels; `cargo xtask previews` draws it anew");
    let document = std::fs::read_to_string(root().join("index.html")).expect("index.html");
    let captions = document.lines().filter_map(|line| line.split_once("class=\"opening\"></span><figcaption>"));
    let captions: Vec<&str> = captions.filter_map(|(_, rest)| rest.split_once('<')).map(|(name, _)| name).collect();
    assert_eq!(captions, classes.iter().map(String::as_str).collect::<Vec<_>>());
}
