use std::fs;
use std::num::NonZeroU32;

use burn::tensor::Device;
use shared::checkpoint::{Checkpoint, Example};
use shared::condition::Condition;
use shared::flow::CONVERGED;
use shared::image::values_from_pixels;
use shared::method::Method;
use shared::noise::Seed;
use shared::solver::Solver;
use shared::time::{Spacing, Time};
use trainer::sampler::translate::{Translation, TranslationNoise};
use trainer::sampler::{Sampler, SamplerConfig};

use crate::support::{json, released_model, run};

#[test]
fn the_released_model_samples_encodes_and_translates() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let model = released_model().display().to_string();

    let report = json(&["inspect", "--model", &model, "--examples", &path("examples"), "--json"]);
    assert_eq!(report["format_version"], 2);
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
        "--converged",
        "--device",
        "cpu",
        "--json",
    ]);
    let number = |key: &str| report[key].as_f64().unwrap_or_else(|| panic!("{key} of {report}"));
    assert!(number("noise_deviation") > 0.3 && number("noise_deviation") < 1.5, "{report}");
    assert!(number("converged_rmse") > number("round_trip_rmse"), "{report}");
    assert!(read("noise.safetensors").len() > 28 * 28 * 4);
}

/// Every released model and every solver: what `encode` wrote, `decode` follows back; the reversible solver exactly, at any
/// number of intervals, to the very pixels.
#[test]
fn decode_closes_the_circle_that_encode_began() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    for model in ["fashion-mnist", "faces", "faces-reflow", "glyphs"] {
        let model = ["--model", &format!("models/{model}.safetensors"), "--device", "cpu"].map(str::to_owned);
        let model: Vec<&str> = model.iter().map(String::as_str).collect();
        let examples = path(model[1].rsplit('/').next().expect("a name"));
        let inspected = json(&["inspect", "--model", model[1], "--examples", &examples, "--json"]);
        let class = inspected["card"]["classes"][0].as_str().expect("a class").to_owned();
        let mut files: Vec<_> =
            fs::read_dir(&examples).expect("examples").flatten().map(|entry| entry.path()).collect();
        files.sort();
        let image = files[0].display().to_string();
        let circle = |solver: &str, intervals: &str| {
            let (noise, out) = (path("noise.safetensors"), path("back.png"));
            let encode = ["encode", "--class", &class, "--input", &image, "--out", &noise, "--json"];
            let how = ["--solver", solver, "--intervals", intervals];
            let encoded = json(&[&encode[..], &how, &model].concat());
            let decoded = json(&[&["decode", "--noise", &noise, "--out", &out, "--json"], &model[..]].concat());
            assert_eq!((&decoded["solver"], &decoded["intervals"]), (&encoded["solver"], &encoded["intervals"]));
            let pixels = |path: &str| image::open(path).expect("a PNG file").into_bytes();
            let worst = pixels(&image).iter().zip(pixels(&out)).map(|(a, b)| a.abs_diff(b)).max();
            (encoded["round_trip_rmse"].as_f64().expect("a number"), decoded["returning"].as_bool(), worst)
        };
        for intervals in ["2", "5", "20"] {
            let (error, returning, worst) = circle("reversible", intervals);
            // Rounding, which the field magnifies on both ways. Measured: at most 1.2e-4, for glyphs; a pixel's level is 8e-3.
            assert!(error < 5e-4, "{} at {intervals} intervals: {error:e}", model[1]);
            assert_eq!((returning, worst), (Some(true), Some(0)), "{} at {intervals} intervals", model[1]);
        }
        let (error, returning, _) = circle("midpoint", "2");
        assert!(error > 5e-4 && returning == Some(false), "midpoint has nothing to undo: {error:e}");
    }
}

/// Another model of the same name is another model: the reversible solver undoes nothing there.
#[test]
fn a_noise_returns_by_the_weights_that_encoded_it_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (faces, other, noise) = ("models/faces.safetensors", path("faces.safetensors"), path("noise.safetensors"));
    json(&["inspect", "--model", faces, "--examples", &path("examples"), "--json"]);
    let exported =
        run(&["export", "--model", "models/faces-plain-loss.safetensors", "--name", "faces", "--out", &other]);
    assert!(exported.status.success(), "{exported:?}");
    let image = path("examples/000-plain.png");
    let encode = ["encode", "--model", faces, "--class", "plain", "--input", &image, "--out", &noise];
    json(&[&encode[..], &["--solver", "reversible", "--intervals", "2", "--device", "cpu", "--json"]].concat());
    for (model, returns) in [(faces, true), (&*other, false)] {
        let decode = ["decode", "--model", model, "--noise", &noise, "--out", &path("back.png"), "--device", "cpu"];
        assert_eq!(json(&[&decode[..], &["--json"]].concat())["returning"].as_bool(), Some(returns), "{model}");
    }
}

/// What becomes of an image does not depend on the images beside it.
#[test]
fn the_noise_of_a_translation_is_named_by_image_and_repeat() {
    let model = fs::read(crate::support::root().join("models/glyphs.safetensors")).expect("a model");
    let model = Checkpoint::from_bytes(&model).expect("a whole model");
    let device = Device::flex();
    let net = model.network(&device).expect("a network");
    let sampler = Sampler { net: &net, shape: model.shape, device: &device };
    let image = |example: &Example| values_from_pixels(model.shape, &example.pixels);
    let images: Vec<Vec<f32>> = model.examples.iter().take(55).map(image).collect();
    let ways = [(Method::FlowEdit, 0.0), (Method::SdEdit, 0.0), (Method::Direct, 0.0), (Method::Direct, 1.0)];
    for (method, bridge) in ways {
        let translation = |first_image: u64| Translation {
            method,
            from: Condition::Class(0),
            to: Condition::Class(1),
            config: SamplerConfig {
                solver: Solver::Euler,
                intervals: NonZeroU32::new(2).expect("not 0"),
                spacing: Spacing::Uniform,
                guidance: 1.0,
            },
            start: Time::new(0.5),
            noise: TranslationNoise {
                seed: Seed(3),
                first_image,
                repeats: NonZeroU32::new(2).expect("not 0"),
                deviation: 0.5,
                bridge,
            },
        };
        let together = sampler.translate(&images, translation(0)).values;
        for at in [0, 20, 54] {
            let alone = sampler.translate(&images[at..=at], translation(at as u64)).values;
            let error = shared::measure::rmse(&alone[0], &together[at]);
            // Another batch is another order of additions: measured below 2e-6.
            assert!(error < 2e-5, "{method:?}, image {at}: {error:e}");
        }
    }
}

/// What help texts say of the fine grid is what is done.
#[test]
fn help_knows_the_fine_grid() {
    let help = |verb: &[&str]| {
        let output = run(&[verb, &["--help"]].concat());
        String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let (solver, intervals, spacing) = CONVERGED;
    let words = format!("({solver}, {intervals} {spacing} intervals)");
    assert!(help(&["evaluate"]).contains(&words) && help(&["evaluate", "encoding"]).contains(&words), "{words}");
    let nfe = solver.evaluations().expect("as many in each interval") * intervals.get();
    assert!(help(&["encode"]).contains(&format!("({nfe} network evaluations)")), "{nfe}");
}
