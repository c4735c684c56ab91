//! A configuration is refused, or can be written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trainer::training::config::TrainingConfig;

fuzz_target!(|text: &str| {
    if let Ok(configuration) = TrainingConfig::from_toml(text) {
        configuration.to_toml().expect("a configuration of our own");
    }
});
