use std::path::Path;
use std::process::Command;

use crate::support::root;

/// Words that stand for something that has another name now: see the glossary in ARCHITECTURE.md.
const FORBIDDEN: &[&str] =
    &["journey", "judge", "verdict", "picture", "ladder", "rung", "contestant", "inflating", "passes"];

/// Lines that may hold them: aliases of before, which go on working, these lists, and answers that were recorded before.
fn may_hold_old_words(path: &Path, line: &str) -> bool {
    let named =
        ["tests/words.rs", "tests/old_files.rs", "tests/fixtures", "docs/published", "docs/results.md", "Cargo.lock"];
    let fixture_link = line.contains("picture=") || line.contains("`picture`") || line.contains("\"picture\"");
    named.iter().any(|named| path.starts_with(named))
        || line.contains("alias")
        || line.contains("\"scoreflow_judge\"")
        || line.contains("\"judge\"")
        || fixture_link
}

#[test]
fn one_word_stands_for_one_thing() {
    let output = Command::new("git")
        .current_dir(root())
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .output();
    let files = String::from_utf8(output.expect("git is there").stdout).expect("names of files");
    let endings = ["rs", "md", "html", "css", "toml"];
    let mut found = Vec::new();
    for path in files.lines().map(Path::new) {
        if !path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
            || path.starts_with("trainer/data")
        {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            let words = lower.split(|c: char| !c.is_alphanumeric()).map(|word| word.trim_end_matches('s'));
            let old = words.filter(|word| FORBIDDEN.iter().any(|old| old.trim_end_matches('s') == *word));
            let old: Vec<&str> = old.collect();
            if !old.is_empty() && !may_hold_old_words(path, line) {
                found.push(format!("{}:{}: {old:?}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "words of before:\n{}", found.join("\n"));
}
