//! The rules of generating again: three texts of every file (base, disk, new) give what is to be
//! done with it. Reads, never writes. Called by `apply`; `stage.rs` carries out what comes of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};

use crate::plan::Plan;

use super::ground::{Found, Ground};
use super::layout::{FOLDER, Layout, VERSION};
use super::manifest::FILE as MANIFEST;
use super::merge::{self, Merged, Side, State};
use super::report::{Preview, Report, Standing};

/// The conflicts that the user settles with this run, by the path of the file.
pub type Choices = BTreeMap<String, Side>;

/// The text of the manifest before and after a command has edited it.
#[derive(Debug, Clone)]
pub struct ManifestEdit {
    pub before: String,
    pub after: String,
}

/// What is to be done with one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Write the file, which is as its base says or not there, and its base.
    Write,
    /// Write over what the user made of the file, and its base.
    Merge,
    /// The file is right, only its base is not.
    Adopt,
    /// Delete the file, and its base.
    Delete,
    /// Delete the base alone: the file is the user's from now on, or gone already.
    Forget,
    /// Write a file of the user, which has no base.
    Place,
    /// Delete a file whose text is in another place now, and its base.
    Remove,
}

#[derive(Debug)]
pub(super) struct Change<'plan> {
    pub path: Cow<'plan, str>,
    /// The file that it comes of, whose permissions it keeps.
    pub origin: Option<String>,
    pub step: Step,
    /// What the file is to hold; empty where it is not written.
    pub text: Cow<'plan, [u8]>,
    /// What its base is to hold; empty where that is deleted.
    pub base: &'plan [u8],
    /// What the file holds now, if it is there.
    pub seen: Option<Vec<u8>>,
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

    /// Adds an edit of the manifest, so that it is written together with what follows from it.
    pub fn edit_manifest(&mut self, edit: &ManifestEdit, root: &Path) -> anyhow::Result<()> {
        let seen = match Ground::new(root)?.look(MANIFEST)? {
            Found::File {
                text,
                readonly: false,
            } if text == edit.before.as_bytes() => text,
            Found::File { readonly: true, .. } => bail!("{MANIFEST} is read-only"),
            Found::File { .. } => bail!("{MANIFEST} has changed meanwhile: run the command again"),
            Found::Nothing => bail!("{MANIFEST} is gone"),
            Found::Obstacle(reason) => {
                bail!("{MANIFEST} {reason}: edit it by hand and run `microkit generate`")
            }
        };
        if edit.before == edit.after {
            return Ok(());
        }
        self.report.updated.insert(0, MANIFEST.to_owned());
        self.changes.insert(
            0,
            Change {
                path: Cow::Borrowed(MANIFEST),
                origin: Some(MANIFEST.to_owned()),
                step: Step::Place,
                text: Cow::Owned(edit.after.clone().into_bytes()),
                base: &[],
                seen: Some(seen),
            },
        );
        Ok(())
    }

    /// Notes in the report what the writing would change in the files themselves.
    pub fn preview(&mut self) {
        let touched = |change: &&Change| !matches!(change.step, Step::Adopt | Step::Forget);
        let changes = self.changes.iter().filter(touched);
        self.report.previews = changes
            .map(|change| Preview {
                path: change.path.clone().into_owned(),
                before: change.seen.clone(),
                after: (!matches!(change.step, Step::Delete | Step::Remove))
                    .then(|| change.text.to_vec()),
            })
            .collect();
    }
}

/// Compares every file that is planned, and every one that was planned last time.
pub(super) fn decide<'plan>(
    plan: &'plan Plan,
    root: &Path,
    choices: &Choices,
) -> anyhow::Result<Decision<'plan>> {
    let layout = Layout::new(root);
    let mut ground = Ground::new(root)?;
    ground.insist_on_folder(FOLDER)?;
    ground.insist_on_folder(&format!("{FOLDER}/base"))?;
    let mut bases = bases(&layout)?;
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
        let mut verdict = planned(
            path,
            base.as_deref(),
            &disk,
            new,
            choices.get(path).copied(),
        );
        if disk == Found::Nothing
            && verdict == Verdict::Write
            && let Some(twin) = ground.twin(path)?
        {
            verdict = Verdict::Stand(format!("differs only in case from `{twin}`"));
        }
        decision.take(Cow::Borrowed(path), verdict, disk, new);
    }
    if plan.is_part() {
        return Ok(decision);
    }
    for path in bases {
        let base = read_base(&layout, &path)?;
        let disk = ground.look(&path)?;
        decision.take(Cow::Owned(path), unplanned(&base, &disk), disk, &[]);
    }
    Ok(decision)
}

/// Every file that microkit wrote last time.
pub(super) fn bases(layout: &Layout) -> anyhow::Result<BTreeSet<String>> {
    let mut bases = BTreeSet::new();
    list(&layout.base, String::new(), &mut bases)?;
    Ok(bases)
}

/// What the rules say of one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as it should be.
    Unchanged,
    /// It is not as microkit left it, but microkit would write what it wrote last time.
    Keep,
    Write,
    /// The user's text with microkit's changes in it.
    Merge(Merged),
    Adopt,
    /// The user deleted it, and it stays so.
    StayDeleted,
    Delete,
    Forget,
    /// Something that must not be overwritten stands there, and why.
    Stand(String),
    /// A conflict of an earlier run is still in it.
    Marked,
}

