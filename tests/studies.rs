use std::fs;

use serde_json::Value;
use shared::checkpoint::{Checkpoint, Precision};
use trainer::training::run_folder::{MODEL, STATE};
use trainer::training::state::{Progress, TrainingState};

use crate::support::{json, refusal};

/// What asks for a study of two variants that takes seconds, in this folder.
fn words<'a>(out: &'a str, seeds: &[&'a str]) -> Vec<&'a str> {
    let small = ["--images", "1000", "--width", "8", "--samples", "20", "--device", "cpu", "--json"];
    [&["study", "objectives", "--only", "weight-t", "--out", out], seeds, &small].concat()
}

fn study(out: &str, seeds: &[&str]) -> Value {
    json(&words(out, seeds))
}

/// Each does one seed; whoever has both folders has the answer for both, without another training.
#[test]
fn machines_share_a_study() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().display().to_string();
    let outcomes = |report: &Value| report["outcomes"].as_array().expect("a list").clone();
    let first = outcomes(&study(&out, &["--seeds", "1"]));
    let second = outcomes(&study(&out, &["--seeds", "1", "--first-seed", "1"]));
    let variants: Vec<_> = first.iter().map(|outcome| outcome["variant"].as_str().expect("a name")).collect();
    assert!(variants.len() == 2 && variants[1].contains("weight t"), "{variants:?}");
    assert_ne!(first[0]["classifier_fid"], second[0]["classifier_fid"], "another seed, another model");
    let numbers = |outcomes: &[Value]| -> Vec<(Value, f64)> {
        let of = |outcome: &Value| (outcome["seed"].clone(), outcome["classifier_fid"].as_f64().expect("a number"));
        outcomes.iter().map(of).collect()
    };
    let both = outcomes(&study(&out, &["--seeds", "2"]));
    for ((seed, found), (expected_seed, expected)) in numbers(&both).into_iter().zip(numbers(&[first, second].concat()))
    {
        assert_eq!(seed, expected_seed);
        // Kept in decimal digits: the last one may be another.
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} is not {expected}");
    }
    assert!(folder.path().join("study.svg").exists());
}

/// What was measured on other images is not set beside what is measured now, and a training that ends in numbers that are not finite
/// costs its own row alone.
#[test]
fn a_table_holds_what_can_be_compared() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().display().to_string();
    let report = study(&out, &["--seeds", "1"]);
    assert_eq!(report["outcomes"].as_array().map(Vec::len), Some(2));
    let run = folder.path().join("weight-t-seed-0");

    let state = fs::read(run.join(STATE)).expect("a state");
    let mut broken = TrainingState::from_bytes(&state).expect("a whole state");
    broken.progress = Progress::default();
    broken.network.values_mut().for_each(|parameter| parameter.values.fill(f32::NAN));
    fs::write(run.join(STATE), broken.to_bytes().expect("a container")).expect("a writable folder");
    let kept = fs::read(run.join("outcome.json")).expect("an outcome");
    for lost in
        ["outcome.json", "at-100.safetensors", "at-200.safetensors", "at-500.safetensors", "at-1000.safetensors"]
    {
        fs::remove_file(run.join(lost)).expect("a file of the study");
    }
    let without = study(&out, &["--seeds", "1"]);
    assert_eq!(without["outcomes"].as_array().map(Vec::len), Some(1));
    assert!(without["diverged"][0].as_str().expect("a name").contains("weight t"), "{without}");
    let table = fs::read_to_string(folder.path().join("study.md")).expect("a table");
    assert!(table.contains("Left out") && table.contains("weight t"), "{table}");

    fs::write(run.join("outcome.json"), kept).expect("a writable folder");
    let mut model = Checkpoint::from_bytes(&fs::read(run.join(MODEL)).expect("a model")).expect("whole");
    model.card.dataset.as_mut().expect("facts").sha256 = "0".repeat(64);
    fs::write(run.join(MODEL), model.to_bytes(Precision::Single).expect("a container")).expect("a writable folder");
    assert!(refusal(&words(&out, &["--seeds", "1"])).contains("added, removed or changed"));
}
