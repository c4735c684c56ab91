use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use burn::tensor::Device;
use shared::condition::Condition;
use shared::image::ImageShape;
use shared::model::VelocityNetConfig;
use shared::noise::{Seed, normal};
use shared::time::Time;
use trainer::data::Source;
use trainer::device::DeviceChoice;
use trainer::training::batch::Batch;
use trainer::training::config::{Objective, Training, TrainingConfig};
use trainer::training::optimiser::Optimiser;
use trainer::training::pairs::TrainingPairs;
use trainer::training::run::{Ending, Run, RunInputs};
use trainer::training::run_folder::{MODEL, RunFolder, STATE};
use trainer::training::state::{Progress, TrainingState};
use trainer::training::step::{StepContext, step};

use crate::support::{run, trainer};

/// On data from N(0, 1) the loss cannot fall below Var(x₁ − x₀ | x_t), π/2 on average: lower is a leak, higher is a
/// network that has not learned.
#[test]
fn on_normal_data_the_loss_reaches_its_floor() {
    const SHAPE: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };
    const STEPS: u64 = 1_500;
    const BATCH: usize = 128;
    let training =
        Training { images: STEPS * BATCH as u64, batch: BATCH, warm_up_images: Some(2_000), ..Training::default() };
    let device = Device::flex().autodiff();
    let config = VelocityNetConfig {
        width: 16,
        outer_blocks: 1,
        inner_blocks: 1,
        embedding: 32,
        ..VelocityNetConfig::default()
    };
    Device::flex().seed(1);
    let mut net = config.init(SHAPE, 1, &device).expect("a possible network");
    let mut optimiser = Optimiser::new(&net);
    let mut progress = Progress::default();
    let mut last = Vec::new();
    let objective = Objective::default();
    let context = StepContext { objective: &objective, training: &training, shape: SHAPE, device: &device };
    while progress.images_seen < training.images {
        let draw = |name, values| normal(&mut Seed(2).stream(name, progress.steps), values);
        // Evenly spread times: the noise of the mean loss is then that of the pairs alone.
        let times = (0..BATCH).map(|i| Time::new((i as f64 + 0.5) / BATCH as f64)).collect();
        let batch = Batch {
            between: None,
            images: draw("image", BATCH * SHAPE.values()),
            noise: draw("noise", BATCH * SHAPE.values()),
            times,
            conditions: vec![Condition::Class(0); BATCH],
        };
        let (next, loss) = step(net, &mut optimiser, batch, context, progress);
        net = next;
        progress.steps += 1;
        progress.images_seen += BATCH as u64;
        last.push(loss.into_scalar::<f64>());
    }
    let tail = &last[last.len() - 200..];
    let mean = tail.iter().sum::<f64>() / tail.len() as f64;
    let floor = std::f64::consts::FRAC_PI_2;
    // 200 batches of 8,192 values: the standard error of their mean is 0.002. The network normalises its activations and
    // cannot see how long an image's vector is, which costs it some percent.
    assert!((floor - 0.01..floor * 1.05).contains(&mean), "mean loss {mean:.4}, floor {floor:.4}");
}

/// A configuration that a test can afford.
const TINY: &str = "name = \"tiny\"\nseed = 5\n\n[network]\nwidth = 8\nouter_blocks = 1\ninner_blocks = 1\nembedding = 16\n\n\
                    [training]\nimages = 640\nbatch = 32\n\n[output]\nsave_every_images = 320\nsheet_every_images = 640\n\
                    examples_per_class = 1\n";

fn tiny(folder: &Path) -> String {
    let path = folder.join("tiny.toml");
    fs::write(&path, TINY).expect("a writable folder");
    path.display().to_string()
}

fn state(run: &Path) -> TrainingState {
    let mut state =
        TrainingState::from_bytes(&fs::read(run.join("state.safetensors")).expect("a state")).expect("whole");
    state.progress.seconds = 0.0;
    state
}

