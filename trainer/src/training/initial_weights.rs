//! The weights of another model, to begin with.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use shared::card::Learned;
use shared::checkpoint::Checkpoint;
use shared::model::{JUMPS, VelocityNetConfig};
use shared::parameters::Parameters;

use super::run_folder::MODEL;
use crate::files;

/// What an error about them begins with.
pub(super) fn context(path: &Path) -> String {
    format!("cannot begin with the weights of {} (init)", path.display())
}

/// Refuses what training could not begin with.
///
/// # Errors
/// If there is no such model, or its network is not `network`, whose answers would mean something else.
pub fn check(path: &Path, network: VelocityNetConfig) -> Result<()> {
    read(path, network, Parameters::new()).map(drop)
}

/// The weights of the model in a file or in the folder of a run, and what they have learned; what only a shortcut model has, and that model has not, stays
/// `fresh`.
///
/// # Errors
/// If there is no such model, or its network is not `network`, whose answers would mean something else.
pub(super) fn read(path: &Path, network: VelocityNetConfig, fresh: Parameters) -> Result<(Parameters, Learned)> {
    let file = if path.is_dir() { path.join(MODEL) } else { path.to_owned() };
    let read = || anyhow::Ok(Checkpoint::from_bytes(&files::read(&file)?)?);
    let model = read().with_context(|| context(path))?;
    ensure!(
        VelocityNetConfig { shortcut: network.shortcut, ..model.network } == network,
        "{} (init) has another network; write its own under [network]: {}",
        path.display(),
        toml::to_string(&model.network)?.trim().replace('\n', ", ")
    );
    let learned = model.card.learned();
    let jumps = fresh.into_iter().filter(|(name, _)| name.starts_with(JUMPS));
    Ok((jumps.chain(model.parameters).collect(), learned))
}
