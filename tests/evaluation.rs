use std::fs;

use crate::couplings::{Workshop, tiny};
use crate::support::json;

#[test]
fn every_method_and_baseline_stands_in_the_table_of_translations() {
    let report = json(&[
        "evaluate",
        "translation",
        "--model",
        "models/faces.safetensors",
        "--pairs",
        "plain:hat",
        "--guidances",
        "2",
        "--styles",
        "6",
        "--intervals",
        "2",
        "--repeats",
        "1",
        "--device",
        "cpu",
        "--json",
    ]);
    let rows = report["rows"].as_array().expect("rows");
    let methods: Vec<_> = rows.iter().map(|row| row["method"].as_str().expect("a name")).collect();
    assert_eq!(methods, ["copy", "mean", "nearest", "ridge", "truth", "ddib", "flowedit", "velocity-difference"]);
    let number = |at: usize, key: &str| rows[at][key].as_f64().unwrap_or_else(|| panic!("{key} of {}", rows[at]));
    assert_eq!((number(0, "source_mse"), number(4, "mse"), number(4, "ssim")), (0.0, 0.0, 1.0));
    assert_eq!((number(4, "style_retrieval"), number(4, "sharpness")), (1.0, 1.0));
    // Encoding is plain and decoding guided; FlowEdit asks both fields for each noise.
    assert_eq!((number(5, "nfe"), number(6, "nfe"), number(7, "nfe")), (4.0 + 8.0, 12.0, 12.0));
    assert!(number(4, "mse") < number(5, "mse"), "only the truth is perfect");
}

#[test]
fn the_judge_is_judged_and_nobody_can_tell_what_a_font_draws_alike() {
    let report =
        json(&["evaluate", "classifier", "--data", "glyphs", "--device", "cpu", "--mistakes", "3844", "--json"]);
    let number = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key} of {report}"));
    // Rounding differs from that of the processor it was measured on: an image in a thousand may be decided otherwise.
    let said = report["classifier"]["accuracy"].as_f64().expect("what the file says");
    assert!((number("accuracy") - said).abs() < 0.001, "{report}");
    let mistakes = report["mistakes"].as_array().expect("mistakes");
    let wrong: u64 = mistakes.iter().map(|mistake| mistake["count"].as_u64().expect("a count")).sum();
    assert_eq!(wrong as f64, (number("images") * (1.0 - number("accuracy"))).round());
    assert!(number("accuracy") < number("bound") && number("bound") < 1.0, "{report}");
}

/// The study trains three models for the pair, and a second call finds them trained.
#[test]
fn a_study_of_pairs_sets_direct_models_beside_the_one_for_all() {
    let workshop = Workshop::new();
    let out = workshop.word("pairs");
    let study = || {
        let words = "study pairs --model models/faces.safetensors --pairs plain:hat --images 128 --width 8 --guidances 1 \
                     --styles 4 --intervals 2 --repeats 2 --device cpu --json --out";
        json(&[&words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>()[..], &[&out]].concat())
    };
    let report = study();
    let rows = report["rows"].as_array().expect("rows");
    let methods: Vec<_> = rows.iter().skip(5).map(|row| row["method"].as_str().expect("a name")).collect();
    assert_eq!(methods[3..], ["paired", "paired, noisy source", "unpaired, noisy source"]);
    let nfe: Vec<_> = rows.iter().skip(8).map(|row| row["nfe"].as_u64()).collect();
    assert_eq!(nfe, [Some(4), Some(8), Some(8)], "one trajectory without noise, else two");
    let runs = fs::read_dir(&out).expect("the folder of runs").count();
    assert_eq!((runs, study()), (3, report));
}

/// The reversible solver returns images up to the rounding of single precision.
#[test]
fn the_ladder_measures_quality_and_return_and_draws_a_chart() {
    let workshop = Workshop::new();
    let model = workshop.train("tiny", &tiny(""));
    let chart = workshop.word("work-precision.svg");
    let words = ["evaluate", "work-precision", "--nfe", "4", "--samples", "100", "--device", "cpu", "--json"];
    let report = json(&[&words[..], &["--model", &model, "--chart", &chart]].concat());
    let rows = report["rows"].as_array().expect("rows");
    let trip = |solver: &str| {
        let row = rows.iter().find(|row| row["solver"] == solver).expect("a setting");
        row["round_trip"].as_f64().expect("a number")
    };
    assert!(trip("reversible") < 1e-5 && trip("midpoint") > 1e-4, "{} {}", trip("reversible"), trip("midpoint"));
    assert!(fs::read_to_string(&chart).expect("a chart").contains("Reversible midpoint"));
}

/// At weight 0 the class is not known, at weight 1 it is; any weight but 1 asks the network twice.
#[test]
fn guidance_is_measured_from_none_to_too_much() {
    let words = "evaluate guidance --model models/faces.safetensors --weights 0,1,2 --seeds 2 --samples 100 --intervals 2 \
                 --device cpu --json";
    let report = json(&words.split_whitespace().collect::<Vec<_>>());
    let row = |at: usize, key: &str| report["rows"][at][key].as_f64().expect("a number");
    assert_eq!([0, 1, 2].map(|at| row(at, "nfe")), [8.0, 4.0, 8.0]);
    let [none, plain, strong] = [0, 1, 2].map(|at| row(at, "class_accuracy"));
    // By chance a quarter is right; with 200 images the standard error is 0.03.
    assert!((none - 0.25).abs() < 0.12 && plain > 0.8 && strong > 0.8, "{none}, {plain}, {strong}");
    assert!(row(1, "frechet_distance_deviation") > 0.0);
}
