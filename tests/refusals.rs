use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use burn::tensor::Device;
use safetensors::SafeTensors;
use shared::card::ModelCard;
use shared::checkpoint::{Checkpoint, CheckpointError, Example, FORMAT_VERSION, Precision, format_version};
use shared::image::ImageShape;
use shared::model::{ConfigError, VelocityNetConfig};
use shared::parameters::{self, ParametersError};
use trainer::training::config::TrainingConfig;

use crate::support::{refusal, released_model, run, trainer};

fn tiny() -> Checkpoint {
    let shape = ImageShape { channels: 1, height: 4, width: 8 };
    let network =
        VelocityNetConfig { width: 8, outer_blocks: 1, inner_blocks: 1, embedding: 8, ..VelocityNetConfig::default() };
    let net = network.init(shape, 2, &Device::flex()).expect("a possible network");
    let card = ModelCard { name: "tiny".into(), classes: vec!["a".into(), "b".into()], ..ModelCard::default() };
    let examples = vec![Example { class: 1, pixels: vec![7; 32] }];
    Checkpoint { shape, network, card, parameters: parameters::of(&net), examples }
}

fn bytes(checkpoint: &Checkpoint) -> Vec<u8> {
    checkpoint.to_bytes(Precision::Single).expect("a whole model")
}

/// The bytes with one word of the description replaced by another of equal length.
fn forged(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "the header keeps its length");
    let bytes = bytes(&tiny());
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("the word is there");
    [&bytes[..at], to.as_bytes(), &bytes[at + to.len()..]].concat()
}

fn error(bytes: &[u8]) -> CheckpointError {
    Checkpoint::from_bytes(bytes).expect_err("a damaged model")
}

#[test]
fn a_model_returns_from_its_bytes_and_equal_models_give_equal_bytes() {
    let model = tiny();
    assert_eq!(Checkpoint::from_bytes(&bytes(&model)).expect("a whole model"), model);
    assert_eq!(bytes(&model), bytes(&model.clone()));
    let half = Checkpoint::from_bytes(&model.to_bytes(Precision::Half).expect("a whole model")).expect("likewise");
    for (name, exact) in &model.parameters {
        // Half precision keeps 11 bits.
        let near = |(a, b): (&f32, &f32)| (a - b).abs() <= a.abs() / 2048.0 + 1e-7;
        assert!(exact.values.iter().zip(&half.parameters[name].values).all(near), "{name}");
    }
}

#[test]
fn every_damaged_model_is_refused_by_its_name() {
    let whole = bytes(&tiny());
    assert!(matches!(error(b""), CheckpointError::Container(_)));
    assert!(matches!(error(b"GIF89a, and more bytes that are none"), CheckpointError::Container(_)));
    for length in [7, 100, whole.len() / 2, whole.len() - 1] {
        assert!(matches!(error(&whole[..length]), CheckpointError::Container(_)), "cut after {length} bytes");
    }
    assert!(matches!(error(&forged("scoreflow", "lossyflow")), CheckpointError::Foreign));
    let version = format!("format_version\\\":{}", format_version(&tiny().network));
    assert!(matches!(error(&forged(&version, "format_version\\\":9")), CheckpointError::Version(9)));
    let attentive = VelocityNetConfig { attention: true, ..tiny().network };
    assert_eq!(format_version(&attentive), FORMAT_VERSION, "earlier programs say that a newer one is needed");
    assert!(matches!(error(&forged("\\\"width\\\":8}", "\\\"wodth\\\":8}")), CheckpointError::Description(_)));
    assert!(matches!(error(&forged("\\\"height\\\":4", "\\\"height\\\":8")), CheckpointError::Examples));
}

#[test]
fn impossible_sizes_are_refused_before_anything_is_made_of_them() {
    let empty = Checkpoint {
        shape: ImageShape { channels: 1, height: 0, width: 8 },
        examples: vec![Example { class: 1, pixels: Vec::new() }],
        ..tiny()
    };
    assert!(matches!(error(&bytes(&empty)), CheckpointError::Config(ConfigError::Size { .. })));
    let vast = ImageShape { channels: 1, height: 65_536, width: 65_536 };
    let vast = Checkpoint { shape: vast, examples: Vec::new(), ..tiny() };
    assert!(matches!(error(&bytes(&vast)), CheckpointError::Config(ConfigError::TooLarge { value: 65_536, .. })));
    let network = VelocityNetConfig { outer_blocks: 1_000_000_000, ..tiny().network };
    let deep = error(&bytes(&Checkpoint { network, ..tiny() }));
    assert!(matches!(deep, CheckpointError::Config(ConfigError::TooLarge { what: "network.outer_blocks", .. })));
}

