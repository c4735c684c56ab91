//! What a run leaves on disk.

use std::fs::{File, ReadDir, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use shared::card::{DatasetFacts, ModelCard};
use shared::checkpoint::Checkpoint;

use crate::files;
use crate::training::config::TrainingConfig;
use crate::training::state::TrainingState;

/// The model so far.
pub const MODEL: &str = "model.safetensors";

/// The configuration.
pub const CONFIG: &str = "run.toml";

/// What resuming needs.
pub const STATE: &str = "state.safetensors";

/// Where runs go unless told otherwise.
pub const RUNS: &str = "runs";

/// A folder with one run in it.
#[derive(Clone, Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// As long as this file is open, no other program trains here.
    _lock: Arc<File>,
}

/// What is locked while a program trains in a folder.
const LOCK: &str = ".lock";

impl RunFolder {
    /// Makes a folder for a new run and writes its configuration there, before the first step.
    ///
    /// # Errors
    /// If the folder exists and is not empty, or cannot be written.
    pub fn create(path: PathBuf, config: &TrainingConfig) -> Result<Self> {
        let full = |mut entries: ReadDir| entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != LOCK));
        if path.read_dir().is_ok_and(full) {
            let shown = path.display();
            ensure!(
                !path.join(CONFIG).exists(),
                "{shown} holds a run; go on with --resume {shown}, or choose another folder"
            );
            bail!("{shown} is not empty; choose another folder");
        }
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        let folder = Self::locked(path)?;
        files::write_atomically(&folder.path(CONFIG), config.to_toml()?.as_bytes())?;
        Ok(folder)
    }

    /// The folder of this configuration's run, and whether a state was saved there; made if there is none.
    ///
    /// # Errors
    /// If the folder holds the run of another configuration, or cannot be written.
    pub fn open_or_create(path: PathBuf, config: &TrainingConfig) -> Result<(Self, bool)> {
        if !path.join(CONFIG).exists() {
            return Ok((Self::create(path, config)?, false));
        }
        let (folder, found) = Self::open(Some(path))?;
        let shown = folder.path.display();
        ensure!(found == *config, "{shown} holds a run of another configuration; choose another folder");
        let begun = folder.path(STATE).exists();
        Ok((folder, begun))
    }

    /// Opens a run to continue it. Without a path, the youngest run.
    ///
    /// # Errors
    /// If there is no such run, or its configuration is damaged.
    pub fn open(path: Option<PathBuf>) -> Result<(Self, TrainingConfig)> {
        let path = match path {
            Some(path) => path,
            None => youngest(Path::new(RUNS))?,
        };
        ensure!(path.is_dir(), "{} is not a folder; --resume wants the folder of a run", path.display());
        let text = files::read(&path.join(CONFIG))?;
        let folder = Self::locked(path)?;
        let context = || format!("{} is damaged", folder.path(CONFIG).display());
        let config = TrainingConfig::recorded(&String::from_utf8(text).with_context(context)?).with_context(context)?;
        config.check().with_context(|| format!("cannot go on as {} says", folder.path(CONFIG).display()))?;
        Ok((folder, config))
    }

    /// The folder, for this program alone. The system frees it when the program ends, however it ends.
    fn locked(path: PathBuf) -> Result<Self> {
        let shown = path.display();
        let lock = File::create(path.join(LOCK)).with_context(|| format!("cannot write in {shown}"))?;
        match lock.try_lock() {
            // Some file systems know no locks.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(RunFolder { path, _lock: Arc::new(lock) }),
            Err(TryLockError::WouldBlock) => bail!("another program trains in {shown}; wait for it, or stop it first"),
        }
    }

    /// Whether there is a state to go on from.
    ///
    /// # Errors
    /// If there is a model without one.
    pub fn was_saved(&self) -> Result<bool> {
        let (state, model) = (self.path(STATE), self.path(MODEL));
        ensure!(
            state.exists() || !model.exists(),
            "{} is missing, and nothing goes on without it: {}, or begin a new run with init = \"{}\"",
            state.display(),
            self.way_back(),
            model.display()
        );
        Ok(state.exists())
    }

    /// What helps if a file is damaged.
    fn way_back(&self) -> String {
        format!("copy what {} holds into {}, for the save before", self.path("before").display(), self.path.display())
    }

    /// The configuration that the saved model has learned with.
    ///
    /// # Errors
    /// If there is no model, or it is damaged.
    pub fn begun_with(&self) -> Result<TrainingConfig> {
        TrainingConfig::recorded(&self.model()?.card.configuration)
    }

    /// The saved model.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn model(&self) -> Result<Checkpoint> {
        let path = self.path(MODEL);
        Checkpoint::from_bytes(&files::read(&path)?)
            .with_context(|| format!("{} cannot be used; {}", path.display(), self.way_back()))
    }

    /// The saved model's card, if the model has learned from these very images.
    ///
    /// # Errors
    /// If it has learned from others, or there is none, or it is damaged.
    pub fn card(&self, data: &DatasetFacts) -> Result<ModelCard> {
        let card = self.model()?.card;
        ensure!(
            card.dataset.as_ref().is_none_or(|before| before.sha256 == data.sha256),
            "the images of {} are not those that this run has learned from: some were added, removed or changed, and what was held \
             out may not be so now. Bring them back, or begin a new run (with init = \"{}\" from here)",
            data.source,
            self.path(MODEL).display()
        );
        Ok(card)
    }

    /// Puts a state and its model in place of those before, which are kept in the folder `before`.
    ///
    /// Both are whole on disk before either is replaced. Whoever is interrupted between the two replacements has the model
    /// of one moment and the state of an earlier one, both good; resuming makes them meet again.
    ///
    /// # Errors
    /// If a file cannot be written; then nothing was replaced, or only the model.
    pub fn replace(&self, state: &[u8], model: &[u8]) -> Result<()> {
        let (model_path, state_path) = (self.path(MODEL), self.path(STATE));
        let (model, state) = (files::prepare(&model_path, model)?, files::prepare(&state_path, state)?);
        for (name, path) in [(MODEL, &model_path), (STATE, &state_path)] {
            if path.exists() {
                files::write_atomically(&self.path("before").join(name), &files::read(path)?)?;
            }
        }
        model.put()?;
        state.put()
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.path
    }

    /// The saved state.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn state(&self) -> Result<TrainingState> {
        let path = self.path(STATE);
        TrainingState::from_bytes(&files::read(&path)?)
            .with_context(|| format!("{} is damaged; {}", path.display(), self.way_back()))
    }
}

/// The run that was saved last, or begun.
fn youngest(runs: &Path) -> Result<PathBuf> {
    let written = |path: PathBuf| path.metadata().ok()?.modified().ok();
    let saved = |path: PathBuf| Some((written(path.join(STATE)).or_else(|| written(path.join(CONFIG)))?, path));
    let entries =
        runs.read_dir().with_context(|| format!("there is no folder {}; nothing was trained yet", runs.display()))?;
    let youngest = entries.filter_map(|entry| saved(entry.ok()?.path())).max();
    youngest.map(|(_, path)| path).with_context(|| format!("there is no run in {}", runs.display()))
}
