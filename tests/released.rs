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
        for measure in ["classifier_fid", "class_accuracy", "round_trip", "converged_rmse"] {
            // Direct models are measured as translations.
            assert!(
                card.direct.is_some() || card.measures.iter().any(|m| m.name == measure),
                "the card of {name} tells no {measure}"
            );
        }
    }
}

/// The figures in README.md are those of the card.
#[test]
fn the_readme_quotes_the_card() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let bytes = std::fs::read(crate::support::released_model()).expect("the released model");
    let card = Checkpoint::from_bytes(&bytes).expect("a whole model").card;
    for measure in &card.measures {
        for number in [Some(measure.value), measure.real].into_iter().flatten() {
            let shown = format!("{number:.3}");
            assert!(readme.contains(&shown), "README.md does not tell {} {shown}", measure.name);
        }
    }
    assert!(readme.contains(&format!("{},000 images", card.images_seen / 1000)), "README.md tells the images seen");
}
