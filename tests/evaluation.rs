use std::fs;

use shared::card::Measure;
use shared::checkpoint::Checkpoint;
use shared::image::{ImageShape, values_from_pixels};
use trainer::data::Source;

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
    assert_eq!(
        methods,
        ["copy", "mean", "nearest", "ridge", "truth", "ddib", "flowedit", "sdedit", "velocity-difference"]
    );
    let number = |at: usize, key: &str| rows[at][key].as_f64().unwrap_or_else(|| panic!("{key} of {}", rows[at]));
    assert_eq!((number(0, "source_mse"), number(4, "mse"), number(4, "ssim")), (0.0, 0.0, 1.0));
    assert_eq!((number(4, "style_retrieval"), number(4, "sharpness")), (1.0, 1.0));
    // Encoding is plain and decoding guided; FlowEdit asks both fields for each noise.
    // SDEdit goes half of the way: both of these intervals end after t = 0.5.
    let nfe = [5, 6, 7, 8].map(|at| number(at, "nfe"));
    assert_eq!(nfe, [4.0 + 8.0, 12.0, 8.0, 12.0]);
    assert!(number(4, "mse") < number(5, "mse"), "only the truth is perfect");
}

#[test]
fn the_classifier_is_measured_and_nobody_can_tell_what_a_font_draws_alike() {
    let report =
        json(&["evaluate", "classifier", "--data", "glyphs", "--device", "cpu", "--mistakes", "3844", "--json"]);
    let number = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key} of {report}"));
    // Rounding differs from that of the processor it was measured on: an image in a thousand may be decided otherwise.
    let said = report["extractor"]["accuracy"].as_f64().expect("what the file says");
    assert!((number("accuracy") - said).abs() < 0.001, "{report}");
    let mistakes = report["mistakes"].as_array().expect("mistakes");
    let wrong: u64 = mistakes.iter().map(|mistake| mistake["count"].as_u64().expect("a count")).sum();
    assert_eq!(wrong as f64, (number("images") * (1.0 - number("accuracy"))).round());
    assert!(number("accuracy") < number("bound") && number("bound") < 1.0, "{report}");
}

/// The study trains five models for the pair, and a second call finds them trained.
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
    let [paired, noisy, bridge] = ["paired", "paired, noisy source", "paired, bridge"];
    let [unpaired, both] = ["unpaired", "unpaired, noisy source"];
    let mean = |of: &str| format!("{of}, one step");
    let (mean_paired, mean_unpaired) = (mean(paired), mean(unpaired));
    let expected = [paired, &mean_paired, noisy, noisy, bridge, bridge, unpaired, &mean_unpaired, both, both];
    assert_eq!(methods[5..], expected, "where there is noise, one and two");
    let nfe: Vec<_> = rows.iter().skip(10).map(|row| row["nfe"].as_u64()).collect();
    assert_eq!(nfe, [4, 1, 4, 8, 4, 8, 4, 1, 4, 8].map(Some), "one trajectory for each noise");
    let runs = fs::read_dir(&out).expect("the folder of runs").count();
    assert_eq!((runs, study()), (5, report));
}

/// The reversible solver returns images up to the rounding of single precision.
#[test]
fn work_precision_measures_quality_and_return_and_draws_a_chart() {
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
    let [reversible, midpoint] = ["reversible", "midpoint"].map(trip);
    assert!(reversible < 1e-5 && midpoint > 100.0 * reversible, "{reversible:e} {midpoint:e}");
    assert!(fs::read_to_string(&chart).expect("a chart").contains("Reversible midpoint"));
}

/// At weight 0 the class is not known, at weight 1 it is; any other weight asks the network twice.
#[test]
fn guidance_is_measured_from_none_to_too_much() {
    let words = "evaluate guidance --model models/faces.safetensors --weights 0,1,2 --seeds 2 --samples 100 --intervals 2 \
                 --spacing uniform --device cpu --json";
    let report = json(&words.split_whitespace().collect::<Vec<_>>());
    let row = |at: usize, key: &str| report["rows"][at][key].as_f64().expect("a number");
    assert_eq!([0, 1, 2].map(|at| row(at, "nfe")), [4.0, 4.0, 8.0]);
    let [none, plain, strong] = [0, 1, 2].map(|at| row(at, "class_accuracy"));
    // By chance a quarter is right; with 200 images the standard error is 0.03.
    assert!((none - 0.25).abs() < 0.12 && plain > 0.8 && strong > 0.8, "{none}, {plain}, {strong}");
    assert!(row(1, "classifier_fid_deviation") > 0.0);
}