#[test]
fn a_measure_that_is_no_number_is_not_written() {
    let mut model = Checkpoint::from_bytes(&std::fs::read(released_model()).expect("a file")).expect("a model");
    model.card.measures[3].value = f64::NAN;
    let name = model.card.measures[3].name.clone();
    let said = model.to_bytes(Precision::Half);
    assert!(matches!(said, Err(CheckpointError::Measure(measure)) if measure == name));
}

#[test]
fn weights_must_be_those_of_the_network() {
    let refused = |model: &Checkpoint| match model.network(&Device::flex()) {
        Err(CheckpointError::Parameters(error)) => error,
        other => panic!("not refused for its weights: {:?}", other.map(drop)),
    };
    let mut model = tiny();
    model.parameters.remove("entry.bias");
    assert_eq!(refused(&model), ParametersError::Missing("entry.bias".into()));
    let mut model = tiny();
    let extra = model.parameters["entry.bias"].clone();
    model.parameters.insert("exit.bias.2".into(), extra);
    assert_eq!(refused(&model), ParametersError::Unknown("exit.bias.2".into()));
    let mut model = tiny();
    model.network.width = 16;
    assert!(matches!(refused(&model), ParametersError::Shape { .. }));
    let mut model = tiny();
    model.parameters.get_mut("entry.bias").expect("there is one").values[0] = f32::NAN;
    assert!(matches!(model.to_bytes(Precision::Single), Err(CheckpointError::NotFinite(_))));
}

#[test]
fn impossible_networks_are_refused() {
    let possible = ImageShape { channels: 1, height: 28, width: 28 };
    let config = VelocityNetConfig::default();
    let refused = |config: VelocityNetConfig, shape, classes| config.init(shape, classes, &Device::flex()).map(drop);
    assert_eq!(
        refused(config, ImageShape { width: 30, ..possible }, 1),
        Err(ConfigError::Size { width: 30, height: 28 })
    );
    assert_eq!(refused(config, ImageShape { channels: 4, ..possible }, 1), Err(ConfigError::Channels(4)));
    assert_eq!(refused(VelocityNetConfig { width: 12, ..config }, possible, 1), Err(ConfigError::Width(12)));
    assert_eq!(refused(VelocityNetConfig { embedding: 0, ..config }, possible, 1), Err(ConfigError::Embedding(0)));
    assert_eq!(refused(config, possible, 0), Err(ConfigError::Classes));
}

/// Half of the examples is none.
#[test]
fn examples_without_their_classes_are_refused() {
    let bytes = bytes(&tiny());
    let tensors = SafeTensors::deserialize(&bytes).expect("a whole file");
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("a whole file");
    for missing in ["examples.classes", "examples.pixels"] {
        let left = tensors.iter().filter(|(name, _)| *name != missing);
        let cut = safetensors::serialize(left, header.metadata().clone()).expect("a file");
        assert!(matches!(error(&cut), CheckpointError::Examples), "without {missing}");
    }
}

