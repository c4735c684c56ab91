use burn::tensor::Device;
use shared::checkpoint::Checkpoint;

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