/// Each measure of a card says with what it was taken, and the card of which images it speaks.
#[test]
fn a_card_tells_the_circumstances_of_each_measure() {
    let workshop = Workshop::new();
    let model = workshop.train("tiny", &tiny(""));
    let words =
        "evaluate --write --samples 40 --guidance 2 --solver heun --intervals 3 --seed 5 --device cpu --json --model";
    let report = json(&[&words.split(' ').collect::<Vec<_>>()[..], &[&model]].concat());
    let card = Checkpoint::from_bytes(&fs::read(&model).expect("a model")).expect("a whole model").card;
    assert_eq!(serde_json::to_value(&card.measures).expect("plain data"), report["measures"], "the card is the answer");

    let circumstances = |name: &str| {
        let measure = card.measures.iter().find(|measure| measure.name == name).expect("a measure");
        let Measure { samples, solver, intervals, nfe, guidance, seed, .. } = measure;
        (*samples, solver.as_str(), *intervals, *nfe, *guidance, *seed)
    };
    for name in ["classifier_fid", "classifier_kid", "precision", "recall", "class_accuracy", "nearest_training_image"]
    {
        // Guided: two network evaluations a call, and two calls in each of three intervals.
        assert_eq!(circumstances(name), (40, "heun", 3, 12, 2.0, 5), "{name}");
    }
    for name in ["round_trip", "converged_rmse", "straightness"] {
        assert_eq!(circumstances(name), (40, "heun", 3, 6, 1.0, 5), "{name} is taken without guidance");
    }
    assert_eq!(circumstances("bits_per_dimension"), (40, "rk4", 40, 160, 1.0, 5));

    let facts = card.dataset.expect("the data");
    let faces = Source::Faces.load().expect("the faces");
    assert_eq!(facts, faces.facts(&Source::Faces));
    assert_eq!((facts.training as usize, facts.held_out as usize), (faces.training.len(), faces.held_out.len()));
}

/// Nobody measures a model on other images than its own without being told, and never into its card.
#[test]
fn other_images_than_the_models_own_are_refused_or_named() {
    let workshop = Workshop::new();
    let folder = workshop.path("images");
    let shape = ImageShape { channels: 3, height: 8, width: 8 };
    let image = |number: u8| values_from_pixels(shape, &[number; 192]);
    for class in ["cat", "dog"] {
        for number in 0..60 {
            let path = folder.join(class).join(format!("{number:02}.png"));
            trainer::files::image::write(&path, shape, &image(number)).expect("a writable folder");
        }
    }
    let data = format!("source = \"images\"\nfolder = {folder:?}\nsize = 8\nheld_out = 0.5");
    let model = workshop.train("own", &tiny("").replace("source = \"faces\"", &data));
    let word = format!("images:{}", folder.display());
    let likelihood =
        ["evaluate", "likelihood", "--model", &model, "--images", "2", "--intervals", "1", "--device", "cpu"];
    json(&[&likelihood[..], &["--json"]].concat());

    trainer::files::image::write(&folder.join("cat/00.png"), shape, &image(200)).expect("a writable folder");
    let said = crate::support::refusal(&likelihood);
    assert!(said.contains("trained on other images") && said.contains("--data"), "{said}");
    let said = crate::support::refusal(&["evaluate", "--write", "--model", &model, "--data", &word]);
    assert!(said.contains("differ in image size") || said.contains("own data only"), "{said}");
}

/// Ways to encode stand beside the distance to a converged encoding.
#[test]
fn encodings_are_compared_with_a_converged_one() {
    let workshop = Workshop::new();
    let model = workshop.train("tiny", &tiny(""));
    let report = json(&["evaluate", "encoding", "--model", &model, "--samples", "8", "--device", "cpu", "--json"]);
    let rows = report["rows"].as_array().expect("rows");
    let row = |solver: &str, spacing: &str, intervals: u64| {
        let is = |row: &&serde_json::Value| {
            row["solver"] == solver && row["spacing"] == spacing && row["intervals"] == intervals
        };
        rows.iter().find(is).unwrap_or_else(|| panic!("no {solver}, {intervals} {spacing} intervals in {report}"))
    };
    let number = |row: &serde_json::Value, key: &str| row[key].as_f64().expect("a number");
    let (coarse, fine) = (row("midpoint", "uniform", 5), row("rk4", "edm", 40));
    // Of so small a model the fine one differs by single precision alone: measured 0.29 of the coarse one's difference.
    assert!(number(fine, "converged_rmse") < 0.5 * number(coarse, "converged_rmse"), "{fine} {coarse}");
    // Rounding to single precision; measured 5e-7.
    assert!(number(row("reversible", "uniform", 5), "round_trip") < 1e-5);
    assert!(rows.iter().all(|row| row["translated_mse"].is_f64()), "of aligned data the truth is known");
}
