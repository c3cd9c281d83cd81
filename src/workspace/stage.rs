//! Carries out a decision so that it can be killed at any moment: every new text is written aside
//! first, then noted in the journal, then moved into place, the bases last. Called by `apply`, and
//! by `journal.rs` to finish what another run began.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use anyhow::Context;

use super::decide::{Change, Decision, Step};
use super::journal::{self, Entry};
use super::layout::{GITIGNORE, Layout, VERSION, folder};
use super::write::{make_folders, write_all};
use super::{disk, fault};

/// Those that write a file, those that do so only if it is as it was seen, and those that write a base.
pub(super) const WRITTEN: &[Step] = &[Step::Write, Step::Merge, Step::Place];
pub(super) const CHECKED: &[Step] = &[Step::Merge, Step::Place, Step::Remove];
const BASED: &[Step] = &[Step::Write, Step::Merge, Step::Adopt];

/// Writes everything that was decided on below `root`.
pub(super) fn carry_out(decision: &Decision, root: &Path) -> anyhow::Result<()> {
    let layout = Layout::new(root);
    if let Err(error) = stage(&layout, &decision.changes) {
        // Nothing has been changed yet: what was staged goes, and the workspace is as it was.
        clear(&layout).ok();
        return Err(error);
    }
    fault::point("staged");
    let entries: Vec<Entry> = decision.changes.iter().map(Entry::from).collect();
    journal::write(&layout, &decision.changes)?;
    fault::point("journalled");
    move_into_place(&layout, &entries).context(
        "the run was interrupted half way: once the cause is gone, `microkit generate` finishes it",
    )
}

impl From<&Change<'_>> for Entry {
    fn from(change: &Change) -> Self {
        Self {
            path: change.path.clone().into_owned(),
            step: change.step,
        }
    }
}

fn stage(layout: &Layout, changes: &[Change]) -> anyhow::Result<()> {
    disk::create_dir_all(&layout.staged)
        .with_context(|| format!("can't create `{}`", layout.staged.display()))?;
    let written = texts(changes, WRITTEN, |change| Some(&change.text));
    write_all(&layout.staged_work, &written)?;
    for change in changes
        .iter()
        .filter(|change| WRITTEN.contains(&change.step))
    {
        if let Some(origin) = &change.origin {
            keep_permissions(
                &layout.root.join(origin),
                &layout.staged_work.join(&*change.path),
            )?;
        }
    }
    fault::point("half-staged");
    let seen = texts(changes, CHECKED, |change| change.seen.as_deref());
    write_all(&layout.staged_seen, &seen)?;
    write_all(
        &layout.staged_base,
        &texts(changes, BASED, |change| Some(change.base)),
    )
}

/// A script of the user can still be run after it was merged or moved.
fn keep_permissions(from: &Path, to: &Path) -> anyhow::Result<()> {
    let permissions = fs::metadata(from).map(|metadata| metadata.permissions());
    let kept = permissions.and_then(|permissions| disk::set_permissions(to, permissions));
    kept.with_context(|| {
        format!(
            "can't give `{}` the permissions of `{}`",
            to.display(),
            from.display()
        )
    })
}

/// One of the texts of every change of these kinds, by its path.
fn texts<'a>(
    changes: &'a [Change<'a>],
    steps: &[Step],
    text: impl Fn(&'a Change<'a>) -> Option<&'a [u8]>,
) -> Vec<(&'a str, &'a [u8])> {
    let wanted = changes.iter().filter(|change| steps.contains(&change.step));
    wanted
        .filter_map(|change| Some((&*change.path, text(change)?)))
        .collect()
}

/// Moves what is staged to where it belongs. Each step may have been done already.
pub(super) fn move_into_place(layout: &Layout, entries: &[Entry]) -> anyhow::Result<()> {
    let of = |steps: &'static [Step]| {
        let wanted = entries.iter().filter(|entry| steps.contains(&entry.step));
        wanted.map(|entry| entry.path.as_str())
    };
    move_all(&layout.staged_work, &layout.root, of(WRITTEN))?;
    delete_all(&layout.root, of(&[Step::Delete, Step::Remove]))?;
    fault::point("moved");
    move_all(&layout.staged_base, &layout.base, of(BASED))?;
    delete_all(
        &layout.base,
        of(&[Step::Delete, Step::Forget, Step::Remove]),
    )?;
    note(&layout.version, VERSION)?;
    note(&layout.gitignore, GITIGNORE)?;
    let done = disk::remove_file(&layout.journal);
    ignore_absent(done).with_context(|| format!("can't remove `{}`", layout.journal.display()))?;
    clear(layout)
}

/// Removes what is staged, and a journal that was not finished.
pub(super) fn clear(layout: &Layout) -> anyhow::Result<()> {
    ignore_absent(disk::remove_file(&layout.journal_draft))
        .with_context(|| format!("can't remove `{}`", layout.journal_draft.display()))?;
    ignore_absent(disk::remove_dir_all(&layout.staged))
        .with_context(|| format!("can't remove `{}`", layout.staged.display()))
}

fn move_all<'a>(
    from: &Path,
    to: &Path,
    paths: impl Iterator<Item = &'a str> + Clone,
) -> anyhow::Result<()> {
    make_folders(to, paths.clone())?;
    for (index, path) in paths.enumerate() {
        if index == 1 {
            fault::point("half-moved");
        }
        let target = to.join(path);
        ignore_absent(disk::rename(&from.join(path), &target))
            .with_context(|| format!("can't write `{}`", target.display()))?;
    }
    Ok(())
}

/// Deletes the files, and the folders that this leaves empty.
fn delete_all<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
    let mut folders = BTreeSet::new();
    for (index, path) in paths.enumerate() {
        if index == 1 {
            fault::point("half-deleted");
        }
        let full = root.join(path);
        ignore_absent(disk::remove_file(&full))
            .with_context(|| format!("can't delete `{}`", full.display()))?;
        let mut path = folder(path);
        while !path.is_empty() && folders.insert(path) {
            path = folder(path);
        }
    }
    for folder in folders.into_iter().rev() {
        // One that still holds something is none of microkit's business.
        disk::remove_dir(&root.join(folder)).ok();
    }
    Ok(())
}

/// Writes one of microkit's own small files, unless it says so already.
fn note(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read(path).ok().as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    disk::write(path, text.as_bytes()).with_context(|| format!("can't write `{}`", path.display()))
}

fn ignore_absent(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
