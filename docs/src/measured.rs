//! Which models a section has measured, and whether they are still those.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use bench::repository::root;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The released models that a command names.
fn named(words: &str) -> impl Iterator<Item = &str> {
    words.split([' ', ',']).filter(|word| word.starts_with("models/") && word.ends_with(".safetensors"))
}

/// Each of them with a short hash of its weights, which the figures on its card do not change.
pub(super) fn weights(words: &str) -> Result<BTreeMap<&str, String>> {
    let hash = |path| {
        let bytes = fs::read(root().join(path)).with_context(|| format!("cannot read {path}"))?;
        // A safetensors file begins with the length of its header and the header; then come the tensors.
        let header = bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
        let tensors = usize::try_from(header).ok().and_then(|header| bytes.get(header.checked_add(8)?..));
        let digest = Sha256::digest(tensors.with_context(|| format!("{path} is no safetensors file"))?);
        Ok((path, digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()))
    };
    named(words).map(hash).collect()
}

/// A sentence about models that have changed since a section was recorded; none if all are the same.
pub(super) fn changed(words: &str, record: &Value) -> Result<Option<String>> {
    let now = weights(words)?;
    let other: Vec<&str> =
        now.iter().filter(|(path, hash)| record["weights"][**path] != ***hash).map(|(path, _)| *path).collect();
    let sentence = || {
        format!(
            "**Of an earlier model.** {} changed after this was measured; the command gives new figures.\n\n",
            other.join(", ")
        )
    };
    Ok((!other.is_empty()).then(sentence))
}
