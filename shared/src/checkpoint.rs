//! A model as one self-describing file: bytes ↔ configuration, weights, card and held-out examples.
//!
//! The file is in the safetensors format. Its metadata has one entry, `scoreflow`, a JSON object with the format
//! version, the image shape, the network's configuration and the model card. Tensors named `network.…` are the
//! weights, in half or single precision; `examples.pixels` and `examples.classes` are held-out images.

use std::collections::HashMap;

use burn::tensor::Device;
use half::f16;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use crate::card::ModelCard;
use crate::image::ImageShape;
use crate::model::{ConfigError, VelocityNet, VelocityNetConfig};
use crate::parameters::{self, Parameter, Parameters, ParametersError};

/// The newest version, of models with SiLU or attention. Older ones are read for ever, and the last one is still written of all
/// other models, which earlier programs know.
pub const FORMAT_VERSION: u32 = 3;

/// The version in which [`Checkpoint::to_bytes`] writes a model with this network.
pub fn format_version(network: &VelocityNetConfig) -> u32 {
    if network.is_plain() { 2 } else { FORMAT_VERSION }
}

const METADATA: &str = "scoreflow";
const NETWORK: &str = "network.";
const PIXELS: &str = "examples.pixels";
const CLASSES: &str = "examples.classes";

/// Everything that sampling and translating need.
///
/// Every weight is a list of numbers with its extent along each axis, the last axis fastest; every example is
/// height · width · channels bytes. Reading is the inverse of writing, where the precision holds the weights: the numbers
/// below are exact in 16 bits. [`Checkpoint::network`] checks that weights and configuration belong together.
///
/// ```
/// use shared::card::ModelCard;
/// use shared::checkpoint::{Checkpoint, CheckpointError, Example, Precision};
/// use shared::image::ImageShape;
/// use shared::model::VelocityNetConfig;
/// use shared::parameters::{Parameter, Parameters};
///
/// let bias = Parameter { shape: vec![4], values: vec![0.5, -0.25, 0.0, 1.0] };
/// let model = Checkpoint {
///     shape: ImageShape { channels: 1, height: 4, width: 4 },
///     network: VelocityNetConfig::default(),
///     card: ModelCard { classes: vec!["circle".to_owned()], ..ModelCard::default() },
///     parameters: Parameters::from([("exit.bias".to_owned(), bias)]),
///     examples: vec![Example { class: 0, pixels: vec![255; 16] }],
/// };
/// let bytes = model.to_bytes(Precision::Half).expect("the weights are finite");
/// assert_eq!(Checkpoint::from_bytes(&bytes).expect("what was just written"), model);
/// assert!(matches!(Checkpoint::from_bytes(&bytes[..100]), Err(CheckpointError::Container(_))));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// The size of its images.
    pub shape: ImageShape,
    /// The shape of its network.
    pub network: VelocityNetConfig,
    /// What it is.
    pub card: ModelCard,
    /// The network's weights.
    pub parameters: Parameters,
    /// Images that it was never trained on, to translate.
    pub examples: Vec<Example>,
}

/// A held-out image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The number of its class.
    pub class: u8,
    /// Its pixels, with their channels side by side.
    pub pixels: Vec<u8>,
}

/// How exactly weights are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 16 bits a weight: for models that are shared.
    Half,
    /// 32 bits a weight: exact.
    Single,
}

