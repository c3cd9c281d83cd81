//! Where things are in a workspace, and which paths a plan may hold. Everything here is about
//! names, nothing touches the disk. Called by the rest of `workspace`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::plan::Plan;

/// What microkit keeps for itself in a workspace.
pub(super) const FOLDER: &str = ".microkit";

/// Told to git, so that a run in progress is never committed. The base is committed.
pub(super) const GITIGNORE: &str = "/lock\n/journal\n/journal.new\n/staged/\n";

/// The text of `.microkit/version`: which microkit wrote the workspace last.
pub(super) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\n");

/// Every path that microkit uses below a workspace's root.
pub(super) struct Layout {
    pub root: PathBuf,
    pub own: PathBuf,
    pub base: PathBuf,
    pub staged: PathBuf,
    pub staged_work: PathBuf,
    pub staged_base: PathBuf,
    pub staged_seen: PathBuf,
    pub journal: PathBuf,
    pub journal_draft: PathBuf,
    pub lock: PathBuf,
    pub version: PathBuf,
    pub gitignore: PathBuf,
}

impl Layout {
    pub fn new(root: &Path) -> Self {
        let own = root.join(FOLDER);
        let staged = own.join("staged");
        Self {
            root: root.to_path_buf(),
            base: own.join("base"),
            staged_work: staged.join("work"),
            staged_base: staged.join("base"),
            staged_seen: staged.join("seen"),
            journal: own.join("journal"),
            journal_draft: own.join("journal.new"),
            lock: own.join("lock"),
            version: own.join("version"),
            gitignore: own.join(".gitignore"),
            staged,
            own,
        }
    }
}

/// Refuses a plan that could write outside its root, into microkit's own folder, or one file over
/// another on a file system that takes `A` and `a` for the same name.
pub(super) fn check(plan: &Plan) -> anyhow::Result<()> {
    let mut files: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in plan.files() {
        let plain = path.split('/').all(is_plain);
        if !plain || path == crate::workspace::manifest::FILE {
            bail!("the plan holds a path that can't be written: `{path}`");
        }
        let folded = path.to_lowercase();
        if folded.split('/').next() == Some(FOLDER) {
            bail!("the plan holds a path inside `{FOLDER}`: `{path}`");
        }
        if let Some(other) = files.insert(folded, path) {
            bail!("the plan holds two paths that differ only in case: `{other}` and `{path}`");
        }
    }
    for path in files.values() {
        let folders = path
            .match_indices('/')
            .map(|(at, _)| path[..at].to_lowercase());
        if let Some(folder) = folders
            .into_iter()
            .find(|folder| files.contains_key(folder))
        {
            bail!("the plan needs `{folder}` as a file and as a folder");
        }
    }
    Ok(())
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0', '\n', '\r'])
}

/// The folder that holds `path`, `""` for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
