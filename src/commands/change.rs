//! What `add-service`, `add-resource` and `remove-service` have in common: the manifest is edited,
//! checked, written, and the workspace brought up to date. Read `edit/service.rs` for the edits.

use std::path::{Path, PathBuf};

use crate::plan::{self, Plan};
use crate::workspace::{self, Choices, Mode, Preview, Report};

use super::manifest::{self, Loaded};
use super::{Failure, edit, generate, outcome};

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

/// Edits the manifest with `change` and brings the workspace up to date with `apply`.
///
/// # Errors
/// When there is no workspace, `change` refuses, the manifest would be wrong afterwards (then
/// nothing is written), or as `generate`.
pub(super) fn run(
    target: &Target,
    change: impl FnOnce(&str) -> anyhow::Result<String>,
    apply: impl Fn(&Plan, &Path, Mode) -> anyhow::Result<Report>,
) -> Result<(), Failure> {
    let before = match &target.workspace {
        Some(folder) => manifest::load(&folder.join(workspace::MANIFEST))?,
        None => manifest::load(&manifest::locate()?)?,
    };
    generate::not_behind(&before)?;
    let after =
        manifest::read(&before.path, change(&before.text)?).map_err(|failure| match failure {
            Failure::Manifest(mistakes) => Failure::Manifest(format!(
                "{}\n\nthat is what {} would be after the change; nothing was written",
                mistakes.trim_end(),
                workspace::MANIFEST
            )),
            other => other,
        })?;
    // The ports that were dealt are written at once, and not by a second run.
    let text = edit::write_ports(&after.text, &after.system.dealt_ports())?;
    let after = manifest::read(&before.path, text)?;
    after.show_warnings();
    let plan = plan::plan(&after.system);
    let mut report = apply(&plan, before.root(), Mode::DryRun)?;
    if report.is_refused() {
        return Err(Failure::LeftToUser(outcome::left_to_the_user(&report)));
    }
    if target.dry_run {
        report.previews.insert(0, preview(&before, &after));
        return generate::finish(&after, Mode::DryRun, report);
    }
    // The manifest first: a run that is killed after it is finished by the next `generate`.
    if after.text != before.text {
        workspace::replace_manifest(&before.path, &after.text)?;
    }
    let report = apply(&plan, before.root(), Mode::Write)?;
    generate::finish(&after, Mode::Write, report)
}

/// What most changes end with.
pub(super) fn generate(plan: &Plan, root: &Path, mode: Mode) -> anyhow::Result<Report> {
    workspace::apply(plan, root, mode, &Choices::new())
}

fn preview(before: &Loaded, after: &Loaded) -> Preview {
    let text = |loaded: &Loaded| Some(loaded.text.clone().into_bytes());
    Preview {
        path: workspace::MANIFEST.to_owned(),
        before: text(before),
        after: text(after),
    }
}
