use std::fs;

use crate::support::{json, released_model};

#[test]
fn the_released_model_samples_encodes_and_translates() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let model = released_model().display().to_string();

    let report = json(&["inspect", "--model", &model, "--examples", &path("examples"), "--json"]);
    assert_eq!(report["format_version"], 1);
    assert_eq!(report["card"]["classes"].as_array().map(Vec::len), Some(10));
    let sneaker = fs::read_dir(path("examples")).expect("a folder of examples").flatten();
    let sneaker = sneaker.map(|entry| entry.path()).find(|path| path.to_string_lossy().contains("sneaker"));
    let sneaker = sneaker.expect("an example of each class").display().to_string();

    let sample = |out: &str| {
        json(&[
            "sample",
            "--model",
            &model,
            "--class",
            "all",
            "--count",
            "10",
            "--seed",
            "7",
            "--solver",
            "heun",
            "--intervals",
            "3",
            "--device",
            "cpu",
            "--out",
            out,
            "--json",
        ])
    };
    let report = sample(&path("a.png"));
    assert_eq!((report["nfe"].as_u64(), report["intervals"].as_u64()), (Some(6), Some(3)));
    assert_eq!((report["solver"].as_str(), report["classes"][9].as_str()), (Some("heun"), Some("Ankle boot")));
    assert!(report["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(report["device"].as_str().is_some_and(|device| device.contains("CPU")));
    sample(&path("b.png"));
    let read = |name: &str| fs::read(path(name)).expect("an image");
    assert_eq!(read("a.png"), read("b.png"), "the same seed gives the same image");

    let report = json(&[
        "translate",
        "--model",
        &model,
        "--from",
        "Sneaker",
        "--to",
        "ankle boot",
        "--input",
        &sneaker,
        "--out",
        &path("boot.png"),
        "--intervals",
        "4",
        "--guidance",
        "2",
        "--device",
        "cpu",
        "--json",
    ]);
    // Midpoint: 2 evaluations an interval; encoding is plain, decoding guided.
    assert_eq!(report["nfe"].as_u64(), Some(4 * 2 + 4 * 2 * 2));
    assert!(report["round_trip_rmse"].as_f64().is_some_and(|rmse| rmse > 0.0 && rmse < 0.5), "{report}");
    let boot = image::open(path("boot.png")).expect("a PNG file");
    assert_eq!((boot.width(), boot.height()), (28, 28));

    let report = json(&[
        "encode",
        "--model",
        &model,
        "--class",
        "Sneaker",
        "--input",
        &sneaker,
        "--out",
        &path("noise.safetensors"),
        "--intervals",
        "4",
        "--device",
        "cpu",
        "--json",
    ]);
    assert!(report["noise_deviation"].as_f64().is_some_and(|deviation| deviation > 0.3 && deviation < 1.5), "{report}");
    assert!(read("noise.safetensors").len() > 28 * 28 * 4);
}
