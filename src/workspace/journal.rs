//! The journal of a run in progress: one line for every change, under `.microkit/journal`. It
//! appears when all new files are staged and goes when they are all in place, so that a run that
//! was killed in between is finished by the next one. Written by `stage.rs`, read by `apply`.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};

use super::decide::{Change, Step};
use super::ground::{Found, Ground};
use super::layout::Layout;
use super::{disk, stage};

const HEADER: &str = "microkit journal 1";

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub path: String,
    pub step: Step,
}

/// Whether a run was interrupted after everything was staged.
pub(super) fn pending(root: &Path) -> bool {
    Layout::new(root).journal.exists()
}

/// Whether an interrupted run left anything behind, be it only what it had staged so far.
pub(super) fn left_something(root: &Path) -> bool {
    let layout = Layout::new(root);
    [layout.staged, layout.journal, layout.journal_draft]
        .iter()
        .any(|path| path.exists())
}

/// Notes what is about to happen; from here on the run is finished, by this process or another.
pub(super) fn write(layout: &Layout, changes: &[Change]) -> anyhow::Result<()> {
    let mut text = format!("{HEADER}\n");
    for change in changes {
        text.push_str(&format!("{} {}\n", word(change.step), change.path));
    }
    disk::write(&layout.journal_draft, text.as_bytes())
        .and_then(|()| disk::rename(&layout.journal_draft, &layout.journal))
        .with_context(|| format!("can't write `{}`", layout.journal.display()))
}

/// Finishes a run that was interrupted, or clears away what one left that had not got so far.
///
/// A file that was edited since is left alone, and so is its base: the run after this one sees it
/// for what it is.
pub(super) fn recover(root: &Path) -> anyhow::Result<()> {
    let layout = Layout::new(root);
    let text = match fs::read_to_string(&layout.journal) {
        Err(error) if error.kind() == ErrorKind::NotFound => return stage::clear(&layout),
        other => other.with_context(|| format!("can't read `{}`", layout.journal.display()))?,
    };
    let mut ground = Ground::new(root)?;
    let mut entries = Vec::new();
    let mut all_hold = true;
    for mut entry in parse(&text)? {
        let moved_already =
            stage::WRITTEN.contains(&entry.step) && !layout.staged_work.join(&entry.path).exists();
        match entry.step {
            Step::Place if moved_already => continue,
            // Only its base is missing.
            _ if moved_already => entry.step = Step::Adopt,
            _ => {}
        }
        match still_holds(&layout, &mut ground, &entry)? {
            true => entries.push(entry),
            false => all_hold = false,
        }
    }
    if !all_hold {
        // What moves is not taken away while it may not have arrived.
        entries.retain(|entry| entry.step != Step::Remove);
    }
    stage::move_into_place(&layout, &entries)
}

/// Whether nobody touched the file between the interrupted run and this one.
fn still_holds(layout: &Layout, ground: &mut Ground, entry: &Entry) -> anyhow::Result<bool> {
    if matches!(entry.step, Step::Adopt | Step::Forget) {
        return Ok(true);
    }
    let seen = match entry.step {
        step if stage::CHECKED.contains(&step) => &layout.staged_seen,
        _ => &layout.base,
    };
    let seen = fs::read(seen.join(&entry.path)).ok();
    Ok(match (entry.step, ground.look(&entry.path)?) {
        (_, Found::Obstacle(_)) => false,
        (step, Found::Nothing) if stage::WRITTEN.contains(&step) => seen.is_none(),
        (_, Found::Nothing) => true,
        (_, Found::File { text, .. }) => Some(text) == seen,
    })
}

fn parse(text: &str) -> anyhow::Result<Vec<Entry>> {
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        bail!(
            "the journal was written by another version of microkit: finish the run with that one"
        );
    }
    let parse_line = |line: &str| {
        let (word, path) = line.split_once(' ')?;
        let plain = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let step = STEPS.into_iter().find(|step| self::word(*step) == word)?;
        plain.then(|| Entry {
            path: path.to_owned(),
            step,
        })
    };
    lines
        .map(|line| parse_line(line).with_context(|| format!("the journal is damaged at `{line}`")))
        .collect()
}

const STEPS: [Step; 7] = [
    Step::Write,
    Step::Merge,
    Step::Adopt,
    Step::Delete,
    Step::Forget,
    Step::Place,
    Step::Remove,
];

fn word(step: Step) -> &'static str {
    match step {
        Step::Write => "write",
        Step::Merge => "merge",
        Step::Adopt => "adopt",
        Step::Delete => "delete",
        Step::Forget => "forget",
        Step::Place => "place",
        Step::Remove => "remove",
    }
}
