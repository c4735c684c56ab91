//! What a model says of itself, for those who have not loaded it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use shared::card::ModelCard;
use web::catalogue::About;

use crate::command::root;

/// The description within a model file's header, as far as it matters here. The whole format is `shared::checkpoint`'s, which
/// would have this program wait for the tensor library.
#[derive(Deserialize)]
struct Description {
    card: ModelCard,
    network: Network,
}

#[derive(Deserialize)]
struct Network {
    shortcut: bool,
}

/// What the model of this name says, and its preview, which is copied beside the page. Models of before may say nothing.
///
/// # Errors
/// If a preview cannot be copied.
pub(super) fn of(name: &str, bytes: &[u8], staging: &Path) -> Result<Option<About>> {
    let Some(Description { card, network }) = description(bytes) else { return Ok(None) };
    let image = root().join(format!("web/previews/{name}.png"));
    let preview = format!("models/{name}.png");
    let there = image.exists();
    if there {
        fs::copy(&image, staging.join(&preview)).with_context(|| format!("cannot copy {}", image.display()))?;
    }
    Ok(Some(About::of(&card, there.then_some(preview), card.few_steps(network.shortcut))))
}

/// Whether a model needs few steps.
pub(crate) fn few_steps(bytes: &[u8]) -> bool {
    description(bytes).is_some_and(|Description { card, network }| card.few_steps(network.shortcut))
}

/// The card of a model file.
pub(super) fn card(bytes: &[u8]) -> Option<ModelCard> {
    Some(description(bytes)?.card)
}

fn description(bytes: &[u8]) -> Option<Description> {
    let length = usize::try_from(u64::from_le_bytes(*bytes.first_chunk()?)).ok()?;
    let header: serde_json::Value = serde_json::from_slice(bytes.get(8..)?.get(..length)?).ok()?;
    serde_json::from_str(header["__metadata__"]["scoreflow"].as_str()?).ok()
}
