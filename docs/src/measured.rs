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
        Ok((path, tensor_hash(&bytes).with_context(|| format!("{path} is no safetensors file"))?))
    };
    named(words).map(hash).collect()
}

/// A safetensors file begins with the length of its header and the header; then come the tensors.
fn tensor_hash(file: &[u8]) -> Option<String> {
    let header = usize::try_from(u64::from_le_bytes(*file.first_chunk()?)).ok()?;
    let tensors = file.get(header.checked_add(8)?..)?;
    Some(Sha256::digest(tensors).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// A sentence about the command or models that have changed since a section was recorded; none if all are the same.
pub(super) fn changed(words: &str, record: &Value) -> Result<Option<String>> {
    if let Some(command) = record["command"].as_str().filter(|command| *command != words) {
        return Ok(Some(format!("**Of an earlier command.** `{command}` gave these figures.\n\n")));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_tensors() {
        let file = |header: &str, tensors: &[u8]| {
            [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), tensors].concat()
        };
        let hash = tensor_hash(&file("{}", &[1, 2]));
        assert!(hash.as_ref().is_some_and(|hash| hash.len() == 16), "{hash:?}");
        assert_eq!(tensor_hash(&file(r#"{"card":"measured anew"}"#, &[1, 2])), hash);
        assert_ne!(tensor_hash(&file("{}", &[1, 3])), hash);
        assert_eq!(tensor_hash(&[0xff; 9]), None);
    }

    #[test]
    fn an_earlier_model_or_command_is_told() -> Result<()> {
        let words = "inspect --model models/glyphs.safetensors";
        let now = serde_json::json!({ "weights": weights(words)? });
        assert_eq!(changed(words, &now)?, None);
        assert!(changed(words, &Value::Null)?.is_some_and(|told| told.contains("models/glyphs.safetensors")));
        let earlier = serde_json::json!({ "command": "inspect", "weights": weights(words)? });
        assert!(changed(words, &earlier)?.is_some_and(|told| told.contains("`inspect`")));
        Ok(())
    }
}
