use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::root;

/// What each module of `shared` may use. The absent edges are the design: no solver knows a model, no model a loss.
const ALLOWED: &[(&str, &[&str])] = &[
    ("named", &[]),
    ("time", &["named"]),
    ("noise", &[]),
    ("image", &[]),
    ("classes", &[]),
    ("card", &["time"]),
    ("velocity", &["kernels", "time"]),
    ("path", &["time", "velocity"]),
    ("guidance", &["time", "velocity"]),
    ("solver", &["named", "time", "velocity"]),
    ("mixing", &[]),
    ("method", &["named"]),
    ("flow", &["path", "solver", "time", "velocity"]),
    ("diffusion", &["path", "time", "velocity"]),
    ("likelihood", &["image", "noise", "solver", "time", "velocity"]),
    ("mixture", &["likelihood", "time", "velocity"]),
    ("schedule", &["named", "time", "velocity"]),
    ("objective", &["schedule", "time"]),
    ("coupling", &[]),
    ("measure", &["image"]),
    ("kernels", &[]),
    ("model", &["image", "kernels", "objective", "schedule", "time"]),
    ("condition", &["guidance", "model", "time", "velocity"]),
    ("loss", &[]),
    ("jump", &["model", "named", "time"]),
    ("divergence", &["likelihood", "noise", "time", "velocity"]),
    ("parameters", &["kernels"]),
    ("checkpoint", &["card", "image", "model", "parameters"]),
];

/// What each room of the trainer may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("files", &["report"]),
    ("report", &["files"]),
    ("device", &[]),
    ("data", &["files"]),
    ("sampler", &["report"]),
    ("training", &["data", "device", "files", "report", "sampler"]),
    ("evaluation", &["data", "device", "files", "report", "sampler", "training"]),
    ("cli", &["data", "device", "evaluation", "files", "report", "sampler", "training"]),
];

/// Words that `shared` may not contain: it performs no input or output, reads no clock, prints nothing; its
/// kernels alone share work among threads, by rayon.
const FORBIDDEN: &[&str] = &[
    "std::fs",
    "std::io",
    "std::time",
    "std::thread",
    "std::env",
    "println!",
    "eprintln!",
    "print!",
    "thread_rng",
    "rand::rng",
];

/// The only packages that `shared` may depend on.
const DEPENDENCIES: &[&str] = &[
    "burn",
    "burn-cubecl",
    "burn-flex",
    "chacha20",
    "cubecl",
    "half",
    "pulp",
    "rand_core",
    "rand_distr",
    "rayon",
    "safetensors",
    "serde",
    "serde_json",
    "thiserror",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file, without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a readable source");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Refuses every `crate::` in a folder that its table does not allow.
fn check_edges(source: &Path, table: &[(&str, &[&str])]) {
    let mut seen = BTreeSet::new();
    for path in sources(source) {
        let relative = path.strip_prefix(source).expect("below the sources");
        let first = relative.components().next().expect("a name").as_os_str().to_string_lossy();
        let module = first.trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let allowed = table.iter().find(|(name, _)| *name == module);
        let (name, allowed) = allowed.unwrap_or_else(|| panic!("{module} is in no row of the table"));
        seen.insert(*name);
        for line in code(&path).lines() {
            let Some((_, after)) = line.split_once("crate::") else { continue };
            let used: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let comment = line.trim_start().starts_with("//");
            assert!(
                comment || used == module || allowed.contains(&used.as_str()),
                "{}: `{}` breaks the rule that {module} may use {allowed:?}",
                relative.display(),
                line.trim()
            );
        }
    }
    let listed: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
    assert_eq!(seen, listed, "every row of the table is a module");
}

#[test]
fn modules_use_only_what_they_may() {
    check_edges(&root().join("shared/src"), ALLOWED);
    check_edges(&root().join("trainer/src"), ROOMS);
    let top = fs::read_dir(root().join("trainer/src")).expect("a folder").flatten();
    let rooms = top.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "rs")).count() - 2;
    assert!(rooms <= 10, "the trainer has {rooms} rooms");
}

