//! The manifest is the user's file: it is no part of any plan, and microkit only ever writes the
//! ports that it dealt back into it. Called by `commands::generate`.

use std::fs;
use std::path::Path;

use anyhow::Context;

/// The name of the manifest in every workspace.
pub const FILE: &str = "microkit.toml";

/// Puts `text` in the place of the manifest at `path`, all of it or nothing.
///
/// A manifest that is a symbolic link is written where the link leads.
///
/// # Errors
/// When the folder or the file can't be written.
pub fn replace_manifest(path: &Path, text: &str) -> anyhow::Result<()> {
    let target =
        fs::canonicalize(path).with_context(|| format!("can't find `{}`", path.display()))?;
    let draft = target.with_extension("toml.new");
    let replace = || {
        let permissions = fs::metadata(&target)?.permissions();
        fs::write(&draft, text)?;
        fs::set_permissions(&draft, permissions)?;
        fs::rename(&draft, &target)
    };
    replace().with_context(|| format!("can't write `{}`", path.display()))
}
