use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::root;

fn metadata(words: &[&str]) -> Value {
    let words = [&["metadata", "--format-version=1", "--locked", "--offline"], words].concat();
    let output = Command::new(env!("CARGO")).current_dir(root()).args(words).output().expect("cargo is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn text_of(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let nested = path.is_dir() && !path.join("Cargo.toml").exists();
        if nested {
            text += &text_of(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            text += &fs::read_to_string(&path).expect("a source");
        }
    }
    text
}

/// A dependency that nobody names is there for nothing. Exceptions are named with their reason.
#[test]
fn every_dependency_is_used() {
    // Features of these are switched on here for others that use them.
    let switches = ["getrandom", "burn-wgpu"];
    for package in metadata(&["--no-deps"])["packages"].as_array().expect("packages") {
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        let text = text_of(manifest.parent().expect("a folder"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let name = dependency["name"].as_str().expect("a name");
            let word = name.replace('-', "_");
            let used = text.contains(&format!("{word}::")) || text.contains(&format!("use {word}")) || text.contains(&format!("\"{word}\""));
            assert!(used || switches.contains(&name), "{} depends on {name} for nothing", package["name"]);
        }
    }
}

/// Every package that is compiled into something we publish may be given on under one of these terms.
#[test]
fn licences_allow_what_we_do() {
    const ACCEPTED: [&str; 13] = [
        "MIT",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "0BSD",
        "Unicode-3.0",
        "CC0-1.0",
        "Unlicense",
        "MIT-0",
        "BSL-1.0",
    ];
    let host = Command::new("rustc").arg("-vV").output().expect("rustc is there");
    let host = String::from_utf8(host.stdout).expect("text");
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    let platforms = ["--filter-platform", host, "--filter-platform", "wasm32-unknown-unknown"];
    let metadata = metadata(&platforms);
    let mut refused = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let (name, licence) = (package["name"].as_str().expect("a name"), package["license"].as_str());
        let expression = licence.unwrap_or_default().replace(['(', ')'], "").replace('/', " OR ");
        // One accepted choice is enough; whatever is joined by AND must be accepted altogether.
        let accepted =
            expression.split(" OR ").any(|choice| choice.split(" AND ").all(|term| ACCEPTED.contains(&term.trim())));
        if !accepted {
            refused.push(format!("{name}: {licence:?}"));
        }
    }
    assert!(refused.is_empty(), "licences to look at: {refused:#?}");
}
