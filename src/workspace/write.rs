//! Writes many new files fast: every folder once, then the files, on a few threads. Called by
//! `create.rs` and `stage.rs`, always into a folder of microkit's own that nobody else looks at.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::Path;
use std::thread;

use anyhow::Context;

use super::disk;
use super::layout::folder;

/// Creating files is work for the kernel, which gains little from more threads than this.
const THREADS: usize = 4;

/// Below this many files a thread takes longer to start than it saves.
const FILES_PER_THREAD: usize = 256;

/// Writes every file below `root`; the paths are relative to it and none of them exists yet.
pub(super) fn write_all(root: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
    make_folders(root, files.iter().map(|(path, _)| *path))?;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores
        .min(THREADS)
        .min(files.len() / FILES_PER_THREAD)
        .max(1);
    if threads == 1 {
        return write_some(root, files);
    }
    let size = files.len().div_ceil(threads);
    thread::scope(|scope| {
        let writers: Vec<_> = files
            .chunks(size)
            .map(|some| scope.spawn(move || write_some(root, some)))
            .collect();
        writers.into_iter().try_for_each(|writer| {
            writer
                .join()
                .expect("writing a file returns its errors and never panics")
        })
    })
}

/// Makes every folder that holds one of `paths`, the outer ones first.
pub(super) fn make_folders<'a>(
    root: &Path,
    paths: impl Iterator<Item = &'a str>,
) -> anyhow::Result<()> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let mut path = folder(path);
        // A folder that was seen brought its own folders along.
        while !path.is_empty() && folders.insert(path) {
            path = folder(path);
        }
    }
    make(root)?;
    folders
        .into_iter()
        .try_for_each(|path| make(&root.join(path)))
}

fn make(path: &Path) -> anyhow::Result<()> {
    match disk::create_dir(path) {
        Err(_) if path.is_dir() => Ok(()),
        result => result.with_context(|| format!("can't create the folder `{}`", path.display())),
    }
}

fn write_some(root: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
    for (path, text) in files {
        let path = root.join(path);
        disk::create(&path, text).with_context(|| format!("can't write `{}`", path.display()))?;
    }
    Ok(())
}