#[test]
fn solvers_know_no_tensor_and_shared_does_no_io() {
    let source = root().join("shared/src");
    for path in sources(&source) {
        let code = code(&path);
        for word in FORBIDDEN {
            assert!(!code.contains(word), "{} contains {word}", path.display());
        }
        let pure = ["solver", "flow", "guidance", "time", "noise", "measure"];
        let relative = path.strip_prefix(&source).expect("below the sources").display().to_string();
        if pure.iter().any(|module| relative.starts_with(module)) {
            assert!(!code.contains("burn"), "{relative} knows tensors");
        }
    }
}

/// Each crate, and those of the others that it may use.
const CRATES: [(&str, &[&str]); 8] = [
    ("shared", &[]),
    ("trainer", &["shared"]),
    ("web", &["shared"]),
    ("tests", &["shared", "trainer", "web"]),
    ("browser", &[]),
    ("bench", &["shared", "trainer"]),
    ("docs", &["shared", "trainer", "bench", "web"]),
    ("xtask", &["shared", "web"]),
];

#[test]
fn crates_depend_in_one_direction() {
    let output =
        Command::new(env!("CARGO")).current_dir(root()).args(["metadata", "--no-deps", "--format-version=1"]).output();
    let metadata: serde_json::Value = serde_json::from_slice(&output.expect("cargo is there").stdout).expect("JSON");
    let dependencies = |package: &str| -> BTreeSet<String> {
        let packages = metadata["packages"].as_array().expect("packages");
        let package = packages.iter().find(|p| p["name"] == package).expect("a member of the workspace");
        let of = package["dependencies"].as_array().expect("dependencies").iter();
        of.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().expect("a name").to_owned()).collect()
    };
    let shared = dependencies("shared");
    let allowed: BTreeSet<String> = DEPENDENCIES.iter().map(|name| (*name).to_owned()).collect();
    assert!(shared.is_subset(&allowed), "shared depends on {:?}", shared.difference(&allowed));
    let members: BTreeSet<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    assert_eq!(packages.map(|package| package["name"].as_str().expect("a name")).collect::<BTreeSet<_>>(), members);
    for (name, may) in CRATES {
        let used = dependencies(name);
        let ours: BTreeSet<&str> = used.iter().map(String::as_str).filter(|used| members.contains(used)).collect();
        assert!(ours.is_subset(&may.iter().copied().collect()), "{name} uses {ours:?}, and may use {may:?}");
    }
}

/// A second set of features would be a second copy of the tensor library, and a second half hour of building.
#[test]
fn tests_and_trainer_share_one_build_of_every_library() {
    let tree = |packages: &[&str]| -> BTreeSet<String> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root()).args(["tree", "--prefix=none", "--format={p} {f}", "--edges=normal,build,dev"]);
        for package in packages {
            cargo.args(["-p", package]);
        }
        let text = String::from_utf8(cargo.output().expect("cargo is there").stdout).expect("text");
        text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let alone = tree(&["trainer"]);
    let together = tree(&["shared", "trainer", "web", "tests", "bench", "docs"]);
    let differ: Vec<_> = alone.difference(&together).collect();
    assert!(differ.is_empty(), "built once for the trainer and once more for the tests: {differ:?}");
}

#[test]
fn files_are_nouns_of_the_domain_and_short() {
    for member in ["shared", "trainer", "web", "tests", "bench", "docs", "xtask"] {
        for path in sources(&root().join(member)) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let vague = ["utils", "util", "helpers", "helper", "common", "misc", "types"];
            assert!(!vague.contains(&stem.as_str()), "{} says nothing about its content", path.display());
            let lines = fs::read_to_string(&path).expect("a readable source").lines().count();
            assert!(lines <= 300, "{} has {lines} lines", path.display());
        }
    }
}

/// The tree in ARCHITECTURE.md names every module of `shared` and every file of the other crates' top level.
#[test]
fn architecture_md_names_every_module() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for folder in ["shared/src", "trainer/src", "web/src", "tests", "bench/src", "docs/src", "xtask/src"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder of sources").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".rs") {
                assert!(text.contains(&format!("{folder}/{name})")), "ARCHITECTURE.md does not link {folder}/{name}");
            }
        }
    }
}