/// What would have no effect is refused with the reason.
#[test]
fn keys_without_effect_are_refused() {
    let said = |text: &str| format!("{:#}", TrainingConfig::from_toml(text).expect_err("a key without effect"));
    let direct = "[objective]\ncoupling = { direct = { from = \"a\", to = \"b\" } }\n";
    let reflow = "[objective]\ncoupling = { reflow = { pairs = \"pairs.safetensors\" } }\n";
    for coupling in [direct, reflow] {
        for (key, line) in [("flip", "flip = true"), ("shift", "shift = 1"), ("warp", "warp = 0.1")] {
            let said = said(&format!("{coupling}[training]\n{line}"));
            assert!(said.contains(&format!("training.{key}")) && said.contains("no effect"), "{said}");
        }
    }
    assert!(said("[objective]\nshortcut_share = 0.5").contains("network.shortcut"));
    assert!(said("[network]\nshortcut = true\n[training]\nbatch = 3").contains("objective.shortcut_share"));
    let late = said("[training]\nimages = 1000\nwarm_up_images = 2000");
    assert!(late.contains("training.warm_up_images is 2000") && late.contains("1000 images"), "{late}");
    let warm_up = |text: &str| TrainingConfig::from_toml(text).expect("a configuration").training.warm_up();
    assert_eq!(warm_up("[training]\nimages = 1000\nwarm_up_images = 900"), 900, "what is asked for is done");
    assert_eq!((warm_up("[training]\nimages = 1000"), warm_up("")), (200, 8000));
}

#[test]
fn configurations_are_refused_by_their_key() {
    let said = |text: &str| format!("{:#}", TrainingConfig::from_toml(text).expect_err("a malformed configuration"));
    assert!(said("[training]\nlerning_rate = 1.0").contains("lerning_rate"));
    assert!(said("[training]\nimages = 0").contains("training.images"));
    assert!(said("[training]\nbatch = 5000").contains("training.batch"));
    assert!(said("[training]\noptimiser = \"adam\"\nlearning_rate = -1.0").contains("training.learning_rate"));
    assert!(said("[training]\nlabel_dropout = 1.0").contains("training.label_dropout"));
    assert!(said("[training]\nwarp = 1.5").contains("training.warp"));
    assert!(said("[output]\nsave_every_images = 0").contains("output.save_every_images"));
    assert!(said("seed = \"x\"").contains("seed"));
    assert!(said("this is not toml").contains("does not parse"));
    let config = TrainingConfig::default();
    assert_eq!(TrainingConfig::from_toml(&config.to_toml().expect("plain numbers")).expect("its own words"), config);
}

#[test]
fn the_command_line_names_what_it_cannot_use() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let word = |path: PathBuf| path.display().to_string();
    fs::write(path("broken.png"), b"\x89PNG\r\n\x1a\nand then nonsense").expect("a writable folder");
    fs::write(path("broken.safetensors"), b"nonsense").expect("a writable folder");
    fs::write(path("broken.toml"), "[training]\nimages = \"many\"").expect("a writable folder");
    let (model, out) = (word(released_model()), word(path("out.png")));

    let translate = |from: &str, input: &str| {
        refusal(&["translate", "--model", &model, "--from", from, "--to", "Bag", "--input", input, "--out", &out])
    };
    let broken = word(path("broken.png"));
    assert!(translate("Sneaker", &broken).contains("broken.png is not an image"));
    assert!(translate("Sneaker", &word(path("missing.png"))).contains("cannot read"));
    let often = ["--from", "Bag", "--to", "Coat", "--input", &broken, "--out", &out, "--repeats", "100000000"];
    assert!(refusal(&[&["translate", "--method", "flowedit"], &often[..]].concat()).contains("1000"));
    assert!(translate("Sandwich", &broken).contains("T-shirt"), "the error lists the classes");
    assert!(refusal(&["inspect", "--model", &word(path("broken.safetensors"))]).contains("broken.safetensors"));
    assert!(refusal(&["inspect", "--model", "faces"]).contains("models/faces.safetensors"));
    assert!(refusal(&["train", "--config", &word(path("broken.toml"))]).contains("broken.toml"));
    assert!(
        refusal(&["train", "--data", &format!("fashion-mnist:{}", word(path("nowhere")))])
            .contains("train-images-idx3-ubyte.gz")
    );
    assert!(refusal(&["train", "--resume", &word(path("nowhere"))]).contains("is not a folder"));
    assert!(refusal(&["sample", "--out", &out, "--solver", "magic"]).contains("rk4"));
    assert!(refusal(&["sample", "--out", &out, "--intervals", "0"]).contains("intervals"));
    assert!(refusal(&["sample", "--out", &out, "--intervals", "4000000000"]).contains("10000"));
    let sample = ["sample", "--out", &out, "--intervals", "1", "--count", "1", "--device", "cpu"];
    assert!(refusal(&[&sample[..], &["--class", "none", "--guidance", "2"]].concat()).contains("none is asked for"));
    assert!(refusal(&[&sample[..], &["--guidance", "1e38"]].concat()).contains("nearer to 1"));
    let glyphs = "models/classifiers/glyphs.safetensors";
    assert!(
        refusal(&["evaluate", "classifier", "--data", "faces", "--classifier", glyphs])
            .contains("must belong together"),
        "another size"
    );
    assert!(refusal(&["decode", "--noise", &word(path("broken.safetensors")), "--out", &out]).contains("encode"));
    let faces = ["--model", "models/faces.safetensors", "--device", "cpu"];
    let said = |words: &[&str]| refusal(&[words, &faces[..]].concat());
    assert!(said(&["study", "pairs", "--pairs", "plain:moustache", "--out", &out]).contains("glasses + hat"));
    assert!(refusal(&["study", "objectives", "--only", "plain,sandwich", "--out", &out]).contains("optimal-transport"));
    assert!(said(&["evaluate", "pretrained", "--weights", &broken]).contains("https://"));
    assert!(said(&["evaluate", "likelihood", "--probes", "some"]).contains("or exact"));
    assert!(said(&["evaluate", "guidance", "--weights", "1,NaN"]).contains("finite"));
    assert!(said(&["evaluate", "work-precision", "--solver", "euler"]).contains("leave this option out"));
    assert!(said(&["evaluate", "work-precision", "--nfe", "1", "--solvers", "rk4"]).contains("name others"));
    let direct = "models/direct/glyphs-a-to-b.safetensors";
    assert!(said(&["evaluate", "translation", "--direct", direct]).contains("must belong together"));
    assert!(!path("out.png").exists(), "nothing was written");
}

