//! The rules of generating again: three texts of every file (base, disk, new) give what is to be
//! done with it. Reads, never writes. Called by `apply`; `stage.rs` carries out what comes of it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};

use crate::plan::Plan;

use super::ground::{Found, Ground};
use super::layout::{FOLDER, Layout, VERSION};
use super::report::{Report, Standing};

/// What is to be done with one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Write the file, and its base.
    Write,
    /// The file is right, only its base is not.
    Adopt,
    /// Delete the file, and its base.
    Delete,
    /// Delete the base alone: the file is the user's from now on, or gone already.
    Forget,
}

#[derive(Debug)]
pub(super) struct Change<'plan> {
    pub path: Cow<'plan, str>,
    pub step: Step,
    /// The new text; empty where something is deleted.
    pub text: &'plan [u8],
}

/// Everything that is to be done, and how to tell it.
#[derive(Debug, Default)]
pub(super) struct Decision<'plan> {
    pub changes: Vec<Change<'plan>>,
    pub report: Report,
    /// Whether microkit's own notes (its version, its `.gitignore`) are behind.
    notes_are_behind: bool,
}

impl Decision<'_> {
    /// Whether there is nothing to write, or nothing that may be written.
    pub fn is_settled(&self) -> bool {
        self.report.is_refused() || (self.changes.is_empty() && !self.notes_are_behind)
    }
}

/// Compares every file that is planned, and every one that was planned last time.
pub(super) fn decide<'plan>(plan: &'plan Plan, root: &Path) -> anyhow::Result<Decision<'plan>> {
    let layout = Layout::new(root);
    let mut ground = Ground::new(root)?;
    ground.insist_on_folder(FOLDER)?;
    ground.insist_on_folder(&format!("{FOLDER}/base"))?;
    let mut bases = BTreeSet::new();
    list(&layout.base, String::new(), &mut bases)?;

    let mut decision = Decision {
        notes_are_behind: !layout.gitignore.exists()
            || fs::read(&layout.version).ok().as_deref() != Some(VERSION.as_bytes()),
        ..Decision::default()
    };
    for (path, new) in plan.files() {
        let base = match bases.remove(path) {
            true => Some(read_base(&layout, path)?),
            false => None,
        };
        let disk = ground.look(path)?;
        let verdict = match planned(base.as_deref(), &disk, new) {
            Verdict::Do(step) if disk == Found::Nothing => match ground.twin(path)? {
                Some(twin) => Verdict::Stand(format!("differs only in case from `{twin}`")),
                None => Verdict::Do(step),
            },
            other => other,
        };
        decision.take(Cow::Borrowed(path), verdict, &disk, new);
    }
    for path in bases {
        let base = read_base(&layout, &path)?;
        let disk = ground.look(&path)?;
        decision.take(Cow::Owned(path), unplanned(&base, &disk), &disk, &[]);
    }
    Ok(decision)
}

/// What the rules say of one file.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// It is as it should be.
    Unchanged,
    /// It is not as microkit left it, but microkit would write what it wrote last time.
    Keep,
    Do(Step),
    /// Something that must not be overwritten stands there, and why.
    Stand(String),
}

/// The rules for a file of the plan.
fn planned(base: Option<&[u8]>, disk: &Found, new: &[u8]) -> Verdict {
    let stand = |reason: &str| Verdict::Stand(reason.to_owned());
    match (disk, base) {
        (Found::File { text, .. }, Some(base)) if base == new && text == new => Verdict::Unchanged,
        (_, Some(base)) if base == new => Verdict::Keep,
        (Found::File { text, .. }, _) if text == new => Verdict::Do(Step::Adopt),
        (Found::File { text, readonly }, Some(base)) if text == base => match readonly {
            true => stand("is read-only, and the system needs a new one"),
            false => Verdict::Do(Step::Write),
        },
        (Found::Nothing, None) => Verdict::Do(Step::Write),
        (Found::File { .. }, Some(_)) => stand("was edited, and the system needs a new one"),
        (Found::File { .. }, None) => {
            stand("is not microkit's, and stands where the system needs one")
        }
        (Found::Nothing, Some(_)) => stand("was deleted, and the system needs a new one"),
        (Found::Obstacle(reason), _) => stand(reason),
    }
}

/// The rules for a file that the plan no longer holds.
fn unplanned(base: &[u8], disk: &Found) -> Verdict {
    match disk {
        Found::File { text, readonly } if text == base => match readonly {
            true => Verdict::Stand("is read-only, and no longer part of the system".to_owned()),
            false => Verdict::Do(Step::Delete),
        },
        Found::Nothing | Found::File { .. } | Found::Obstacle(_) => Verdict::Do(Step::Forget),
    }
}

impl<'plan> Decision<'plan> {
    fn take(&mut self, path: Cow<'plan, str>, verdict: Verdict, disk: &Found, text: &'plan [u8]) {
        let report = &mut self.report;
        let name = path.clone().into_owned();
        match verdict {
            Verdict::Unchanged => report.unchanged += 1,
            Verdict::Keep => report.kept.push(name),
            Verdict::Stand(reason) => report.standing.push(Standing { path: name, reason }),
            Verdict::Do(step) => {
                match (step, disk) {
                    (Step::Write, Found::Nothing) => report.created.push(name),
                    (Step::Write, _) => report.updated.push(name),
                    (Step::Delete, _) => report.deleted.push(name),
                    (Step::Adopt, _) | (Step::Forget, Found::Nothing) => report.adopted += 1,
                    (Step::Forget, _) => report.released.push(name),
                }
                self.changes.push(Change { path, step, text });
            }
        }
    }
}

fn read_base(layout: &Layout, path: &str) -> anyhow::Result<Vec<u8>> {
    let full = layout.base.join(path);
    fs::read(&full).with_context(|| format!("can't read `{}`", full.display()))
}

/// Every file below `folder`, by its path from the base on.
fn list(folder: &Path, prefix: String, into: &mut BTreeSet<String>) -> anyhow::Result<()> {
    let context = || format!("can't read `{}`", folder.display());
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.with_context(context)?,
    };
    for entry in entries {
        let entry = entry.with_context(context)?;
        let kind = entry.file_type().with_context(context)?;
        let Ok(name) = entry.file_name().into_string() else {
            bail!(
                "`{}` was not written by microkit: remove it",
                entry.path().display()
            );
        };
        if kind.is_dir() {
            list(&entry.path(), format!("{prefix}{name}/"), into)?;
        } else if kind.is_file() {
            into.insert(format!("{prefix}{name}"));
        } else {
            bail!(
                "`{}` was not written by microkit: remove it",
                entry.path().display()
            );
        }
    }
    Ok(())
}
