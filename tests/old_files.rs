use burn::tensor::Device;
use shared::checkpoint::Checkpoint;
use shared::time::Spacing;
use trainer::training::config::{Descent, Training, TrainingConfig};

use crate::support::root;

/// A model of format version 1 is read for ever: other names of measures, no spacing, no hash of the data.
#[test]
fn a_model_of_the_first_format_is_read() {
    let bytes = std::fs::read(root().join("tests/fixtures/model-of-format-1.safetensors")).expect("the fixture");
    let model = Checkpoint::from_bytes(&bytes).expect("an old model");
    model.network(&Device::flex()).expect("its network");
    assert_eq!(model.card.measures[0].name, "frechet_distance");
    assert_eq!((model.card.measures[0].spacing, model.card.dataset), (Spacing::Uniform, None));
    assert_eq!((model.examples.len(), model.examples[0].class), (1, 2));
}

/// Configurations in old cards may say what is refused today.
#[test]
fn an_old_configuration_is_read_where_it_is_a_record() {
    let old = "name = \"tiny\"\n\n[training]\nimages = 640\nwarm_up_images = 10000\n";
    let config = TrainingConfig::recorded(old).expect("a record");
    assert_eq!(config.training.warm_up_images, Some(10_000));
    // Before there was a choice.
    for text in [old, "name = \"tiny\"\n"] {
        let Training { optimiser, learning_rate, .. } = TrainingConfig::recorded(text).expect("a record").training;
        assert_eq!((optimiser, learning_rate), (Descent::Adam, 1e-3));
    }
    let unnamed = TrainingConfig::from_toml("[training]\nlearning_rate = 1e-3\n").expect_err("which optimiser?");
    assert!(unnamed.to_string().contains("optimiser = \"muon\""), "{unnamed}");
    assert!(TrainingConfig::from_toml(old).is_err());
}

/// Words of the command line of before go on working.
#[test]
fn old_words_of_the_command_line_are_understood() {
    let understood = |words: &[&str]| {
        let output = crate::support::run(&[words, &["--help"]].concat());
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    understood(&["judge", "--images", "1"]);
    understood(&["evaluate", "judge", "--judge", "x"]);
    understood(&["evaluate", "ladder", "--passes", "1"]);
    understood(&["evaluate", "likelihood", "--pictures", "2"]);
    understood(&["translate", "--method", "subtract", "--journey-sheet", "x.png"]);
}
