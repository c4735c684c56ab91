//! A graphics processor imitated by software, for the tests of the code for graphics processors.

use std::path::Path;

use anyhow::Result;

use crate::command::{announce, apt_install};

/// Where Debian puts what tells Vulkan of Mesa's rasteriser.
const DRIVERS: &str = "/usr/share/vulkan/icd.d";

/// Installs Debian's Mesa on a Linux without any Vulkan driver.
///
/// # Errors
/// If it cannot be had; the test then says that it is skipped, or fails in CI.
pub(crate) fn install() -> Result<()> {
    if !cfg!(target_os = "linux") || Path::new(DRIVERS).is_dir() {
        return Ok(());
    }
    announce("installing Mesa's software rasteriser");
    apt_install(&["mesa-vulkan-drivers", "libvulkan1"])
}