/// A run that is killed by Ctrl-C and resumed ends with the very same bits as one that was left in peace.
#[test]
#[cfg(unix)]
fn a_stopped_and_resumed_run_equals_one_that_never_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = tiny(folder.path());
    let [whole, parts] = ["whole", "parts"].map(|name| folder.path().join(name));
    let words = |run: &Path| {
        let run = run.display().to_string();
        ["train", "--config", &config, "--data", "embedded", "--device", "cpu", "--run", &run].map(str::to_owned)
    };
    assert!(trainer().args(words(&whole)).output().expect("starts").status.success());

    let mut child = trainer().args(words(&parts)).stderr(Stdio::null()).spawn().expect("starts");
    let journal = parts.join("journal.jsonl");
    while !fs::read_to_string(&journal).is_ok_and(|text| text.contains("trained")) {
        assert!(child.try_wait().expect("a child").is_none(), "the run ended before it could be stopped");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // What machines send before they are switched off does the same as Ctrl-C.
    let interrupt = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(interrupt.expect("kill is there").success());
    assert_eq!(child.wait().expect("a child").code(), Some(130), "a run that was stopped says so");
    let stopped = state(&parts).progress.images_seen;
    assert!(stopped > 0 && stopped < 640, "stopped after {stopped} images");

    let resumed = run(&["train", "--resume", &parts.display().to_string(), "--device", "cpu"]);
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert!(state(&parts) == state(&whole), "the same bits");
    // One that was killed before its first save begins anew; one that has lost its state does not.
    fs::remove_file(parts.join("state.safetensors")).expect("a state");
    let said = crate::support::refusal(&["train", "--resume", &parts.display().to_string(), "--device", "cpu"]);
    assert!(said.contains("state.safetensors is missing") && said.contains("before"), "{said}");
    fs::remove_file(parts.join("model.safetensors")).expect("a model");
    let anew = run(&["train", "--resume", &parts.display().to_string(), "--device", "cpu"]);
    assert!(anew.status.success(), "{}", String::from_utf8_lossy(&anew.stderr));
    assert!(state(&parts) == state(&whole), "the same bits again");
    for file in ["sheet.png", "sheet-000000640.png"] {
        assert_eq!(
            fs::read(parts.join(file)).expect("a sheet"),
            fs::read(whole.join(file)).expect("a sheet"),
            "{file}"
        );
    }

    // The rest of a run is what its model's card says.
    let folder = parts.display().to_string();
    let resume = || run(&["train", "--resume", &folder, "--device", "cpu"]);
    assert!(String::from_utf8_lossy(&resume().stderr).contains("has seen all its images"));
    let config = parts.join("run.toml");
    let written = fs::read_to_string(&config).expect("a configuration");
    fs::write(&config, written.replace("batch = 32", "batch = 16")).expect("a writable folder");
    let said = crate::support::refusal(&["train", "--resume", &folder, "--device", "cpu"]);
    assert!(said.contains("other values of training.batch"), "{said}");
    fs::write(&config, written).expect("a writable folder");
    // Two programs would write over each other.
    let other = fs::File::create(parts.join(".lock")).expect("a writable folder");
    other.try_lock().expect("nobody else trains here");
    let said = crate::support::refusal(&["train", "--resume", &folder, "--device", "cpu"]);
    assert!(said.contains("another program trains in"), "{said}");
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_and_keeps_the_state() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("wild.toml");
    fs::write(&config, TINY.replace("batch = 32", "batch = 32\noptimiser = \"adam\"\nlearning_rate = 1e30"))
        .expect("a writable folder");
    let wild = folder.path().join("wild");
    let said = crate::support::refusal(&[
        "train",
        "--config",
        &config.display().to_string(),
        "--data",
        "embedded",
        "--device",
        "cpu",
        "--run",
        &wild.display().to_string(),
    ]);
    assert!(said.contains("the loss is not finite"), "{said}");
    assert!(wild.join("not-finite.safetensors").exists());
    assert!(fs::read_to_string(wild.join("journal.jsonl")).expect("a journal").contains("not_finite"));
}

/// Trains in `folder` with this learning rate, from where it is if it is anywhere, until `steps` more looks at `stop`.
fn train_on(folder: &Path, learning_rate: f64, save_every_images: u64, looks: u32) -> anyhow::Result<Ending> {
    let text =
        TINY.replace("batch = 32", &format!("batch = 32\noptimiser = \"adam\"\nlearning_rate = {learning_rate:e}"));
    let mut config = TrainingConfig::from_toml(&text)?;
    config.data = Source::Embedded;
    config.training.images = 1280;
    config.output.save_every_images = save_every_images;
    let data = config.data.load()?;
    let pairs = TrainingPairs::new(&data, &config.objective.coupling)?;
    let resume = folder.join(STATE).exists();
    if resume {
        fs::write(folder.join("run.toml"), config.to_toml()?)?;
    }
    let (folder, _) = RunFolder::open_or_create(folder.to_owned(), &config)?;
    let chosen = DeviceChoice::Cpu.find()?;
    let left = Cell::new(looks);
    let stop = || left.replace(left.get().saturating_sub(1)) == 0;
    let inputs = RunInputs { folder: &folder, config: &config, data: &data, pairs: &pairs, chosen: &chosen };
    Run::begin(inputs, resume)?.train(&stop)
}

/// A learning rate that no network survives breaks the second step after it; the loss is looked at every ten steps. What was
/// saved before stays, whether the next save or Ctrl-C comes first.
#[test]
fn a_broken_state_replaces_nothing() {
    for (what, save_every_images) in [("a save between two reports", 64), ("Ctrl-C between two reports", 100_000)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = folder.path().join("run");
        let read = |name: &str| fs::read(run.join(name)).expect("a file of the run");
        assert_eq!(train_on(&run, 1e-3, 64, 3).expect("a good beginning"), Ending::Interrupted);
        assert_eq!(train_on(&run, 1e-3, 64, 1).expect("a good middle"), Ending::Interrupted);
        let good = ["before/state.safetensors", "before/model.safetensors", STATE, MODEL].map(read);
        assert!(good[0] != good[2], "the state before the last one is kept");
        TrainingState::from_bytes(&good[0]).expect("a whole state");

        let error = train_on(&run, 1e30, save_every_images, 5).expect_err("nothing survives this");
        assert!(error.to_string().contains("not finite"), "{what}: {error}");
        let after = ["before/state.safetensors", "before/model.safetensors", STATE, MODEL].map(read);
        assert!(good == after, "{what} has replaced what was good");
        assert!(run.join("not-finite.safetensors").exists());
        assert_eq!(train_on(&run, 1e-3, 64, 1).expect("the good state goes on"), Ending::Interrupted);
    }
}