/// Why bytes are not a model.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not the container format at all, or cut off.
    #[error("this is not a safetensors file, or it is damaged")]
    Container(#[from] safetensors::SafeTensorError),
    /// Some other project's file.
    #[error("this safetensors file is not a ScoreFlow model: its metadata has no entry \"{METADATA}\"")]
    Foreign,
    /// Written by a later program.
    #[error(
        "the model has format version {0}, and this program reads versions up to {FORMAT_VERSION}; use a newer one"
    )]
    Version(u32),
    /// The description does not parse.
    #[error("the model's description is damaged")]
    Description(#[from] serde_json::Error),
    /// A description of something impossible.
    #[error("the model's description is impossible")]
    Config(#[from] ConfigError),
    /// Weights for another network.
    #[error("the weights do not fit the network that the model describes")]
    Parameters(#[from] ParametersError),
    /// Weights of a kind that is not written.
    #[error("the tensor {name} holds {dtype:?} numbers where the format has others")]
    Dtype {
        /// The tensor.
        name: String,
        /// What it holds.
        dtype: Dtype,
    },
    /// A broken training.
    #[error("the weight tensor {0} holds numbers that are not finite")]
    NotFinite(String),
    /// A measure that no file can hold.
    #[error("the measure {0} is not finite")]
    Measure(String),
    /// Examples that no one can show.
    #[error("the model's example images do not fit its image shape or its classes")]
    Examples,
}

#[derive(Serialize, Deserialize)]
struct Description {
    format_version: u32,
    shape: ImageShape,
    network: VelocityNetConfig,
    card: ModelCard,
}

impl Checkpoint {
    /// Reads a model.
    ///
    /// # Errors
    /// [`CheckpointError`] if the bytes are not a whole and consistent model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let text = header.metadata().as_ref().and_then(|m| m.get(METADATA)).ok_or(CheckpointError::Foreign)?;
        // The version comes first: a later format may describe itself in other words.
        #[derive(Deserialize)]
        struct Version {
            format_version: u32,
        }
        let Version { format_version } = serde_json::from_str(text)?;
        if format_version > FORMAT_VERSION {
            return Err(CheckpointError::Version(format_version));
        }
        let Description { shape, network, card, .. } = serde_json::from_str(text)?;
        network.check(shape, card.classes.len())?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let mut parameters = Parameters::new();
        for (name, view) in tensors.iter() {
            if let Some(path) = name.strip_prefix(NETWORK) {
                parameters.insert(path.to_owned(), read_parameter(name, &view)?);
            }
        }
        let examples = read_examples(&tensors, shape, card.classes.len())?;
        Ok(Checkpoint { shape, network, card, parameters, examples })
    }

    /// Writes the model. Equal models give equal bytes.
    ///
    /// # Errors
    /// [`CheckpointError::NotFinite`] and [`CheckpointError::Measure`] if a weight or a measure is not a number that can be
    /// shared, and [`CheckpointError::Container`] if the container refuses.
    pub fn to_bytes(&self, precision: Precision) -> Result<Vec<u8>, CheckpointError> {
        if let Some(measure) = self.card.measures.iter().find(|measure| !measure.is_finite()) {
            return Err(CheckpointError::Measure(measure.name.clone()));
        }
        let description = Description {
            format_version: format_version(&self.network),
            shape: self.shape,
            network: self.network,
            card: self.card.clone(),
        };
        let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
        for (path, parameter) in &self.parameters {
            let name = format!("{NETWORK}{path}");
            let (dtype, bytes) = bytes_from_values(&parameter.values, precision);
            if !finite(&bytes, dtype) {
                return Err(CheckpointError::NotFinite(name));
            }
            tensors.push((name, dtype, parameter.shape.clone(), bytes));
        }
        if !self.examples.is_empty() {
            let ImageShape { channels, height, width } = self.shape;
            let pixels = self.examples.iter().flat_map(|example| example.pixels.iter().copied()).collect();
            let classes = self.examples.iter().map(|example| example.class).collect();
            tensors.push((PIXELS.into(), Dtype::U8, vec![self.examples.len(), height, width, channels], pixels));
            tensors.push((CLASSES.into(), Dtype::U8, vec![self.examples.len()], classes));
        }
        let views: Result<Vec<_>, _> = tensors
            .iter()
            .map(|(name, dtype, shape, bytes)| Ok((name, TensorView::new(*dtype, shape.clone(), bytes)?)))
            .collect();
        let views = views.map_err(|error: safetensors::SafeTensorError| CheckpointError::Container(error))?;
        let metadata = HashMap::from([(METADATA.to_owned(), serde_json::to_string(&description)?)]);
        Ok(safetensors::serialize(views, Some(metadata))?)
    }

    /// The least precision that loses nothing of these weights.
    pub fn precision(&self) -> Precision {
        let fits = |value: &f32| f16::from_f32(*value).to_f32() == *value;
        let all = self.parameters.values().flat_map(|parameter| &parameter.values).all(fits);
        if all { Precision::Half } else { Precision::Single }
    }

    /// The network with these weights, on `device`.
    ///
    /// # Errors
    /// [`CheckpointError`] if configuration and weights do not belong together.
    pub fn network(&self, device: &Device) -> Result<VelocityNet, CheckpointError> {
        let network = self.network.init(self.shape, self.card.classes.len(), device)?;
        Ok(parameters::restore(network, self.parameters.clone())?)
    }
}

fn read_parameter(name: &str, view: &TensorView<'_>) -> Result<Parameter, CheckpointError> {
    let values: Vec<f32> = match view.dtype() {
        Dtype::F16 => view.data().chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        Dtype::F32 => view.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        dtype => return Err(CheckpointError::Dtype { name: name.to_owned(), dtype }),
    };
    if values.iter().any(|value| !value.is_finite()) {
        return Err(CheckpointError::NotFinite(name.to_owned()));
    }
    Ok(Parameter { shape: view.shape().to_vec(), values })
}

fn bytes_from_values(values: &[f32], precision: Precision) -> (Dtype, Vec<u8>) {
    match precision {
        Precision::Half => (Dtype::F16, values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect()),
        Precision::Single => (Dtype::F32, values.iter().flat_map(|v| v.to_le_bytes()).collect()),
    }
}

/// Whether all numbers are finite after rounding: a large weight may overflow half precision.
fn finite(bytes: &[u8], dtype: Dtype) -> bool {
    match dtype {
        Dtype::F16 => bytes.chunks_exact(2).all(|b| f16::from_le_bytes([b[0], b[1]]).is_finite()),
        _ => bytes.chunks_exact(4).all(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]).is_finite()),
    }
}

fn read_examples(
    tensors: &SafeTensors<'_>,
    shape: ImageShape,
    classes: usize,
) -> Result<Vec<Example>, CheckpointError> {
    let (pixels, labels) = match (tensors.tensor(PIXELS), tensors.tensor(CLASSES)) {
        (Ok(pixels), Ok(labels)) => (pixels, labels),
        (Err(_), Err(_)) => return Ok(Vec::new()),
        _ => return Err(CheckpointError::Examples),
    };
    let expected = [labels.data().len(), shape.height, shape.width, shape.channels];
    let known = labels.data().iter().all(|&class| usize::from(class) < classes);
    if pixels.dtype() != Dtype::U8 || labels.dtype() != Dtype::U8 || pixels.shape() != expected || !known {
        return Err(CheckpointError::Examples);
    }
    let images = pixels.data().chunks_exact(shape.values());
    Ok(labels.data().iter().zip(images).map(|(&class, pixels)| Example { class, pixels: pixels.to_vec() }).collect())
}
