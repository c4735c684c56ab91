use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use shared::classes::example_file;
use shared::image::values_from_pixels;

use super::options::model::ModelFile;
use crate::evaluation::inspected::Inspected;
use crate::files::{self, image};
use crate::report::print;

/// Tells what a model file holds: its card, its network, its measures.
///
/// JSON: model, bytes, format_version (in which such a model is written), shape, network, parameters (their number), examples (their number), card.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    model: ModelFile,
    /// Write the held-out images that travel with the model into this folder, one PNG each
    #[arg(long, value_name = "DIR")]
    examples: Option<PathBuf>,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> Result<ExitCode> {
        let bytes = files::read(&self.model.model)?.len();
        let model = self.model.load()?;
        let parameters: usize = model.parameters.values().map(|parameter| parameter.values.len()).sum();
        if let Some(folder) = &self.examples {
            for (number, example) in model.examples.iter().enumerate() {
                let path = folder.join(example_file(number, &model.card.classes[usize::from(example.class)]));
                image::write(&path, model.shape, &values_from_pixels(model.shape, &example.pixels))?;
            }
        }
        let inspected = Inspected {
            model: self.model.model,
            bytes,
            format_version: shared::checkpoint::format_version(&model.network),
            shape: model.shape,
            network: model.network,
            parameters,
            examples: model.examples.len(),
            card: model.card,
        };
        print(&inspected, self.json)?;
        Ok(ExitCode::SUCCESS)
    }
}
