use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::root;

fn metadata() -> Value {
    let words = ["metadata", "--format-version=1", "--locked", "--offline", "--no-deps"];
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
    for package in metadata()["packages"].as_array().expect("packages") {
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        let text = text_of(manifest.parent().expect("a folder"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let name = dependency["name"].as_str().expect("a name");
            let word = name.replace('-', "_");
            let used = text.contains(&format!("{word}::"))
                || text.contains(&format!("use {word}"))
                || text.contains(&format!("\"{word}\""));
            assert!(used || switches.contains(&name), "{} depends on {name} for nothing", package["name"]);
        }
    }
}

/// Every package that is compiled into something we publish may be given on under one of these terms.
#[test]
fn licences_allow_what_we_do() {
    // MPL-2.0 asks for the source of its own, unchanged files only, which registries have.
    const ACCEPTED: [&str; 14] = [
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
        "MPL-2.0",
        "BSL-1.0",
    ];
    // What trainer and page are made of; what only tests and chores use is never given on.
    let words = "tree --locked --offline --prefix none --edges normal -p trainer -p web --format {p}|{l}";
    let tree = Command::new(env!("CARGO")).current_dir(root()).args(words.split(' ')).output().expect("cargo is there");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("text");
    let mut refused = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (name, licence) = line.split_once('|').expect("name and licence");
        let expression = licence.trim_end_matches(" (*)").replace(['(', ')'], "").replace('/', " OR ");
        // One accepted choice is enough; whatever is joined by AND must be accepted altogether.
        let accepted =
            expression.split(" OR ").any(|choice| choice.split(" AND ").all(|term| ACCEPTED.contains(&term.trim())));
        if !accepted {
            refused.insert(format!("{name}: {expression:?}"));
        }
    }
    assert!(refused.is_empty(), "licences to look at: {refused:#?}");
}
