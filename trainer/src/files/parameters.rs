//! Named sets of parameters in a safetensors file, exact to the last bit, with a description as JSON.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, ensure};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::parameters::{Parameter, Parameters};

/// The bytes of a file that holds `sets`, whose names precede those of their tensors if they have any, and, under the metadata key `kind`, a `description`.
///
/// # Errors
/// If the container refuses.
pub fn to_bytes(kind: &str, description: &impl Serialize, sets: &[(&str, &Parameters)]) -> Result<Vec<u8>> {
    let mut tensors = Vec::new();
    for (set, parameters) in sets {
        for (name, Parameter { shape, values }) in *parameters {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            let name = if set.is_empty() { name.clone() } else { format!("{set}/{name}") };
            tensors.push((name, shape.clone(), bytes));
        }
    }
    let views: Result<Vec<_>, _> = tensors
        .iter()
        .map(|(name, shape, bytes)| TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name, view)))
        .collect();
    let metadata = HashMap::from([(kind.to_owned(), serde_json::to_string(description)?)]);
    Ok(safetensors::serialize(views?, Some(metadata))?)
}

/// Description and sets of a file that [`to_bytes`] made for the same `kind`.
///
/// # Errors
/// If the bytes are something else, or damaged.
pub fn from_bytes<D: DeserializeOwned>(kind: &str, bytes: &[u8]) -> Result<(D, BTreeMap<String, Parameters>)> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    let description = header.metadata().as_ref().and_then(|metadata| metadata.get(kind));
    let description = serde_json::from_str(description.context("it is a file of another kind")?)?;
    let mut sets: BTreeMap<String, Parameters> = BTreeMap::new();
    for (name, view) in SafeTensors::deserialize(bytes)?.iter() {
        let (set, path) = name.split_once('/').unwrap_or(("", name));
        ensure!(view.dtype() == Dtype::F32, "the tensor {name} is not in single precision");
        let values = view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let parameter = Parameter { shape: view.shape().to_vec(), values };
        sets.entry(set.to_owned()).or_default().insert(path.to_owned(), parameter);
    }
    Ok((description, sets))
}
