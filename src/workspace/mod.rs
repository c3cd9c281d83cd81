//! The last stage: a `Plan` meets a folder, and a `Report` says what came of it. Nothing else in
//! the program writes to the disk. `create` writes a new workspace, `apply` brings one up to date;
//! both are called by `commands`. Read `decide.rs` next for the rules, `stage.rs` for the writing.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the one stage that touches the disk"
)]

mod adopt;
mod create;
mod decide;
mod disk;
mod fault;
mod ground;
mod journal;
mod layout;
mod lock;
mod manifest;
mod merge;
mod rename;
mod report;
mod secrets;
mod stage;
mod version;
mod write;

use std::path::Path;

use anyhow::{Context, bail};

use crate::plan::Plan;

use decide::Decision;

pub use adopt::{Adoption, adopt, has_base};
pub use create::{create, vacancy};
pub use decide::{Choices, ManifestEdit};
pub use manifest::{FILE as MANIFEST, replace_manifest};
pub use merge::Side;
pub use rename::Renaming;
pub use report::{Preview, Report, Standing};
pub use secrets::{ENV, EnvFile, Secrets, add_secrets, new_env, write_env};
pub use version::older_writer;

/// What `apply` may do. All three walk the same path up to the first write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Bring the folder up to date.
    Write,
    /// Say whether it is up to date, for continuous integration.
    Check,
    /// Say what `Write` would do.
    DryRun,
}

/// Brings the workspace at `root` to what `plan` says, or tells what that would take.
///
/// A file that both the user and microkit have changed is merged; where that is not possible, the
/// report says so and nothing else is held up. `choices` settle such places. As long as conflict
/// markers of an earlier run are in a file, nothing at all is written.
///
/// # Errors
/// When the folder can't be read or written, when a newer microkit wrote it, when another one is at
/// work in it, or (other than under `Mode::Write`) when an earlier run was interrupted and is not finished yet.
pub fn apply(plan: &Plan, root: &Path, mode: Mode, choices: &Choices) -> anyhow::Result<Report> {
    // Most runs find nothing to do, and need no lock to see that.
    let often_idle = true;
    run(plan, root, mode, often_idle, || {
        decide::decide(plan, root, choices)
    })
}

/// Edits the manifest and brings the workspace to what `plan` says, both or neither. With
/// `renaming`, the files of that service move, with the user's edits, and whatever mentions it
/// follows.
///
/// # Errors
/// As `apply`; also when the manifest is not what it was when it was read.
pub fn change(
    plan: &Plan,
    root: &Path,
    mode: Mode,
    edit: &ManifestEdit,
    renaming: Option<&Renaming>,
) -> anyhow::Result<Report> {
    run(plan, root, mode, false, || {
        let mut decision = match renaming {
            Some(renaming) => rename::decide(plan, root, renaming)?,
            None => decide::decide(plan, root, &Choices::new())?,
        };
        decision.edit_manifest(edit, root)?;
        Ok(decision)
    })
}

/// Finishes a run that was interrupted, whose last step may be an edit of the manifest itself: to be
/// called before the manifest is read.
///
/// # Errors
/// When it can't be finished, or another microkit is at work.
pub fn recover(root: &Path) -> anyhow::Result<()> {
    if !journal::left_something(root) {
        return Ok(());
    }
    let lock = lock::acquire(root)?;
    journal::recover(root).context("can't finish the run that was interrupted here")?;
    drop(lock);
    Ok(())
}

/// Without a base everything that was edited would stand in the way of itself.
///
/// # Errors
/// When the base was lost, and files are not as they would be written.
fn known<'plan>(decision: Decision<'plan>, root: &Path) -> anyhow::Result<Decision<'plan>> {
    let report = &decision.report;
    if report.adopted > 0 && !report.standing.is_empty() && !has_base(root) {
        bail!(
            "what microkit wrote last, `{}`, is lost: `microkit adopt` makes it anew, and changes no file of yours",
            layout::Layout::new(root).base.display()
        );
    }
    Ok(decision)
}

fn run<'plan>(
    plan: &Plan,
    root: &Path,
    mode: Mode,
    often_idle: bool,
    decide: impl Fn() -> anyhow::Result<Decision<'plan>>,
) -> anyhow::Result<Report> {
    layout::check(plan)?;
    older_writer(root)?;
    if mode != Mode::Write && journal::pending(root) {
        bail!("an earlier run was interrupted here: `microkit generate` finishes it first");
    }
    let decide = || decide().and_then(|decision| known(decision, root));
    if mode != Mode::Write || (often_idle && !journal::left_something(root)) {
        let mut decision = decide()?;
        if mode == Mode::DryRun {
            decision.preview();
        }
        if mode != Mode::Write || decision.is_settled() {
            return Ok(decision.report);
        }
    }
    let lock = lock::acquire(root)?;
    journal::recover(root).context("can't finish the run that was interrupted here")?;
    // Looked at again, since the answer may have changed until the lock was held.
    let decision = decide()?;
    if !decision.is_settled() {
        stage::carry_out(&decision, root)?;
    }
    drop(lock);
    Ok(decision.report)
}
