//! Every change that a run makes to the disk, one function each. Debug builds can be told to fail or
//! to end at any of them, so that tests can look at what each leaves behind. Used by the rest of
//! `workspace`.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::Path;

use super::fault;

pub(super) fn create_dir(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::create_dir(path)
}

pub(super) fn create_dir_all(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::create_dir_all(path)
}

/// Writes a file that is not there yet.
pub(super) fn create(path: &Path, text: &[u8]) -> io::Result<()> {
    fault::step()?;
    let mut file = File::create_new(path)?;
    // A file may be there with nothing, or with half of its text in it.
    fault::step()?;
    let (first, second) = text.split_at(text.len() / 2);
    file.write_all(first)?;
    fault::step()?;
    file.write_all(second)
}

pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    fault::step()?;
    fs::write(path, text)
}

pub(super) fn set_permissions(path: &Path, permissions: Permissions) -> io::Result<()> {
    fault::step()?;
    fs::set_permissions(path, permissions)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fault::step()?;
    fs::rename(from, to)
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::remove_file(path)
}

pub(super) fn remove_dir(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::remove_dir(path)
}

pub(super) fn remove_dir_all(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::remove_dir_all(path)
}
