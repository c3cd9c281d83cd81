//! Gives a workspace its base again that was lost or never committed: from then on the files count
//! as edited where they differ from what microkit writes today. Called by `commands::adopt`.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context, bail};

use crate::plan::Plan;

use super::decide::{Change, Decision, Step};
use super::ground::{Found, Ground};
use super::layout::{self, Layout};
use super::{journal, lock, stage};

/// What a workspace without a base was found to be.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// As microkit would write it today.
    pub same: usize,
    /// Edited, or written by another version.
    pub different: Vec<String>,
    /// Not there; the next `generate` writes it.
    pub missing: Vec<String>,
}

/// Whether what microkit wrote last is known in the workspace at `root`.
pub fn has_base(root: &Path) -> bool {
    Layout::new(root).base.exists()
}

/// Notes what microkit would write today as the base of every file that is there. No file of the
/// user is touched.
///
/// # Errors
/// When there is a base, or it can't be written.
pub fn adopt(plan: &Plan, root: &Path) -> anyhow::Result<Adoption> {
    layout::check(plan)?;
    let lock = lock::acquire(root)?;
    journal::recover(root).context("can't finish the run that was interrupted here")?;
    let base = Layout::new(root).base;
    if base.exists() {
        bail!("the workspace has its base: `{}`", base.display());
    }
    let mut ground = Ground::new(root)?;
    let mut adoption = Adoption::default();
    let mut decision = Decision::default();
    for (path, new) in plan.files() {
        match ground.look(path)? {
            Found::File { text, .. } if text == new => adoption.same += 1,
            Found::File { .. } => adoption.different.push(path.to_owned()),
            Found::Nothing | Found::Obstacle(_) => {
                adoption.missing.push(path.to_owned());
                continue;
            }
        }
        decision.changes.push(Change {
            path: Cow::Borrowed(path),
            origin: None,
            step: Step::Adopt,
            text: Cow::Borrowed(&[]),
            base: new,
            seen: None,
        });
    }
    stage::carry_out(&decision, root)?;
    drop(lock);
    Ok(adoption)
}