/// What would be lost, or could not be written in the end, is refused before anything is computed.
#[test]
fn files_to_write_are_looked_at_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let word = |name: &str| folder.path().join(name).display().to_string();
    let (image, link) = (word("image.png"), word("link.png"));
    let sample = |out: &str| run(&["sample", "--count", "1", "--intervals", "1", "--device", "cpu", "--out", out]);
    assert!(sample(&image).status.success());
    let before = fs::read(&image).expect("an image");
    assert!(refusal(&["sample", "--out", &word("")]).contains("is a folder"));
    assert!(refusal(&["sample", "--out", &word("image.jpg")]).contains("is a .png file"));
    assert!(refusal(&["sample", "--out", &image, "--film", &image]).contains("would replace"));
    assert!(refusal(&["encode", "--class", "Bag", "--input", &image, "--out", &image]).contains("would replace"));
    let model = word("model.safetensors");
    fs::copy(released_model(), &model).expect("a writable folder");
    let over = ["encode", "--model", &model, "--class", "Bag", "--input", &image, "--out", &model];
    assert!(refusal(&over).contains("would replace"), "the model that is read");
    let (new, same) = (word("new.png"), word("./new.png"));
    assert!(
        refusal(&["sample", "--out", &new, "--film", &same]).contains("would replace"),
        "of files that are not there"
    );
    let translate = ["translate", "--from", "Bag", "--to", "Coat", "--input", &image, "--out"];
    assert!(refusal(&[&translate[..], &[&image]].concat()).contains("would replace"));
    assert!(refusal(&[&translate[..], &[&link, "--time", "0.5"]].concat()).contains("--method sdedit"));
    assert_eq!(fs::read(&image).expect("an image"), before);
    #[cfg(target_os = "linux")]
    assert!(refusal(&["sample", "--out", "/proc/new.png"]).contains("cannot write /proc/new.png"));
    #[cfg(unix)]
    {
        // A link leads on, and a device is written to.
        std::os::unix::fs::symlink(&image, &link).expect("a link");
        assert!(run(&["sample", "--count", "1", "--seed", "9", "--device", "cpu", "--out", &link]).status.success());
        assert!(folder.path().join("link.png").is_symlink());
        assert_ne!(fs::read(&image).expect("an image"), before);
        assert!(sample("/dev/null").status.success());
        assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    }
}

/// Whoever reads the first words only has not made a mistake.
#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = trainer()
        .args(["inspect", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the trainer starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("a child");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
