//! One microkit at a time in one folder. The lock is the operating system's own, on an open file,
//! so that it is gone with the process that held it, however that ended.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use anyhow::{Context, bail};

use super::ground::Ground;
use super::layout::{FOLDER, Layout};

/// Takes the lock of the workspace at `root`; it is given back when the file is dropped.
pub(super) fn acquire(root: &Path) -> anyhow::Result<File> {
    Ground::new(root)?.insist_on_folder(FOLDER)?;
    let layout = Layout::new(root);
    fs::create_dir_all(&layout.own)
        .with_context(|| format!("can't create `{}`", layout.own.display()))?;
    take(&layout.lock, root)
}

/// Opens and locks the file at `path`, which stands for `folder`.
pub(super) fn take(path: &Path, folder: &Path) -> anyhow::Result<File> {
    let open = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(path);
    let file = open.with_context(|| format!("can't write `{}`", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another microkit is at work on `{}`: wait for it to end",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("can't lock `{}`", path.display()))
        }
    }
}