/// The rules for a file of the plan.
pub(super) fn planned(
    path: &str,
    base: Option<&[u8]>,
    disk: &Found,
    new: &[u8],
    choice: Option<Side>,
) -> Verdict {
    let stand = |reason: &str| Verdict::Stand(reason.to_owned());
    let (text, readonly) = match disk {
        Found::Obstacle(_) if base == Some(new) => return Verdict::Keep,
        Found::Obstacle(reason) => return stand(reason),
        Found::Nothing => {
            return match base {
                Some(_) if choice == Some(Side::Theirs) => Verdict::Write,
                None => Verdict::Write,
                Some(base) if base == new => Verdict::Keep,
                Some(_) => Verdict::StayDeleted,
            };
        }
        Found::File { text, readonly } => (text.as_slice(), *readonly),
    };
    match (base, choice) {
        (Some(base), _) if base == new && text == new => Verdict::Unchanged,
        _ if text == new => Verdict::Adopt,
        (Some(_), None) if merge::marked(text) => Verdict::Marked,
        (Some(base), None) if base == new => Verdict::Keep,
        (Some(base), _) if text == base && !readonly => Verdict::Write,
        _ if readonly => stand("is read-only, and the system needs a new one"),
        (None, Some(Side::Ours)) => Verdict::Adopt,
        (None, Some(Side::Theirs)) => replaced(new),
        (None, None) => stand("is not microkit's, and stands where the system needs one"),
        (Some(base), choice) => merged(path, base, text, new, choice),
    }
}

/// The user wants microkit's text in the place of their own.
fn replaced(new: &[u8]) -> Verdict {
    Verdict::Merge(Merged {
        text: new.to_vec(),
        state: State::Clean,
    })
}

/// A file that both have changed, or in which a conflict is to be settled.
fn merged(path: &str, base: &[u8], text: &[u8], new: &[u8], choice: Option<Side>) -> Verdict {
    let settle = |text: &[u8]| match choice {
        Some(side) if merge::marked(text) => merge::settle(text, side),
        _ => text.to_vec(),
    };
    let ours = settle(text);
    let Some(merged) = merge::merge(path, base, &ours, new) else {
        return match choice {
            None => Verdict::Stand("is no text, and the system needs a new one".to_owned()),
            Some(Side::Ours) => Verdict::Adopt,
            Some(Side::Theirs) => replaced(new),
        };
    };
    let state = match (choice, merged.state) {
        (Some(_), State::Conflict) => State::Clean,
        (_, state) => state,
    };
    let merged = Merged {
        text: settle(&merged.text),
        state,
    };
    match (merged.text == text, base == new) {
        (true, true) => Verdict::Keep,
        _ => Verdict::Merge(merged),
    }
}

/// The rules for a file that the plan no longer holds.
fn unplanned(base: &[u8], disk: &Found) -> Verdict {
    match disk {
        Found::File { text, readonly } if text == base => match readonly {
            true => Verdict::Stand("is read-only, and no longer part of the system".to_owned()),
            false => Verdict::Delete,
        },
        Found::Nothing | Found::File { .. } | Found::Obstacle(_) => Verdict::Forget,
    }
}

impl<'plan> Decision<'plan> {
    fn take(&mut self, path: Cow<'plan, str>, verdict: Verdict, disk: Found, new: &'plan [u8]) {
        let report = &mut self.report;
        let name = path.clone().into_owned();
        let exists = disk != Found::Nothing;
        let seen = match disk {
            Found::File { text, .. } => Some(text),
            _ => None,
        };
        let (step, text) = match verdict {
            Verdict::Unchanged => {
                report.unchanged += 1;
                return;
            }
            Verdict::Keep => {
                report.kept.push(name);
                return;
            }
            Verdict::Marked => {
                report.marked.push(name);
                return;
            }
            Verdict::Stand(reason) => {
                report.standing.push(Standing { path: name, reason });
                return;
            }
            Verdict::Write => {
                match exists {
                    true => report.updated.push(name),
                    false => report.created.push(name),
                }
                (Step::Write, Cow::Borrowed(new))
            }
            Verdict::Merge(merged) => {
                match merged.state {
                    State::Clean => report.merged.push(name),
                    State::Conflict => report.conflicts.push(name),
                    State::Suspect(reason) => report.suspects.push(Standing { path: name, reason }),
                }
                (Step::Merge, Cow::Owned(merged.text))
            }
            Verdict::StayDeleted => {
                report.kept.push(name);
                (Step::Adopt, Cow::Borrowed(&[][..]))
            }
            Verdict::Adopt => {
                report.adopted += 1;
                (Step::Adopt, Cow::Borrowed(&[][..]))
            }
            Verdict::Delete => {
                report.deleted.push(name);
                (Step::Delete, Cow::Borrowed(&[][..]))
            }
            Verdict::Forget => {
                match exists {
                    true => report.released.push(name),
                    false => report.adopted += 1,
                }
                (Step::Forget, Cow::Borrowed(&[][..]))
            }
        };
        self.changes.push(Change {
            origin: seen.is_some().then(|| path.clone().into_owned()),
            path,
            step,
            text,
            base: new,
            seen,
        });
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
