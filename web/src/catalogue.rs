//! Which models the page offers: the file `models/index.json`, written when the page is built.

use serde::{Deserialize, Serialize};

/// One model file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What links call it: the file's name without its ending.
    pub name: String,
    /// Where it is, seen from the page.
    pub file: String,
    /// Its size, for the progress of its download.
    pub bytes: u64,
}

/// Where the page finds the list.
pub const ADDRESS: &str = "models/index.json";
