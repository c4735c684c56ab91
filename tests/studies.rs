use serde_json::Value;

use crate::support::json;

/// A study of two variants that takes seconds, in this folder.
fn study(out: &str, seeds: &[&str]) -> Value {
    let small = ["--images", "1000", "--width", "8", "--samples", "20", "--device", "cpu", "--json"];
    let words = ["study", "objectives", "--only", "weight-t", "--out", out];
    json(&[&words[..], seeds, &small[..]].concat())
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
