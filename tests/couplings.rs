//! Runs that learn other things than the velocity between noise and image, and the verbs that use what they learned.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use shared::checkpoint::Checkpoint;
use shared::condition::{Condition, ConditionedNet};
use shared::image::ImageShape;
use shared::jump::JumpTarget;
use shared::model::VelocityNetConfig;
use shared::noise::{Seed, normal};
use shared::solver::Solver;
use shared::time::TimeGrid;
use trainer::training::batch::Batch;
use trainer::training::config::{Objective, Training};
use trainer::training::optimiser::Optimiser;
use trainer::training::state::Progress;
use trainer::training::step::{StepContext, step};

use crate::support::{json, refusal, run};

/// A configuration on the embedded faces that a test can afford.
pub(crate) fn tiny(objective: &str) -> String {
    format!(
        "name = \"tiny\"\nseed = 5\n\n[data]\nsource = \"faces\"\n\n\
         [network]\nwidth = 8\nouter_blocks = 1\ninner_blocks = 1\nembedding = 16\n\n[objective]\n{objective}\n\n\
         [training]\nimages = 640\nbatch = 32\n\n[output]\nexamples_per_class = 1\n"
    )
}

/// A folder to train in.
pub(crate) struct Workshop(tempfile::TempDir);

impl Workshop {
    pub(crate) fn new() -> Self {
        Workshop(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn word(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Trains with this configuration and returns the model's file.
    pub(crate) fn train(&self, name: &str, config: &str) -> String {
        let file = self.path(&format!("{name}.toml"));
        fs::write(&file, config).expect("a writable folder");
        let folder = self.word(name);
        let output = run(&["train", "--config", &file.display().to_string(), "--run", &folder, "--device", "cpu"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.word(&format!("{name}/model.safetensors"))
    }
}

pub(crate) fn read(model: &str) -> Checkpoint {
    Checkpoint::from_bytes(&fs::read(Path::new(model)).expect("a model")).expect("a whole model")
}

/// A model that is straightened by its own pairs sees exactly the images that it drew from exactly those noises.
#[test]
fn reflow_pairs_are_what_the_model_draws_and_can_be_learned_from() {
    let workshop = Workshop::new();
    let model = workshop.train("plain", &tiny(""));
    let pairs = workshop.word("pairs.safetensors");
    let reflow = |seed: &str| {
        let how = ["--model", &model, "--intervals", "2", "--seed", seed, "--device", "cpu", "--json"];
        json(&[&["reflow", "--pairs", "9", "--out", &pairs][..], &how].concat())
    };
    let report = reflow("9");
    assert_eq!((report["pairs"].as_u64(), report["nfe"].as_u64()), (Some(9), Some(4)));

    let data = "faces".parse::<trainer::data::Source>().expect("a source").load().expect("the faces");
    let read_pairs = trainer::training::reflow_pairs::ReflowPairs::read(Path::new(&pairs), &data).expect("pairs");
    assert_eq!(read_pairs.classes, [0, 1, 2, 3, 0, 1, 2, 3, 0]);
    let (checkpoint, device) = (read(&model), Device::flex());
    let net = checkpoint.network(&device).expect("a network");
    let sampler = trainer::sampler::Sampler { net: &net, shape: data.shape, device: &device };
    let noise = trainer::training::reflow_pairs::ReflowPairs::noise(read_pairs.seed, 6, data.shape.values());
    assert_ne!(noise, read_pairs.seed.noise(6, data.shape.values()), "what models are measured with is another noise");
    let config = trainer::sampler::SamplerConfig {
        solver: Solver::Midpoint,
        intervals: std::num::NonZeroU32::new(2).expect("not 0"),
        spacing: Solver::Midpoint.spacing(),
        guidance: 1.0,
    };
    let drawn = sampler.decode(&[noise], &[Condition::Class(2)], config).values;
    let error = shared::measure::rmse(&drawn[0], &read_pairs.images[6]);
    // The same arithmetic in another batch: rounding only.
    assert!(error < 1e-5, "pair 6 is off by {error:e}");

    let coupling = format!("coupling = {{ reflow = {{ pairs = {pairs:?} }} }}");
    let straighter = workshop.train("straighter", &format!("init = {model:?}\n{}", tiny(&coupling)));
    assert_ne!(read(&straighter).parameters, checkpoint.parameters, "it learned");
    let longer = fs::read_to_string(workshop.path("straighter/run.toml")).expect("a configuration");
    fs::write(workshop.path("straighter/run.toml"), longer.replace("images = 640", "images = 1280")).expect("a folder");
    let resumed = run(&["train", "--resume", &workshop.word("straighter"), "--device", "cpu"]);
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    let card = read(&straighter).card;
    assert!(card.reflowed, "the card tells");
    assert_eq!((card.images_seen, card.learned().images_seen), (1280, 640 + 1280), "resuming forgets nothing");

    let drawn = ["sample", "--model", &straighter, "--solver", "euler", "--diffusion", "1", "--out", "x.png"];
    assert!(refusal(&drawn).contains("independent"), "pairs have no memoryless diffusion");

    let other = tiny("").replace("embedding = 16", "embedding = 16\nprediction = \"image\"");
    fs::write(workshop.path("other.toml"), format!("init = {model:?}\n{other}")).expect("a writable folder");
    let said = refusal(&["train", "--config", &workshop.word("other.toml"), "--run", &workshop.word("o")]);
    assert!(said.contains("(init) has another network") && said.contains("prediction = \"velocity\""), "{said}");
    assert!(!workshop.path("o").exists(), "nothing is begun with it");
    reflow("10");
    let said = refusal(&["train", "--resume", &workshop.word("straighter"), "--device", "cpu"]);
    assert!(said.contains("pairs are not those that this run has learned from"), "{said}");
    let glyphs = tiny(&coupling).replace("faces", "glyphs");
    fs::write(workshop.path("glyphs.toml"), glyphs).expect("a writable folder");
    let said = refusal(&["train", "--config", &workshop.word("glyphs.toml"), "--run", &workshop.word("g")]);
    assert!(said.contains("pairs.safetensors"), "{said}");
}

/// A direct model knows where it leads from, translates that way, and refuses everything that needs a noise end.
#[test]
fn a_direct_model_translates_its_pair_and_nothing_else() {
    let workshop = Workshop::new();
    let coupling = "coupling = { direct = { from = \"plain\", to = \"glasses\", paired = true, noise = 0.5 } }";
    let model = workshop.train("direct", &tiny(coupling));
    let direct = read(&model).card.direct.expect("the card tells");
    assert_eq!((direct.from.as_str(), direct.to.as_str(), direct.noise), ("plain", "glasses", 0.5));

    json(&["inspect", "--model", &model, "--examples", &workshop.word("examples"), "--json"]);
    let input = workshop.word("examples/000-plain.png");
    let out = workshop.word("out.png");
    let translate =
        ["translate", "--model", &model, "--input", &input, "--out", &out, "--intervals", "2", "--device", "cpu"];
    let report = json(
        &[&translate[..], &["--from", "plain", "--to", "glasses", "--method", "direct", "--repeats", "3", "--json"]]
            .concat(),
    );
    assert_eq!(report["nfe"].as_u64(), Some(3 * 2 * 2), "three trajectories of two intervals of midpoint");
    assert!(workshop.path("out.png").exists());
    let said = |words: &[&str]| refusal(&[&translate[..], words].concat());
    assert!(said(&["--from", "plain", "--to", "hat", "--method", "direct"]).contains("plain to glasses"));
    assert!(said(&["--from", "plain", "--to", "glasses"]).contains("--method direct"));
    assert!(refusal(&["sample", "--model", &model, "--out", &out]).contains("--method direct"));

    let refused = |coupling: &str| {
        fs::write(workshop.path("bad.toml"), tiny(coupling)).expect("a writable folder");
        refusal(&["train", "--config", &workshop.word("bad.toml"), "--run", &workshop.word("bad"), "--device", "cpu"])
    };
    assert!(
        refused(&coupling.replace("\"glasses\"", "\"moustache\"")).contains("glasses + hat"),
        "it lists the classes"
    );
    assert!(refused(&coupling.replace("0.5", "-0.5")).contains("direct.noise"));
    assert!(refused(&coupling.replace("paired", "pared")).contains("pared"));
}

/// Interpolation ends at its ends, and a variation from close to the image stays close to it.
#[test]
fn interpolations_and_variations_keep_their_ends() {
    let workshop = Workshop::new();
    let model = "models/faces.safetensors";
    json(&["inspect", "--model", model, "--examples", &workshop.word("examples"), "--json"]);
    let (first, second) = (workshop.word("examples/000-plain.png"), workshop.word("examples/001-plain.png"));
    let out = workshop.word("row.png");
    let common =
        ["--model", model, "--device", "cpu", "--json", "--solver", "reversible", "--intervals", "8", "--out", &out];
    let row =
        ["interpolate", "--first", &first, "--first-class", "plain", "--second", &second, "--second-class", "plain"];
    let report = json(&[&row[..], &["--count", "3"], &common].concat());
    assert_eq!((report["count"].as_u64(), report["nfe"].as_u64()), (Some(3), Some(2 * 8 * 4)));
    let report = json(
        &[
            &["vary", "--input", &first, "--class", "plain", "--time", "0.75", "--count", "2", "--spacing", "uniform"]
                [..],
            &common,
        ]
        .concat(),
    );
    assert_eq!(report["nfe"].as_u64(), Some(2 * 4), "two of eight intervals are left");
    assert!(
        refusal(&[&["vary", "--input", &first, "--class", "plain", "--time", "1"][..], &common].concat())
            .contains("--time")
    );
    assert!(image::open(&out).is_ok_and(|sheet| sheet.width() > sheet.height()));
}

/// From noise, one Euler step of a plain field ends at the mean of the data whatever the noise; a network that has learned to
/// jump to where the whole trajectory leads keeps the spread of the data in one step.
#[test]
fn a_network_learns_to_jump_where_the_trajectory_leads() {
    for (target, least) in [(JumpTarget::Halves, 0.5), (JumpTarget::Derivative, 0.65)] {
        let [jumped, walked] = shades_after_learning(target);
        let deviation = |shades: &[f64]| (shades.iter().map(|x| x * x).sum::<f64>() / shades.len() as f64).sqrt();
        let together = jumped.iter().zip(&walked).map(|(a, b)| a * b).sum::<f64>() / jumped.len() as f64;
        let correlation = together / (deviation(&jumped) * deviation(&walked));
        // A plain field's one step has no spread at all. Measured here, of 0.97: halves 0.63, correlation 0.99; derivative 0.75,
        // correlation 0.98.
        assert!(
            deviation(&jumped) > least * deviation(&walked) && correlation > 0.9,
            "{target}: one jump has deviation {:.3}, the trajectory {:.3}; correlation {correlation:.3}",
            deviation(&jumped),
            deviation(&walked)
        );
    }
}

/// What one Euler step and a fine trajectory make of the same noises, after learning images of one shade, N(0, 1) in all
/// their values alike.
fn shades_after_learning(jumps: JumpTarget) -> [Vec<f64>; 2] {
    const SHAPE: ImageShape = ImageShape { channels: 1, height: 4, width: 4 };
    const BATCH: usize = 128;
    let training =
        Training { images: 1_000 * BATCH as u64, batch: BATCH, warm_up_images: Some(2_000), ..Training::default() };
    let (device, plain) = (Device::flex().autodiff(), Device::flex());
    plain.seed(1);
    let shape = VelocityNetConfig {
        width: 16,
        outer_blocks: 1,
        inner_blocks: 1,
        embedding: 32,
        ..VelocityNetConfig::default()
    };
    let config = VelocityNetConfig { shortcut: true, ..shape };
    let mut net = config.init(SHAPE, 1, &device).expect("a possible network");
    let (mut optimiser, mut progress) = (Optimiser::new(&net), Progress::default());
    let objective = Objective { jumps, ..Objective::default() };
    let context = StepContext { objective: &objective, training: &training, shape: SHAPE, device: &device };
    while progress.images_seen < training.images {
        let draw = |name: &str| normal(&mut Seed(2).stream(name, progress.steps), BATCH * SHAPE.values());
        let mut times = Seed(2).stream("time", progress.steps);
        let batch = Batch {
            between: None,
            images: draw("image").chunks(16).flat_map(|values| [values[0]; 16]).collect(),
            noise: draw("noise"),
            times: (0..BATCH).map(|_| objective.times.draw(&mut times)).collect(),
            conditions: vec![Condition::Class(0); BATCH],
        };
        net = step(net, &mut optimiser, batch, context, progress).0;
        progress.steps += 1;
        progress.images_seen += BATCH as u64;
    }
    let weights = optimiser.average(&net);
    let fresh = config.init(SHAPE, 1, &plain).expect("a possible network");
    let net = shared::parameters::restore(fresh, weights).expect("its own weights");
    let sampler = trainer::sampler::Sampler { net: &net, shape: SHAPE, device: &plain };
    let noise: Vec<Vec<f32>> = (0..200).map(|i| Seed(3).noise(i, 16)).collect();
    let field = ConditionedNet::new(&net, &[Condition::Class(0); 200], &plain);
    [(1, Solver::Euler), (32, Solver::Midpoint)].map(|(intervals, solver)| {
        let grid = TimeGrid::uniform(std::num::NonZeroU32::new(intervals).expect("not 0"));
        let end = shared::flow::decode(&field, solver, &grid, sampler.tensor(&noise)).finish().state;
        sampler.values(end).iter().map(|image| image.iter().map(|x| f64::from(*x)).sum::<f64>() / 16.0).collect()
    })
}
