//! What `add-service`, `add-resource`, `remove-service`, `extract` and others have in common: the manifest is edited,
//! checked, written, and the workspace brought up to date. Read `edit/service.rs` for the edits.

use std::path::PathBuf;

use crate::plan;
use crate::workspace::{self, ManifestEdit, Mode, Renaming};

use super::generate::{self, Closing};
use super::{Failure, edit, manifest};

/// Where, and whether in earnest.
#[derive(Debug, clap::Args)]
pub struct Target {
    /// The workspace; without this that of the current folder
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Write nothing; show what would be written as a patch
    #[arg(long)]
    dry_run: bool,
}

/// The manifest of the workspace that is meant.
pub(super) fn manifest_of(target: &Target) -> Result<PathBuf, Failure> {
    match &target.workspace {
        Some(folder) => Ok(folder.join(workspace::MANIFEST)),
        None => manifest::locate(),
    }
}

/// Edits the manifest with `change` and brings the workspace up to date, both or neither.
///
/// # Errors
/// When there is no workspace, `change` refuses, the manifest would be wrong afterwards (then
/// nothing is written), or as `generate`.
pub(super) fn run(
    target: &Target,
    renaming: Option<&Renaming>,
    change: impl FnOnce(&str) -> anyhow::Result<String>,
) -> Result<(), Failure> {
    run_as(target, renaming, &generate::CODE, change)
}

/// The same, with another end.
///
/// # Errors
/// As `run`.
pub(super) fn run_as(
    target: &Target,
    renaming: Option<&Renaming>,
    closing: &Closing,
    change: impl FnOnce(&str) -> anyhow::Result<String>,
) -> Result<(), Failure> {
    let path = manifest_of(target)?;
    if !target.dry_run {
        workspace::recover(manifest::root(&path))?;
    }
    let before = manifest::load(&path)?;
    generate::not_behind(&before)?;
    let after = manifest::read(&before.path, change(&before.text)?).map_err(would_be)?;
    // The ports that were dealt are written at once, and not by a second run.
    let text = edit::write_ports(&after.text, &after.system.dealt_ports())?;
    let after = manifest::read(&before.path, text)?;
    after.show_warnings();
    let mode = match target.dry_run {
        true => Mode::DryRun,
        false => Mode::Write,
    };
    let edit = ManifestEdit {
        before: before.text.clone(),
        after: after.text.clone(),
    };
    let plan = plan::plan(&after.system);
    let report = workspace::change(&plan, before.root(), mode, &edit, renaming)?;
    generate::finish(&after, mode, report, closing)
}

/// The mistakes are in a text that the user has never seen.
fn would_be(failure: Failure) -> Failure {
    match failure {
        Failure::Manifest(mistakes) => Failure::Manifest(format!(
            "{}\n\nthat is what {} would be after the change; nothing was written",
            mistakes.trim_end(),
            workspace::MANIFEST
        )),
        other => other,
    }
}
